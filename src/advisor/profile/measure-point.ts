import { messageOf } from '../../core/errors.ts'
import { metrics, type MetricId } from '../../core/metric.ts'
import type { ProfilePoint } from '../../core/profile-result.ts'
import type { TrialResult } from '../../core/result.ts'
import type { Traffic } from '../../core/traffic.ts'
import { msPerSecond, usPerMs } from '../../core/units.ts'
import { workloadOption, type Workload } from '../model/workload.ts'
import { counts, whyOut, type Use } from '../../metrics/validity.ts'
import { clientHostsFor, readMachineLimits } from '../../machine/limits.ts'
import { runOne } from '../../run/run-one.ts'
import { contenderOf, transportOf } from '../../core/transports/registry.ts'
import type { DesignPoint } from './design.ts'

/** How the trials of an experiment are run. */
export interface MeasuringOptions {
  phases: { warmUpMs: number; measuredMs: number }
  seed: number
  signal: AbortSignal
  /** What the figures are for: those that gates leave out of it are null. */
  use?: Use
}

/**
 * Runs one point as a trial of the harness, without a probe, so that all that is counted is the point's own.
 *
 * @returns a point without figures when its trial failed
 * @throws what the trial threw, when the signal was the cause
 */
export async function measurePoint(point: DesignPoint, options: MeasuringOptions): Promise<ProfilePoint> {
  const { transport, name, role, workload } = point
  const place = { transport, name, role }
  try {
    const trial = await runPoint(point, options)
    return { ...place, status: trial.validity.status, ...figuresOf(trial, workload, options.phases.measuredMs, options.use) }
  } catch (error) {
    if (options.signal.aborted) throw error
    return { ...place, status: 'failed', workload: plain(workload), measured: {}, reasons: { measured: messageOf(error) } }
  }
}

async function runPoint({ transport, workload }: DesignPoint, { phases: shortest, seed, signal }: MeasuringOptions): Promise<TrialResult> {
  const { clientCount, isInPhase: inPhase } = workload
  const option = workloadOption[transport]
  const contender = contenderOf(transport, { [option]: workload[option] })
  // Until each client has polled once, polls bring less than in any interval after it.
  const warmUpMs = Math.max(shortest.warmUpMs, transportOf(transport).slotMs(contender) ?? 0)
  return runOne(
    {
      contender,
      scenario: { traffic: trafficOf(workload), phases: { ...shortest, warmUpMs }, inPhase },
      clientCount,
      clientHostCount: clientHostsFor(clientCount, readMachineLimits()),
      seed,
    },
    { signal },
    (trial) => trial,
  )
}

/** The traffic of a workload as a scenario has it. With an upstream, the clients send all that there is. */
export function trafficOf(workload: Workload): Traffic {
  const { arrivals, fanOut, messagesPerSecondPerClient: rate, payloadBytes, upstreamPerSecondPerClient } = workload
  const pattern = fanOut === 'broadcast' ? 'broadcast' : fanOut === 1 ? 'unicast' : 'rooms'
  return {
    pattern,
    arrivals,
    messagesPerSecondPerChannel: rate,
    messageBytes: payloadBytes,
    ...(pattern === 'rooms' ? { roomSize: fanOut as number } : {}),
    ...(upstreamPerSecondPerClient > 0 ? { sender: 'clients' as const } : {}),
  }
}

const fewestForKernel = 100

/** The metric that each figure of the model comes from, for the family that a gate may spoil. */
const metricOf: Readonly<Record<string, MetricId>> = {
  serverCpu: 'serverCpu',
  connectCpu: 'serverCpuPerConnect',
  liveHeap: 'serverMemoryPerClient',
  resident: 'serverMemoryPerClient',
  kernel: 'serverKernelMemoryPerClient',
  descriptors: 'serverDescriptorsPerClient',
  bytesUp: 'applicationBytesPerDelivery',
  bytesDown: 'applicationBytesPerDelivery',
  requests: 'requestsPerSecond',
  emptyPolls: 'requestsPerSecond',
  deliveries: 'requestsPerSecond',
  deliveryLatencyP50Us: 'deliveryLatencyP50',
  deliveryLatencyP99Us: 'deliveryLatencyP99',
}

/** What a trial says of the figures of the model, with the rate that its schedule really had. */
export function figuresOf(
  trial: TrialResult,
  workload: Workload,
  measuredMs: number,
  use?: Use,
): Pick<ProfilePoint, 'workload' | 'measured' | 'reasons'> {
  const seconds = measuredMs / msPerSecond
  const { server, requests, bytes, connections, ledger, deliveryLatencyUs } = trial
  const { idle, kernelPerClientBytes, peakRssBytes } = server.memory
  const perSecond = (count: number): number => count / seconds
  const cpu = server.processor.cpuMsPerSecond
  const measured: ProfilePoint['measured'] = {
    serverCpu: cpu === null ? null : cpu * usPerMs,
    connectCpu: connections.perConnect?.serverCpuUs ?? null,
    liveHeap: idle.heapUsedBytes === null || idle.externalBytes === null ? null : idle.heapUsedBytes + idle.externalBytes,
    resident: peakRssBytes,
    // The slope over a few clients is that of the allocator's pages.
    kernel:
      kernelPerClientBytes === null || workload.clientCount < fewestForKernel ? null : kernelPerClientBytes.value * workload.clientCount,
    descriptors: server.descriptors.idleCount,
    bytesUp: perSecond(bytes.applicationUpBytes),
    bytesDown: perSecond(bytes.applicationDownBytes),
    requests: perSecond(requests.window.sentCount),
    emptyPolls: perSecond(requests.window.emptyCount),
    deliveries: perSecond(ledger.deliveredCount),
    deliveryLatencyP50Us: deliveryLatencyUs.p50,
    deliveryLatencyP99Us: deliveryLatencyUs.p99,
  }
  const judged = withoutUnknown(trial)
  const reasons: Record<string, string> = {}
  for (const key of Object.keys(measured)) {
    const { family } = metrics[metricOf[key]!]
    if (measured[key] === null) reasons[key] = 'the trial did not measure it'
    if (counts(judged, family, use)) continue
    measured[key] = null
    reasons[key] = whyOut(judged, family, use)
  }
  const realRate = perSecond(ledger.expectedCount) / workload.clientCount
  const { upstreamPerSecondPerClient: asked, messagesPerSecondPerClient: rate } = workload
  return {
    workload: plain({
      ...workload,
      messagesPerSecondPerClient: realRate,
      upstreamPerSecondPerClient: asked === 0 ? 0 : (asked * realRate) / rate,
    }),
    measured,
    reasons,
  }
}

/** An idle trial is unknown for lack of messages, and what it holds is known, unless another finding makes it invalid. */
function withoutUnknown({ validity: { status, reasons } }: TrialResult): Pick<TrialResult, 'validity'> {
  if (status !== 'unknown') return { validity: { status, reasons } }
  return { validity: { status: 'tainted', reasons: reasons.filter((reason) => reason.status !== 'unknown') } }
}

function plain(workload: Workload): ProfilePoint['workload'] {
  return { ...workload }
}

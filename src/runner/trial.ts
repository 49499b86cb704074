import { nowUs, sleepMs, sleepUntil } from '../core/clock.ts'
import type { ConnectReport, PublisherReport } from '../core/control.ts'
import type { TrialResult } from '../core/result.ts'
import { msPerSecond, usPerMs } from '../core/units.ts'
import { assembleTrial } from './assemble.ts'
import { HiccupMeter } from './hiccup-meter.ts'
import type { PhaseMark, ServerPoint, TrialObservation } from './observation.ts'
import { descriptorCount, pssBytes, rssBytes, socketSlabBytes } from './proc.ts'
import { sampleWindow } from './sampler.ts'
import { buildSchedule, type Schedule } from './schedule.ts'
import type { TrialNotice, TrialOrder } from './trial-order.ts'
import { firstClientOf, TrialProcesses, trialRandom } from './trial-processes.ts'

const rampSteps = 5
/** Below so many clients the ramp's first step is short anyway. */
const fewestToRehearse = 1_000
const rehearsalRatio = 0.1
const mostRehearsals = 1_000
const settleMs = 200
/** Time for the orders to reach all processes before the schedule starts. */
const leadMs = 100
const drainPollMs = 25
/** Late duplicates show within this time after the last expected delivery. */
const lateDuplicateMs = 250
const minDrainMs = 3_000
const connectDeadlineMs = 60_000
const goneDeadlineMs = 3_000
const agreeTries = 40

/** Runs one contender once, in the processes and the network namespace of the caller. Leaves no process behind. */
export async function runTrial(order: TrialOrder, notify: (notice: TrialNotice) => void): Promise<TrialResult> {
  const processes = new TrialProcesses(order)
  const hiccupMeter = new HiccupMeter()
  const abandon = (): void => {
    processes.kill()
    hiccupMeter.kill()
  }
  process.once('exit', abandon)
  try {
    const observation = await observe(order, processes, hiccupMeter, notify)
    await processes.stop()
    return assembleTrial(observation)
  } catch (fault) {
    abandon()
    await processes.ended()
    throw fault
  } finally {
    process.off('exit', abandon)
  }
}

async function observe(
  order: TrialOrder,
  processes: TrialProcesses,
  hiccupMeter: HiccupMeter,
  notify: (notice: TrialNotice) => void,
): Promise<TrialObservation> {
  const { clientCount, channelCount, scenario } = order
  const phases: PhaseMark[] = []
  const enter = (name: string, detail = ''): void => {
    const atUs = nowUs()
    phases.push({ name, atUs })
    notify({ kind: 'phase', name, atUs, detail })
  }
  const startedAtUs = nowUs()

  enter('launch')
  const { warmUpMs, measuredMs } = scenario.phases
  const { arrivals, messagesPerSecondPerChannel, burstCount } = scenario.traffic
  const channelNames = Array.from({ length: channelCount }, (_, channel) => `c${channel}`)
  const channelOfClient = Array.from({ length: clientCount }, (_, client) => client % channelCount)
  const schedule = buildSchedule(
    { arrivals, channelCount, messagesPerSecondPerChannel, burstCount: burstCount ?? 1, durationUs: (warmUpMs + measuredMs) * usPerMs },
    trialRandom(order, 'schedule'),
  )
  await processes.start(
    channelNames,
    channelOfClient.map((channel) => channelNames[channel]!),
    schedule,
  )
  await hiccupMeter.start()
  const [serverPid, publisherPid, ...clientHostPids] = processes.pids as [number, number, ...number[]]
  notify({ kind: 'processes', serverPid, publisherPid, clientHostPids })
  await rehearse(processes, clientCount)
  const baseline = await serverPoint(processes, 0)

  enter('connect', `${clientCount} clients`)
  const ramp: TrialObservation['ramp'] = []
  for (let step = 1; clientCount > 0 && step <= rampSteps; step++) {
    const target = Math.round((clientCount * step) / rampSteps)
    const connect = await connectUpTo(
      processes,
      target,
      ramp.reduce((sum, { connect: reports }) => sum + countOf(reports), 0),
      clientCount,
    )
    const subscribedCount = ramp
      .flatMap((entry) => entry.connect)
      .concat(connect)
      .reduce((sum, report) => sum + report.subscribedCount, 0)
    if (order.holds) await waitForHeld(processes, subscribedCount)
    ramp.push({ point: await serverPoint(processes, subscribedCount), connect })
  }

  enter('settle')
  await sleepMs(settleMs)
  const idle = ramp.at(-1)?.point ?? baseline

  enter('warm-up')
  const startAtUs = nowUs() + leadMs * usPerMs
  const fromAtUs = startAtUs + warmUpMs * usPerMs
  const untilAtUs = fromAtUs + measuredMs * usPerMs
  const window = { fromAtUs, untilAtUs }
  notify({ kind: 'window', startAtUs, ...window })
  await Promise.all([
    processes.server.ask('window', window),
    processes.publisher.ask('run', { startAtUs, ...window }),
    ...processes.clientHosts.map((host) => host.ask('window', window)),
    hiccupMeter.window(window),
  ])
  await sleepUntil(fromAtUs - leadMs * usPerMs)
  const sampling = sampleWindow(processes.pids, fromAtUs, untilAtUs)
  await sleepUntil(fromAtUs)
  enter('measure')
  const samples = await sampling

  const hiccups = await hiccupMeter.report()

  enter('drain')
  const publisher = await drain(processes, order, schedule, channelOfClient, untilAtUs)
  await Promise.all(processes.clientHosts.map((host) => host.ask('quiesce', undefined)))
  await agreeOnCounts(processes)
  const clientHosts = await Promise.all(processes.clientHosts.map((host) => host.ask('report', undefined)))
  const server = await processes.server.ask('report', undefined)

  enter('disconnect')
  await Promise.all(processes.clientHosts.map((host) => host.ask('disconnect', undefined)))
  await waitForGone(serverPid, baseline.descriptorCount)
  const after = await serverPoint(processes, 0)
  enter('stop')
  return {
    order,
    startedAtUs,
    phases,
    schedule,
    channelOfClient,
    startAtUs,
    fromAtUs,
    untilAtUs,
    ramp,
    baseline,
    idle,
    after,
    samples,
    hiccups,
    serverPid,
    publisherPid,
    clientHostPids,
    server: { ...server, counters: (await processes.server.ask('report', undefined)).counters },
    publisher,
    clientHosts,
  }
}

/** A first connect runs cold code on both sides and takes twice its time; clients there and back make the ramp's steps alike. */
async function rehearse(processes: TrialProcesses, clientCount: number): Promise<void> {
  const count = Math.min(mostRehearsals, Math.floor((clientCount * rehearsalRatio) / processes.clientHosts.length))
  if (clientCount < fewestToRehearse) return
  const { server, clientHosts } = processes
  const before = descriptorCount(server.pid)
  await Promise.all(clientHosts.map((host) => host.ask('rehearse', { count }, connectDeadlineMs)))
  await waitForGone(server.pid, before)
  await server.ask('forget', undefined)
}

function countOf(reports: readonly ConnectReport[]): number {
  return reports.reduce((sum, report) => sum + report.subscribedCount + report.failedCount, 0)
}

/** Connects clients on all hosts at once until `target` have been started in all. */
function connectUpTo(processes: TrialProcesses, target: number, already: number, clientCount: number): Promise<ConnectReport[]> {
  const hostCount = processes.clientHosts.length
  return Promise.all(
    processes.clientHosts.map((host, index) => {
      const share = firstClientOf(index + 1, hostCount, clientCount) - firstClientOf(index, hostCount, clientCount)
      const count = Math.round((share * target) / clientCount) - Math.round((share * already) / clientCount)
      return host.ask('connect', { count }, connectDeadlineMs)
    }),
  )
}

/** A held poll, a stream and a socket count as subscribed when the server shows them. */
async function waitForHeld(processes: TrialProcesses, count: number): Promise<void> {
  const deadlineAtUs = nowUs() + goneDeadlineMs * usPerMs
  while ((await processes.waitingCount()) < count && nowUs() < deadlineAtUs) await sleepMs(drainPollMs)
}

async function waitForGone(serverPid: number, baselineCount: number | null): Promise<void> {
  const deadlineAtUs = nowUs() + goneDeadlineMs * usPerMs
  while (baselineCount !== null && (descriptorCount(serverPid) ?? 0) > baselineCount && nowUs() < deadlineAtUs) await sleepMs(drainPollMs)
}

async function serverPoint(processes: TrialProcesses, clientCount: number): Promise<ServerPoint> {
  const { pid } = processes.server
  const memory = await processes.server.ask('memory', undefined)
  return {
    clientCount,
    memory,
    rssBytes: rssBytes(pid),
    pssBytes: pssBytes(pid),
    kernelBytes: socketSlabBytes(),
    descriptorCount: descriptorCount(pid),
  }
}

/** Waits until every expected delivery came and late duplicates had their time, at the latest until the drain's deadline. */
async function drain(
  processes: TrialProcesses,
  order: TrialOrder,
  schedule: Schedule,
  channelOfClient: readonly number[],
  untilAtUs: number,
): Promise<PublisherReport> {
  const subscribers = new Map<number, number>()
  for (const channel of channelOfClient) subscribers.set(channel, (subscribers.get(channel) ?? 0) + 1)
  let expectedCount = 0
  for (const channel of schedule.channels) expectedCount += subscribers.get(channel) ?? 0
  const { pollIntervalMs = 0 } = order.contender as { pollIntervalMs?: number }
  const deadlineAtUs = untilAtUs + Math.max(pollIntervalMs, minDrainMs) * usPerMs
  while (nowUs() < deadlineAtUs) {
    const progress = await Promise.all(processes.clientHosts.map((host) => host.ask('progress', undefined)))
    if (progress.reduce((sum, { deliveryCount }) => sum + deliveryCount, 0) >= expectedCount) break
    await sleepMs(drainPollMs)
  }
  await sleepUntil(Math.min(deadlineAtUs, nowUs() + lateDuplicateMs * usPerMs))
  return processes.publisher.ask('report', undefined)
}

/**
 * Lets requests that are just under way arrive, so that both sides count the same: the server's count is read before and
 * after the clients', until nothing moved between. A disagreement that stays is the result's to tell.
 */
async function agreeOnCounts(processes: TrialProcesses): Promise<void> {
  for (let tried = 0; tried < agreeTries; tried++) {
    const before = await processes.server.ask('report', undefined)
    const progress = await Promise.all(processes.clientHosts.map((host) => host.ask('progress', undefined)))
    if (before.counters.requestCount === progress.reduce((sum, { sentCount }) => sum + sentCount, 0)) return
    await sleepMs(drainPollMs)
  }
}

/** Seconds that a trial takes about, for plan and progress. */
export function estimateTrialSeconds({ warmUpMs, measuredMs }: { warmUpMs: number; measuredMs: number }, clientCount: number): number {
  const fixedMs = 2_500
  const perClientMs = 0.6
  return (fixedMs + perClientMs * clientCount + warmUpMs + measuredMs) / msPerSecond
}

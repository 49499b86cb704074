import { nowUs, sleepMs, sleepUntil } from '../src/core/clock.ts'
import { cpuUs } from '../src/machine/proc.ts'
import { slope } from '../src/metrics/slope.ts'
import { sampleWindow } from '../src/trial/sampler.ts'
import type { TrialSpec } from '../src/trial/trial-spec.ts'
import { TrialProcesses } from '../src/trial/trial-processes.ts'

const rampSteps = 5
const warmUpMessages = 4
const measuredMessages = 8
const settleMs = 300
const quietMs = 100

/** What one run of ours or of a bare library cost, per client and per unit of work. */
export interface SelfReading {
  serverBytesPerClient: number
  clientBytesPerClient: number
  /** Per delivery, or per poll for short polling. */
  serverCpuUs: number
  clientCpuUs: number
  connectMs: number
  unitCount: number
  /** Share of a core that the sampler took while it watched. */
  samplerCoreRatio: number
}

/** Connects in five steps, broadcasts at a constant rate, and reads memory slopes and exact processor time. */
export async function runSelf(spec: TrialSpec, messageGapMs: number): Promise<SelfReading> {
  const processes = new TrialProcesses(spec)
  try {
    const messageCount = warmUpMessages + measuredMessages
    const schedule = {
      offsetsUs: Float64Array.from({ length: messageCount }, (_, index) => (index + 0.5) * messageGapMs * 1_000),
      channels: new Uint32Array(messageCount),
    }
    await processes.start(['c0'], new Array<string>(spec.clientCount).fill('c0'), schedule)
    const host = processes.clientHosts.hosts[0]!
    const clients: number[] = []
    const serverBytes: number[] = []
    const clientBytes: number[] = []
    let connectUs = 0
    for (let step = 1; step <= rampSteps; step++) {
      const { durationUs } = await host.ask('connect', { count: spec.clientCount / rampSteps }, 60_000)
      connectUs += durationUs
      await sleepMs(settleMs)
      const [server, client] = await Promise.all([processes.server.child.ask('memory', undefined), host.ask('memory', undefined)])
      clients.push((spec.clientCount * step) / rampSteps)
      serverBytes.push(server.heapUsedBytes + server.externalBytes)
      clientBytes.push(client.heapUsedBytes + client.externalBytes)
    }
    const startAtUs = nowUs() + 100_000
    const fromAtUs = startAtUs + warmUpMessages * messageGapMs * 1_000
    const untilAtUs = fromAtUs + measuredMessages * messageGapMs * 1_000
    await processes.publisher.ask('run', { startAtUs })
    await sleepUntil(fromAtUs)
    // Polls are counted as they leave, at any moment; deliveries of a broadcast come in bursts that must be over.
    const isPolled = spec.contender.transport === 'short-poll'
    const count = (): ReturnType<typeof quiet> => (isPolled ? host.ask('progress', undefined) : quiet(host))
    const before = await count()
    const serverBefore = cpuUs(processes.server.pid)!
    const clientBefore = cpuUs(host.pid)!
    const ownBefore = process.cpuUsage()
    await sampleWindow(processes.members, { fromAtUs: nowUs(), untilAtUs })
    const own = process.cpuUsage(ownBefore)
    const after = await count()
    const serverAfter = cpuUs(processes.server.pid)!
    const clientAfter = cpuUs(host.pid)!
    const unitCount = isPolled ? after.sentCount - before.sentCount : after.deliveryCount - before.deliveryCount
    return {
      serverBytesPerClient: slope(clients, serverBytes).estimate!.value,
      clientBytesPerClient: slope(clients, clientBytes).estimate!.value,
      serverCpuUs: (serverAfter - serverBefore) / unitCount,
      clientCpuUs: (clientAfter - clientBefore) / unitCount,
      connectMs: connectUs / 1_000,
      unitCount,
      samplerCoreRatio: (own.user + own.system) / (untilAtUs - fromAtUs),
    }
  } finally {
    processes.kill()
  }
}

/** Counts once deliveries have come to rest: a burst that is still under way belongs to neither side of an edge. */
async function quiet(host: TrialProcesses['clientHosts']['hosts'][number]): Promise<{ deliveryCount: number; sentCount: number }> {
  let last = await host.ask('progress', undefined)
  for (;;) {
    await sleepMs(quietMs)
    const now = await host.ask('progress', undefined)
    if (now.deliveryCount === last.deliveryCount) return now
    last = now
  }
}

import { nowUs, sleepMs } from '../core/clock.ts'
import type { ConnectReport } from '../core/client-host-control.ts'
import { fewestToPrimeCount, rampStepCount } from '../core/ramp.ts'
import { usPerMs } from '../core/units.ts'
import { sparePorts } from '../machine/limits.ts'
import { heldCountOf } from './held-clients.ts'
import type { ServerPoint, TrialObservation } from './observation.ts'
import { descriptorCount, networkCounters, pssBytes, rssBytes, socketSlabBytes } from '../machine/proc.ts'
import type { TrialServer } from './trial-server.ts'
import type { TrialSpec } from './trial-spec.ts'
import { shareOf, type TrialProcesses } from './trial-processes.ts'

const primedRatio = 0.2
const mostPrimed = 2_000
const pollMs = 25
/** After a step in which server and clients did not agree on who is there; a path takes its own time on top. */
const shortHeldWaitMs = 500

/** Clients that prime connections, on all hosts together: none below 1,000 clients, and never on a port that a client will need. */
export function primedCountFor(clientCount: number, freePortCount: number): number {
  if (clientCount < fewestToPrimeCount) return 0
  return Math.max(0, Math.min(mostPrimed, Math.floor(clientCount * primedRatio), freePortCount - clientCount - sparePorts))
}

/** A first connect runs cold code on both sides and takes twice its time; clients there and back make the ramp's steps alike. */
export async function primeConnections(processes: TrialProcesses, { clientCount, timeouts }: TrialSpec): Promise<void> {
  const { server, clientHosts } = processes
  const total = primedCountFor(clientCount, (await clientHosts.facts()).freePortCount ?? Infinity)
  if (total === 0) return
  const count = Math.floor(total / clientHosts.hosts.length)
  const before = descriptorCount(server.pid)
  await clientHosts.ask('primeConnections', { count }, timeouts.stepMs)
  await waitForGone(server.pid, before, timeouts.noticeMs)
  await server.child.askIfAnswered('resetCounters', undefined)
}

/** Clients by two accounts: those that say that they are subscribed, and those that the server says it holds (null = it does not report it). */
export interface ConnectedCounts {
  subscribedCount: number
  heldCount: number | null
}

/** Connects the probe's clients and their shadows. */
export async function connectProbes(processes: TrialProcesses, { holds, timeouts }: TrialSpec): Promise<ConnectedCounts> {
  const { clientHosts, probeHosts, server } = processes
  if (probeHosts.hosts.length === 0) return { subscribedCount: 0, heldCount: 0 }
  const reports = await Promise.all([clientHosts, probeHosts].map((group) => group.ask('connectProbes', undefined, timeouts.stepMs)))
  const subscribedCount = reports.flat().reduce((sum, report) => sum + report.subscribedCount, 0)
  return { subscribedCount, heldCount: holds ? await heldCountOf(server, subscribedCount, timeouts.noticeMs) : null }
}

/**
 * Connects all clients in five equal steps, with a sample of the server after each.
 *
 * @param probes clients that are there already
 */
export async function connectInSteps(
  processes: TrialProcesses,
  spec: TrialSpec,
  probes: ConnectedCounts,
): Promise<TrialObservation['ramp']> {
  const { clientCount, timeouts } = spec
  const ramp: TrialObservation['ramp'] = []
  let startedCount = 0
  let subscribedCount = 0
  let waitMs = timeouts.noticeMs
  for (let step = 1; clientCount > 0 && step <= rampStepCount; step++) {
    const before = await costSoFar(processes.server)
    const connect = await connectUpTo(processes, spec, Math.round((clientCount * step) / rampStepCount), startedCount)
    for (const report of connect) {
      startedCount += report.subscribedCount + report.failedCount
      subscribedCount += report.subscribedCount
    }
    const heldCount = await heldClientCount(processes, spec, { subscribedCount, probes, waitMs })
    if (heldCount !== null && heldCount !== subscribedCount) waitMs = shortHeldWaitMs + timeouts.pathMs
    const after = await costSoFar(processes.server)
    const cost = { serverCpuUs: difference(before.cpuUs, after.cpuUs), wireBytes: difference(before.wireBytes, after.wireBytes) }
    // Only clients that both sides report count: one that was upgraded and forgotten costs nothing, and must not be in the divisor.
    const thereCount = Math.min(subscribedCount, heldCount ?? subscribedCount)
    ramp.push({ point: await serverPoint(processes, thereCount), connect, ...cost })
  }
  return ramp
}

/** Of so many clients that say that they are subscribed, those that the server says it holds; null where it holds nothing for them all the time, or does not report it. */
export async function heldClientCount(
  { server }: TrialProcesses,
  { holds }: TrialSpec,
  { subscribedCount, probes, waitMs }: { subscribedCount: number; probes: ConnectedCounts; waitMs: number },
): Promise<number | null> {
  if (!holds || probes.heldCount === null) return null
  const heldCount = await heldCountOf(server, probes.heldCount + subscribedCount, waitMs)
  return heldCount === null ? null : Math.max(0, heldCount - probes.heldCount)
}

async function costSoFar(server: TrialServer): Promise<{ cpuUs: number | null; wireBytes: number | null }> {
  return { cpuUs: (await server.sample()).cpuUs, wireBytes: networkCounters()?.wireBytes ?? null }
}

function difference(before: number | null, after: number | null): number | null {
  return before === null || after === null ? null : after - before
}

/** Reads the server's resources; memory after a forced collection, so not in the measured window. */
export async function serverPoint(processes: TrialProcesses, clientCount: number): Promise<ServerPoint> {
  const { pid } = processes.server
  const memory = (await processes.server.child.askIfAnswered('memory', undefined)) ?? null
  return {
    clientCount,
    memory,
    rssBytes: rssBytes(pid),
    pssBytes: pssBytes(pid),
    kernelBytes: socketSlabBytes(),
    descriptorCount: descriptorCount(pid),
  }
}

/** Waits until the server has let go of all connections that came after the baseline, at most so long. */
export async function waitForGone(serverPid: number, baselineCount: number | null, deadlineMs: number): Promise<void> {
  const deadlineAtUs = nowUs() + deadlineMs * usPerMs
  while (baselineCount !== null && (descriptorCount(serverPid) ?? 0) > baselineCount && nowUs() < deadlineAtUs) await sleepMs(pollMs)
}

/** Connects clients on all hosts at once until `target` have been started in all. */
function connectUpTo(
  processes: TrialProcesses,
  { clientCount, timeouts }: TrialSpec,
  target: number,
  already: number,
): Promise<ConnectReport[]> {
  const hostCount = processes.clientHosts.hosts.length
  return processes.clientHosts.ask(
    'connect',
    (index) => {
      const { first, end } = shareOf(index, hostCount, clientCount)
      const share = end - first
      return { count: Math.round((share * target) / clientCount) - Math.round((share * already) / clientCount) }
    },
    timeouts.stepMs,
  )
}

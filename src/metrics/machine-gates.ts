import { generatorFailures, type FailureClass } from '../core/failure-class.ts'
import { libraryTimeouts } from '../core/library-timeouts.ts'
import type { TrialResult } from '../core/result.ts'
import { inMs, inPercent, type Finding } from './gate-text.ts'

/** What gates need to know of the machine and its settings during a trial. Null and empty = not measured. */
export interface MachineFacts {
  hiccups: readonly { cpu: number; maxUs: number }[]
  /** Share of the processors of the server, and of publisher and client hosts, that went to processes outside of the trial. */
  competingServerCpuRatio: number | null
  competingGeneratorCpuRatio: number | null
  stealRatio: number | null
  /** False when the run went on without the lock of the machine. */
  hasLock: boolean
  /** Of the control group that its CPU quota throttled most often; null and absent = none has one. */
  quota?: TrialResult['machine']['quota']
  /** Connections that the kernel dropped because the accept queue was full, and for any reason at the listener, over the trial. */
  acceptOverflowCount: number | null
  acceptDropCount: number | null
  /** Of the server and of links, where limit and counts are known. */
  descriptorTables: readonly DescriptorTable[]
  /** Faults of the clients over the whole trial, by class. */
  clientFailures: Readonly<Record<string, number>>
  /** What the server's sockets and listener were set to. */
  settings: TrialResult['server']['settings'] | null
  askedBacklog: number
  /** True when the contender asks for compression. */
  mayCompress: boolean
}

/** The open files of a process that takes connections of clients. */
export interface DescriptorTable {
  name: string
  /** Soft limit of the process (RLIMIT_NOFILE). */
  limitCount: number
  /** Most that it had open. */
  peakCount: number
  /** What it had open without clients, and what the clients that were asked for open in it. */
  ownCount: number
  connectionCount: number
}

/** Limits of the gates of the machine; a value above the limit fails, a value at it passes. */
export const machineLimits = {
  /** docs/gates.md#how-the-figures-are-measured */
  hiccupUs: 20_000,
  /** What the load average may be per processor before a run is what others may use during it. */
  competingRatio: 0.3,
  /** With less than half of a processor a trial shows how processors are shared out. */
  competingInvalidRatio: 0.6,
  /** Stalls of up to a period in more than so many periods are more than the hundredth that p99 leaves out. */
  quotaStalledRatio: 0.05,
  /** As before a run. */
  stealRatio: 0.01,
} as const

/** All processes of a group that has used up its quota are throttled until the period ends. */
export function processorQuota({ quota }: MachineFacts): Finding {
  if (quota == null || quota.stalledPeriodCount === 0) return null
  const { cpuCount, periodCount, stalledPeriodCount, stalledUs } = quota
  const status = stalledPeriodCount > periodCount * machineLimits.quotaStalledRatio ? 'invalid' : 'tainted'
  const message = `the CPU quota of the control group (${Number(cpuCount.toPrecision(3))} CPUs) was used up in ${stalledPeriodCount} of ${periodCount} periods`
  return { status, message: `${message}, and the trial was throttled for ${inMs(stalledUs)}, summed over CPUs: raise the quota` }
}

/** A group without quota left delays every thread, also the one that only sleeps: the gate for the quota reports that. */
export function hiccup({ hiccups, quota }: MachineFacts): Finding {
  if ((quota?.stalledPeriodCount ?? 0) > 0) return null
  const over = hiccups.filter(({ maxUs }) => maxUs > machineLimits.hiccupUs)
  if (over.length === 0) return null
  const named = over.map(({ cpu, maxUs }) => `by ${inMs(maxUs)} on CPU ${cpu}`)
  return {
    status: 'tainted',
    message: `the OS delayed a ready thread ${named.join(', ')}; at most ${inMs(machineLimits.hiccupUs)} is allowed`,
  }
}

export function competingLoad({
  competingServerCpuRatio: server,
  competingGeneratorCpuRatio: generator,
}: Pick<MachineFacts, 'competingServerCpuRatio' | 'competingGeneratorCpuRatio'>): Finding {
  const limit = machineLimits.competingRatio
  const over = [
    ['the server', server],
    ['publisher and client hosts', generator],
  ] as const
  const named = over.flatMap(([name, ratio]) => (ratio !== null && ratio > limit ? [`${inPercent(ratio)} of the CPUs of ${name}`] : []))
  if (named.length === 0) return null
  const status = Math.max(server ?? 0, generator ?? 0) > machineLimits.competingInvalidRatio ? 'invalid' : 'tainted'
  return { status, message: `other processes used ${named.join(' and ')}; at most ${inPercent(limit)} is allowed` }
}

export function steal({ stealRatio }: Pick<MachineFacts, 'stealRatio'>): Finding {
  if (stealRatio === null || stealRatio <= machineLimits.stealRatio) return null
  const allowed = inPercent(machineLimits.stealRatio)
  return {
    status: 'tainted',
    message: `CPU steal was ${inPercent(stealRatio)}; at most ${allowed} is allowed`,
  }
}

export function noLock({ hasLock }: MachineFacts): Finding {
  if (hasLock) return null
  return {
    status: 'tainted',
    message: 'the run did not take the machine lock (--no-lock): another run may have used its CPUs',
  }
}

export function acceptOverflow({ acceptOverflowCount: overflows, acceptDropCount: drops, askedBacklog }: MachineFacts): Finding {
  if ((overflows ?? 0) > 0) {
    const queue = `the accept queue full (backlog ${askedBacklog}, or net.core.somaxconn if that is smaller)`
    return { status: 'tainted', message: `${overflows} connections found ${queue}: connect times show the kernel's retries` }
  }
  if ((drops ?? 0) === 0) return null
  return {
    status: 'tainted',
    message: `${drops} connections were dropped at the listening socket: connect times show the kernel's retries`,
  }
}

export function generatorFault({ clientFailures }: MachineFacts): Finding {
  const named = generatorFailures.flatMap((failure) =>
    (clientFailures[failure] ?? 0) > 0 ? [`${failure} ${clientFailures[failure]}`] : [],
  )
  if (named.length === 0) return null
  return { status: 'tainted', message: `the generator ran out of local resources (${named.join(', ')}): these are not server errors` }
}

/**
 * Tables that were full while what was asked for does not fit into them. libuv then takes one connection more and closes it
 * (`uv__emfile_trick`), so that clients see a server that resets them. One that is full although all would fit is the
 * server's own doing: it does not close what it opens.
 */
function fullTables({ descriptorTables }: Pick<MachineFacts, 'descriptorTables'>): DescriptorTable[] {
  // The descriptor that libuv keeps in reserve is closed for the moment in which it does so.
  return descriptorTables.filter(
    ({ limitCount, peakCount, ownCount, connectionCount }) => peakCount >= limitCount - 1 && ownCount + connectionCount > limitCount,
  )
}

export function descriptorsFull(facts: Pick<MachineFacts, 'descriptorTables'>): Finding {
  const named = fullTables(facts).map(
    ({ name, limitCount, peakCount, ownCount, connectionCount }) =>
      `${name} had ${peakCount} descriptors open and its limit is ${limitCount} (ulimit -n), but it needs ${ownCount + connectionCount}: ${ownCount} of its own and ${connectionCount} for clients`,
  )
  if (named.length === 0) return null
  return {
    status: 'tainted',
    message: `${named.join('; ')}. The limit cut the connections beyond it; these are not server errors`,
  }
}

/** How clients see a connection that was cut at a full table. */
const cutFailures: readonly string[] = ['reset', 'closed'] satisfies FailureClass[]

/** Whose a failure of the clients was, and the words behind it that say so. */
export function ownership(failure: string, facts: Pick<MachineFacts, 'descriptorTables'>): { owner: 'generator' | 'server'; text: string } {
  if ((generatorFailures as readonly string[]).includes(failure))
    return { owner: 'generator', text: ' (caused by the generator, not by the server)' }
  const [full] = cutFailures.includes(failure) ? fullTables(facts) : []
  if (full !== undefined) return { owner: 'generator', text: ` (cut at the full descriptor table of ${full.name}, not by the server)` }
  return { owner: 'server', text: failure === 'timedOut' ? ' (left unanswered by the server)' : '' }
}

export function unequalSettings({ settings, askedBacklog, mayCompress }: MachineFacts): Finding {
  if (settings === null) return null
  const { delayedSocketCount, noDelaySocketCount, keepAliveTimeoutMs, backlog, compressedCount } = settings
  const found: string[] = []
  const lookedAtCount = delayedSocketCount + noDelaySocketCount
  if (delayedSocketCount > 0) found.push(`${delayedSocketCount} of ${lookedAtCount} sockets lack TCP_NODELAY`)
  if (keepAliveTimeoutMs !== libraryTimeouts.fastifyKeepAliveMs)
    found.push(`keep-alive timeout ${keepAliveTimeoutMs} ms, the other servers ${libraryTimeouts.fastifyKeepAliveMs} ms`)
  if (backlog !== askedBacklog) found.push(`backlog ${backlog}, the other servers ${askedBacklog}`)
  if (compressedCount > 0 && !mayCompress) found.push(`${compressedCount} compressed connections, which the contender did not ask for`)
  if (found.length === 0) return null
  return { status: 'invalid', message: `the server settings differ from those of the others: ${found.join('; ')}` }
}

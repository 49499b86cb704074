import type { TrialResult } from '../core/result.ts'
import { usPerMs, usPerSecond } from '../core/units.ts'
import { distribution } from '../metrics/quantiles.ts'
import { plannedPath } from '../core/links.ts'
import { nullReasons } from '../core/result-parts.ts'
import { serverSeenCount } from './fault-figures.ts'
import { notReadable, notReported } from './loop-figures.ts'
import type { TrialObservation, RampStep } from '../trial/observation.ts'
import { noMessagesOffered, offersMessages } from '../scenario/scenario-meaning.ts'
import { upstreamCounts } from './upstream-figures.ts'

const noNamespace = 'no network namespace of its own: the counters include other traffic'

function whyNoCounters(ownNamespace: boolean): string {
  return ownNamespace ? '/proc/net is not readable' : noNamespace
}

/** Why a figure per delivery is null where nothing was delivered. */
export function whyNoDelivery({ spec }: TrialObservation): string {
  return offersMessages(spec.scenario) ? 'no delivery' : noMessagesOffered
}

/** Requests by kind, of all clients over the whole trial and in the measured window. */
export function requestFigures(observation: TrialObservation, deliveredCount: number): TrialResult['requests'] {
  const { clientHosts } = observation
  const serverSeen = serverSeenCount(observation)
  const upstream = upstreamCounts(observation)
  const sum = (key: string): number => clientHosts.reduce((total, host) => total + (host.requests[key] ?? 0), 0)
  const sentCount = sum('windowSentCount')
  const window = {
    sentCount,
    emptyCount: sum('windowEmptyCount'),
    overrunCount: sum('windowOverrunCount'),
    sentPerSecond: sentCount / ((observation.untilAtUs - observation.fromAtUs) / usPerSecond),
  }
  const reasons: Record<string, string> = {}
  if (deliveredCount === 0) reasons['perDelivery'] = whyNoDelivery(observation)
  if (serverSeen.value === null) reasons['serverSeenCount'] = serverSeen.reason
  if (window.sentCount === 0) reasons['emptyRatio'] = 'no request in the measured window'
  return {
    sentCount: sum('sentCount'),
    completedCount: sum('completedCount'),
    failedCount: sum('failedCount'),
    timedOutCount: sum('timedOutCount'),
    inFlightAtEndCount: clientHosts.reduce((total, host) => total + host.inFlightAtEndCount, 0),
    emptyCount: sum('emptyCount'),
    overrunCount: sum('overrunCount'),
    staleSocketCount: sum('staleSocketCount'),
    serverSeenCount: serverSeen.value,
    window,
    ...(upstream === undefined ? {} : { upstream }),
    perDelivery: deliveredCount === 0 ? null : window.sentCount / deliveredCount,
    emptyRatio: window.sentCount === 0 ? null : window.emptyCount / window.sentCount,
    reasons,
  }
}

/** Connects and connections, of all clients over the whole trial. */
export function connectionFigures({ spec, clientHosts, ramp, server, samples, jobs }: TrialObservation): TrialResult['connections'] {
  const times = [
    ...ramp.flatMap(({ connect }) => connect.flatMap((report) => [...report.timesToSubscribedUs])),
    ...(jobs?.subscribedAfterUs ?? []).filter((afterUs) => !Number.isNaN(afterUs)),
  ]
  const connectUs = ramp.reduce((sum, { connect }) => sum + Math.max(0, ...connect.map((report) => report.durationUs)), 0)
  const total = (key: 'openedCount' | 'reconnectCount' | 'resumeAcrossLogsCount' | 'compressedCount'): number =>
    clientHosts.reduce((sum, host) => sum + host[key], 0)
  const counters = spec.ownNamespace ? samples.until.network : null
  const ofKernel = {
    acceptOverflowCount: counters?.acceptOverflowCount ?? null,
    acceptDropCount: counters?.acceptDropCount ?? null,
    timeWaitCount: counters?.timeWaitCount ?? null,
  }
  return {
    timeToSubscribedUs: distribution(Float64Array.from(times), { censoredCount: 0 }),
    connectMs: connectUs / usPerMs,
    perConnect: connectCost(ramp, connectUs, spec.ownNamespace),
    openedCount: total('openedCount'),
    reconnectCount: total('reconnectCount'),
    resumeAcrossLogsCount: total('resumeAcrossLogsCount'),
    compressedCount: total('compressedCount'),
    faults: mergeCounts(clientHosts.map((host) => host.faults)),
    statuses: mergeCounts(clientHosts.map((host) => host.statuses)),
    closeCodes: mergeCounts(clientHosts.map((host) => host.closeCodes)),
    serverClosed: server === null ? null : { ...server.counters.closed },
    backlog: spec.backlog,
    ...ofKernel,
    reasons: {
      ...nullReasons(ofKernel, whyNoCounters(spec.ownNamespace)),
      ...(server === null ? { serverClosed: notReported('server') } : {}),
    },
  }
}

/** Bytes between the edges of the measured window. In the trial's namespace only its own traffic is counted; publishes come over a Unix socket. */
export function byteFigures(observation: TrialObservation, deliveredCount: number): TrialResult['bytes'] {
  const { spec, clientHosts, samples } = observation
  const between = plannedPath(spec.scenario).map(({ kind }) => kind.role)
  const down = clientHosts.reduce((sum, host) => sum + host.windowReadBytes, 0)
  const up = clientHosts.reduce((sum, host) => sum + host.windowWrittenBytes, 0)
  const { network: networkFrom } = samples.from
  const { network: networkUntil } = samples.until
  const wire = spec.ownNamespace && between.length === 0 && networkFrom !== null && networkUntil !== null
  const wireBytes = wire ? networkUntil.wireBytes - networkFrom.wireBytes : null
  const wireSegmentCount = wire ? networkUntil.segmentCount - networkFrom.segmentCount : null
  const perDelivery = (value: number | null): number | null => (value === null || deliveredCount === 0 ? null : value / deliveredCount)
  const figures = {
    applicationDownBytes: down,
    applicationUpBytes: up,
    applicationPerDeliveryBytes: perDelivery(down + up),
    wireBytes,
    wireSegmentCount,
    wirePerDeliveryBytes: perDelivery(wireBytes),
    wireSegmentsPerDelivery: perDelivery(wireSegmentCount),
    retransmittedSegmentCount: wire ? networkUntil.retransmittedCount - networkFrom.retransmittedCount : null,
    tcpTimeoutCount: wire ? networkUntil.tcpTimeoutCount - networkFrom.tcpTimeoutCount : null,
  }
  const times = between.length === 1 ? 'twice' : `${between.length + 1} times`
  const whyNoWire =
    between.length === 0 ? whyNoCounters(spec.ownNamespace) : `behind a ${between.join(' and a ')} every byte crosses the loopback ${times}`
  const { applicationPerDeliveryBytes } = figures
  const reasons = {
    ...nullReasons(figures, wire ? whyNoDelivery(observation) : whyNoWire),
    ...nullReasons({ applicationPerDeliveryBytes }, whyNoDelivery(observation)),
  }
  return { ...figures, reasons }
}

/** Tables of counts, added up by key. */
export function mergeCounts(tables: readonly Record<string, number>[]): Record<string, number> {
  const merged: Record<string, number> = {}
  for (const table of tables) for (const [key, count] of Object.entries(table)) merged[key] = (merged[key] ?? 0) + count
  return merged
}

/**
 * What it cost to connect one client that is there, over the five steps of the ramp.
 *
 * @param connectUs time in which clients connected, without the pauses between steps
 */
export function connectCost(
  ramp: readonly RampStep[],
  connectUs: number,
  ownNamespace: boolean,
): NonNullable<TrialResult['connections']['perConnect']> {
  const thereCount = ramp.at(-1)?.point.clientCount ?? 0
  const perClient = (total: number | null): number | null => (total === null || thereCount === 0 ? null : total / thereCount)
  const sum = (key: 'serverCpuUs' | 'wireBytes'): number | null =>
    ramp.reduce<number | null>((total, step) => (total === null || step[key] === null ? null : total + step[key]), 0)
  const figures = {
    timeUs: perClient(connectUs),
    serverCpuUs: perClient(sum('serverCpuUs')),
    wireBytes: ownNamespace ? perClient(sum('wireBytes')) : null,
  }
  const reasons = nullReasons(figures, thereCount === 0 ? 'no client subscribed' : notReadable)
  return { ...figures, reasons: ownNamespace ? reasons : { ...reasons, wireBytes: noNamespace } }
}

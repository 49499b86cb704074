import { readConnectionEvents } from '../core/connection-log.ts'
import type { PublisherReport } from '../core/publisher-control.ts'
import { plannedLengthMs } from '../core/fault-plan.ts'
import type { FaultRecovery } from '../core/fault-result.ts'
import { deliveryCount } from '../core/recorder.ts'
import type { TrialResult } from '../core/result.ts'
import { usPerMs } from '../core/units.ts'
import { links, type LinkId } from '../core/links.ts'
import { nullReasons } from '../core/result-parts.ts'
import type { LedgerOutcome } from '../metrics/ledger.ts'
import { recoveryOf } from '../metrics/recovery.ts'
import { subscribedChannels } from './schedule-file.ts'
import { notReported } from './loop-figures.ts'
import { serverOf, type TrialObservation } from '../trial/observation.ts'
import type { ExecutedFault } from '../trial/fault-runner.ts'

const diedWithIt = 'the counts of a killed server are lost with it'

/** The parts of a result that only a trial with faults or with links between clients and server has. */
export function faultFigures(
  observation: TrialObservation,
  outcome: LedgerOutcome,
): Pick<TrialResult, 'faults' | 'serverLives' | 'recovery' | LinkId> {
  return {
    ...Object.fromEntries(observation.path.map(({ id, connectionCount }) => [id, { means: links[id].role, connectionCount }])),
    ...(observation.faults.length === 0
      ? {}
      : { faults: observation.faults.map((fault) => realised(fault, observation)), recovery: recovery(observation, outcome) }),
    ...(observation.earlierLives.length === 0 ? {} : { serverLives: serverLives(observation) }),
  }
}

/** True for an instant at which there was no server to publish to, by plan. */
function isInOutage({ outages }: Pick<PublisherReport, 'outages'>, atUs: number): boolean {
  return outages.some(({ fromAtUs, untilAtUs }) => atUs >= fromAtUs && atUs <= untilAtUs)
}

/** Publishes that failed although a server should have taken them: those of a planned end of a server are none of them. */
export function refusedPublishCount({ publisher, faults }: Pick<TrialObservation, 'publisher' | 'faults'>): number {
  const isPlanned = (atUs: number): boolean =>
    isInOutage(publisher, atUs) ||
    faults.some(({ planned, startedAtUs, endedAtUs }) => 'downMs' in planned && atUs >= startedAtUs && atUs <= endedAtUs)
  return publisher.refusedAtUs.filter((atUs) => !isPlanned(atUs)).length
}

/** What the server counted of requests, or null when the counts of one incarnation were lost with it. */
export function serverSeenCount({ earlierLives, server }: TrialObservation): { value: number | null; reason: string } {
  if (server === null) return { value: null, reason: notReported('server') }
  const isKnown = earlierLives.every(({ counters }) => counters !== null)
  return { value: isKnown ? server.counters.requestCount : null, reason: diedWithIt }
}

function realised(fault: ExecutedFault, observation: TrialObservation): NonNullable<TrialResult['faults']>[number] {
  const { planned, startedAtUs, endedAtUs, reachedCount } = fault
  const { fromAtUs } = observation
  const figures = { reachedCount, plannedMs: plannedLengthMs(planned), plannedCount: plannedCount(fault, observation) }
  const everybody = 'it reaches every client'
  return {
    kind: planned.kind,
    plannedAtMs: planned.atMs,
    startMs: (startedAtUs - fromAtUs) / usPerMs,
    endMs: (endedAtUs - fromAtUs) / usPerMs,
    ...figures,
    reasons: nullReasons(figures, {
      reachedCount: everybody,
      plannedMs: 'it has no length',
      plannedCount: 'ratio' in planned ? 'clients come and go, so their number is not planned' : everybody,
    }),
  }
}

/** Clients that a fault was to reach: its share of those that no earlier fault has silenced. Null where it reaches all, or clients come and go. */
function plannedCount({ planned, startedAtUs }: ExecutedFault, { faults, clientHosts, jobs }: TrialObservation): number | null {
  if (!('ratio' in planned) || jobs !== undefined) return null
  const silenced = faults.filter(
    (other) =>
      other.startedAtUs < startedAtUs &&
      (other.planned.kind === 'half-open' || (other.planned.kind === 'slow-readers' && other.endedAtUs > startedAtUs)),
  )
  const silencedCount = silenced.reduce((sum, { reachedCount }) => sum + (reachedCount ?? 0), 0)
  const subscribedCount = clientHosts.reduce((sum, host) => sum + host.subscribed.length, 0)
  return Math.round(planned.ratio * Math.max(0, subscribedCount - silencedCount))
}

function serverLives({ earlierLives, server, fromAtUs }: TrialObservation): NonNullable<TrialResult['serverLives']> {
  const sinceMs = (atUs: number): number => (atUs - fromAtUs) / usPerMs
  const earlier = earlierLives.map((life) => ({
    startMs: sinceMs(life.fromAtUs),
    endMs: sinceMs(life.untilAtUs),
    end: life.end,
    requestCount: life.counters?.requestCount ?? null,
    reasons: life.counters === null ? { requestCount: diedWithIt } : {},
  }))
  const counted = earlier.reduce((sum, life) => sum + (life.requestCount ?? 0), 0)
  return [
    ...earlier,
    {
      startMs: earlier.at(-1)!.endMs,
      endMs: null,
      end: 'trial',
      requestCount: server === null ? null : server.counters.requestCount - counted,
      reasons: {
        endMs: 'it ran to the end of the trial',
        ...(server === null ? { requestCount: notReported('server') } : {}),
      },
    },
  ]
}

function recovery(observation: TrialObservation, outcome: LedgerOutcome): NonNullable<TrialResult['recovery']> {
  const { schedule, startAtUs, fromAtUs, untilAtUs, clientHosts, faults } = observation
  const { faults: found, ...rest } = recoveryOf({
    events: clientHosts.flatMap((host) => readConnectionEvents(host.connectionEvents)),
    clientCount: clientHosts.reduce((sum, host) => sum + host.subscribed.length, 0),
    faults: faults.map(({ planned, startedAtUs, endedAtUs }) => ({ kind: planned.kind, startedAtUs, endedAtUs })),
    fromAtUs,
    untilAtUs,
    dueAtUs: schedule.offsetsUs.map((offset) => startAtUs + offset),
    channelOfMessage: schedule.channels,
    channelOfClient: subscribedChannels(observation),
    messageOf: outcome.messageOf,
    clientOf: outcome.clientOf,
    duplicatedCount: outcome.ledger.duplicatedCount,
  })
  return {
    faults: found.map((fault, at) => {
      const kept = keptByServer(faults[at]!, observation)
      const vain = sentInVain(faults[at]!, observation)
      const reasons = { ...kept.reasons, ...(vain.value === null ? { sentInVainCount: vain.reason } : {}) }
      return { ...fault, ...kept, sentInVainCount: vain.value, reasons }
    }),
    ...rest,
  }
}

/** How long the server kept connections whose clients read nothing, by its descriptors in the samples. */
function keptByServer(
  { planned, startedAtUs, reachedCount }: ExecutedFault,
  observation: TrialObservation,
): Pick<FaultRecovery, 'serverKeptMs' | 'serverKeptCount' | 'reasons'> {
  const nothing = { serverKeptMs: null, serverKeptCount: null }
  const none = (reason: string) => ({ ...nothing, reasons: nullReasons(nothing, reason) })
  if (planned.kind !== 'slow-readers' && planned.kind !== 'half-open') return none('no client stopped reading')
  const counts = (observation.samples.byMember.get(serverOf(observation).key) ?? []).flatMap(({ atUs, descriptorCount }) =>
    descriptorCount === null ? [] : [{ atUs, descriptorCount }],
  )
  const before = counts.findLast(({ atUs }) => atUs <= startedAtUs)
  const after = counts.filter(({ atUs }) => atUs > startedAtUs)
  if (before === undefined || after.length === 0) return none('descriptors were not read')
  const gone = after.find(({ descriptorCount }) => before.descriptorCount - descriptorCount >= reachedCount!)
  const kept = Math.max(0, reachedCount! - (before.descriptorCount - after.at(-1)!.descriptorCount))
  const figures = {
    serverKeptMs: gone === undefined ? null : (gone.atUs - startedAtUs) / usPerMs,
    serverKeptCount: planned.kind === 'half-open' ? kept : null,
  }
  const reasons = nullReasons(figures, {
    serverKeptMs: 'not all of these connections were closed at one time in the window',
    serverKeptCount: 'clients that resumed reading may have reconnected',
  })
  return { ...figures, reasons }
}

/** What the server counts as given less what clients have read; another fault beside it would lose some of that too. */
function sentInVain(
  { planned }: ExecutedFault,
  { faults, server, clientHosts }: TrialObservation,
): { value: number | null; reason: string } {
  const nobody = { value: null, reason: 'no client vanished' }
  if (planned.kind !== 'half-open') return nobody
  if (faults.length > 1) return { value: null, reason: 'with several faults it is unknown in which of them it was lost' }
  if (server === null) return { value: null, reason: notReported('server') }
  const { deliveredCount, answeredCount, emptyCount } = server.counters
  const total = (of: (host: (typeof clientHosts)[number]) => number): number => clientHosts.reduce((sum, host) => sum + of(host), 0)
  // A server of polls counts answers, one of streams the messages that it hands over.
  const value =
    deliveredCount > 0
      ? deliveredCount - total(({ deliveries }) => deliveryCount(deliveries))
      : answeredCount + emptyCount - total(({ requests }) => requests.completedCount ?? 0)
  return { value: Math.max(0, value), reason: '' }
}

import type { TrialResult } from '../core/result.ts'
import { transportOf } from '../core/transports/registry.ts'
import type { GateFacts } from '../metrics/gates.ts'
import type { LedgerOutcome } from '../metrics/ledger.ts'
import { nearestRank } from '../metrics/quantiles.ts'
import { generatorLoops } from '../metrics/loops.ts'
import { refusedPublishCount } from './fault-figures.ts'
import { machineFigures } from './machine-figures.ts'
import type { TrialObservation } from '../trial/observation.ts'
import { offersMessages } from '../scenario/scenario-meaning.ts'

/** What the gates judge a trial by, from what was observed and from the figures made of it. */
export function gateFacts(
  observation: TrialObservation,
  trial: Omit<TrialResult, 'validity'>,
  outcome: LedgerOutcome,
  lagsUs: Float64Array,
): GateFacts {
  const { requests, connections, clients } = trial
  const sortedLags = lagsUs.toSorted()
  const { contender } = observation.spec
  const transport = transportOf(contender.transport)
  const hasGrid = transport.slotMs(contender) !== undefined
  // A request that failed, or that was sent again, may or may not have reached the server: only a trial without such requests can be held to equal counts.
  const isCountable =
    requests.failedCount + requests.timedOutCount + requests.staleSocketCount + (requests.upstream?.failedCount ?? 0) === 0
  return {
    interrupted: observation.isClosedEarly
      ? { measuredUs: observation.untilAtUs - observation.fromAtUs, plannedUs: observation.plannedUntilAtUs - observation.fromAtUs }
      : null,
    publisherLagP99Us: nearestRank(sortedLags, 0.99),
    publisherLagMaxUs: sortedLags.at(-1) ?? null,
    deliveryLatencyP99Us: trial.deliveryLatencyUs.p99,
    loadedP99Us: trial.probe?.loadedP99Us ?? null,
    probeP99Us: trial.probe?.probeP99Us ?? null,
    generators: generatorLoops(trial),
    windowUs: observation.untilAtUs - observation.fromAtUs,
    ...publishCounts(observation),
    // What overflows when clients come back from a planned fault is what the trial is to show.
    acceptOverflowCount: observation.networkBeforeFaults?.acceptOverflowCount ?? connections.acceptOverflowCount,
    acceptDropCount: observation.networkBeforeFaults?.acceptDropCount ?? connections.acceptDropCount,
    earlyMessageCount: lagsUs.filter((lagUs) => lagUs < 0).length,
    unpublishedMessageCount: observation.publisher.publishedAtUs.filter(Number.isNaN).length,
    refusedPublishCount: refusedPublishCount(observation) + (requests.upstream?.failedCount ?? 0),
    overduePairCount: trial.overdueCount ?? 0,
    serverUtilisationRatio: trial.server.loop.utilisationRatio,
    serverStallP99Us: trial.server.loop.stallP99Us ?? null,
    ...trial.machine,
    hiccups: trial.machine.hiccups ?? [],
    hasLock: observation.spec.hasLock,
    settings: trial.server.settings,
    askedBacklog: observation.spec.backlog,
    mayCompress: transport.mayCompress(contender),
    expectedPairCount: trial.ledger.expectedCount,
    offersMessages: offersMessages(observation.spec.scenario),
    askedClientCount: clients.askedCount,
    subscribedClientCount: clients.subscribedCount,
    clientFailures: clients.faults,
    negativeLatencyCount: outcome.negativeCount,
    notReceivedPairCount: trial.ledger.notReceivedCount,
    awayPairCount: awayPairCount(observation, outcome),
    hasFaults: observation.faults.length > 0,
    drain: drainFacts(observation),
    clientRequestCount: isCountable ? requests.sentCount + (requests.upstream?.sentCount ?? 0) + (trial.probe?.requestCount ?? 0) : null,
    serverRequestCount: requests.serverSeenCount === null ? null : requests.serverSeenCount + (requests.upstream?.serverSeenCount ?? 0),
    areClientsSending: observation.schedule.senders !== undefined || observation.jobs !== undefined,
    pollSlotCount: hasGrid ? requests.window.sentCount + requests.window.overrunCount : null,
    pollOverrunCount: hasGrid ? requests.window.overrunCount : null,
  }
}

function awayPairCount({ clientHosts }: TrialObservation, { notReceivedOfClient }: LedgerOutcome): number {
  return clientHosts.flatMap(({ away }) => [...away]).reduce((sum, client) => sum + notReceivedOfClient[client]!, 0)
}

function drainFacts({ drain, spec, members }: TrialObservation): GateFacts['drain'] {
  const { samples, stallMaxUs } = drain
  if (samples === null) return null
  return { stallMaxUs, ...machineFigures({ samples, cores: spec.cores, members, hiccups: { reason: 'not watched in the drain' } }) }
}

function publishCounts({
  schedule,
  startAtUs,
  fromAtUs,
  untilAtUs,
  publisher,
}: TrialObservation): Pick<GateFacts, 'plannedMessageCount' | 'publishedMessageCount'> {
  const isMeasured = (atUs: number): boolean => atUs >= fromAtUs && atUs < untilAtUs
  let plannedMessageCount = 0
  let publishedMessageCount = 0
  for (const [sequence, offsetUs] of schedule.offsetsUs.entries()) {
    if (isMeasured(startAtUs + offsetUs)) plannedMessageCount++
    if (isMeasured(publisher.publishedAtUs[sequence]!)) publishedMessageCount++
  }
  return { plannedMessageCount, publishedMessageCount }
}

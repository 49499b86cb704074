import type { TrialResult } from '../core/result.ts'
import { transportOf } from '../core/transports/registry.ts'
import { plannedPath } from '../core/links.ts'
import { connectionsPerClient } from '../machine/limits.ts'
import type { GateFacts } from '../metrics/gates.ts'
import type { LedgerOutcome } from '../metrics/ledger.ts'
import { neverSubscribed } from '../metrics/pair-map.ts'
import { nearestRank } from '../metrics/quantiles.ts'
import { generatorLoops } from '../metrics/loops.ts'
import { refusedPublishCount } from './fault-figures.ts'
import { machineFigures } from './machine-figures.ts'
import { subscribedChannels } from './schedule-file.ts'
import { peakOf } from '../trial/sampler.ts'
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
    faults: trial.faults ?? [],
    askedBacklog: observation.spec.backlog,
    mayCompress: transport.mayCompress(contender),
    expectedPairCount: trial.ledger.expectedCount,
    offersMessages: offersMessages(observation.spec.scenario),
    askedClientCount: clients.askedCount,
    subscribedClientCount: clients.subscribedCount,
    missingClients: missingClients(observation),
    heldClientCount: observation.heldCount,
    unservedClients: unservedClients(outcome),
    descriptorTables: descriptorTables(observation),
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

/** Asked for and not subscribed; none where clients come and go. */
function missingClients(observation: TrialObservation): number[] {
  if (observation.jobs !== undefined) return []
  const channels = subscribedChannels(observation)
  return [...channels.keys()].filter((client) => channels[client] === neverSubscribed)
}

/** Subscribed, and of the messages that were due for them in the measured window none came. */
function unservedClients({ clientOf, expectedOfClient }: LedgerOutcome): number[] {
  const isServed = new Uint8Array(expectedOfClient.length)
  for (const client of clientOf) isServed[client] = 1
  return [...expectedOfClient.keys()].filter((client) => expectedOfClient[client]! > 0 && isServed[client] === 0)
}

/** Of the server and the links; none where clients come and go, since their number at a time is not planned. */
function descriptorTables(observation: TrialObservation): GateFacts['descriptorTables'] {
  const { spec, members, samples, ramp } = observation
  if (observation.jobs !== undefined) return []
  const connectionCount = spec.clientCount * connectionsPerClient(spec.scenario)
  const linkSockets = new Map(plannedPath(spec.scenario).map(({ kind }) => [kind.role, kind.socketsPerConnection]))
  return members.flatMap(({ role, key, descriptorLimitCount: limitCount, ownDescriptorCount: ownCount }) => {
    const isServer = role === 'server'
    const sockets = isServer ? 1 : linkSockets.get(role)
    const counts = [
      peakOf(samples.byMember.get(key) ?? [], 'descriptorCount'),
      ...(isServer ? ramp.map(({ point }) => point.descriptorCount) : []),
    ].filter((count) => count !== null)
    if (sockets === undefined || limitCount === null || ownCount === null || counts.length === 0) return []
    const name = isServer ? 'the server' : `the ${role}`
    return [{ name, limitCount, peakCount: Math.max(...counts), ownCount, connectionCount: sockets * connectionCount }]
  })
}

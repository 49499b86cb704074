import type { Family } from '../core/family.ts'
import { clientsText, inMs, inPercent, inSeconds, type Finding } from './gate-text.ts'
import type { LoopFacts } from './loops.ts'
import { competingLoad, ownership, steal, type MachineFacts } from './machine-gates.ts'
import { trafficLimits } from './traffic-limits.ts'

/** What a measured window measures. Memory, descriptors and connecting are of the ramp before it, and a loss is one at any load. */
export const ofTheWindow: readonly Family[] = ['latency', 'cpu', 'throughput']

/** What gates need to know of the traffic of a trial and of who made it. Null = not measured; a gate without its facts lets the trial pass. */
export interface TrafficFacts {
  /** True when clients send, so that the publisher's lag is theirs. */
  areClientsSending?: boolean
  /** By nearest rank, however few messages; where it is null the maximum stands for it. */
  publisherLagP99Us: number | null
  publisherLagMaxUs: number | null
  /** p99 of delivery latency; null when it is +∞ or not resolvable, and the lag is then held to 2 ms. */
  deliveryLatencyP99Us: number | null
  /** Publisher, client hosts and relay. */
  generators: readonly LoopFacts[]
  /** Length of the measured window. */
  windowUs: number
  /** Messages due in the measured window. */
  plannedMessageCount: number
  /** Messages published in the measured window, whenever they were due. */
  publishedMessageCount: number
  /** Messages that left before they were due, in the measured window. */
  earlyMessageCount: number
  /** Messages of the whole schedule that never left, and publish requests that the server did not take. */
  unpublishedMessageCount: number
  refusedPublishCount: number
  expectedPairCount: number
  /** False where the scenario has no messages by intent. */
  offersMessages: boolean
  /** Of these, delivered only after the window although they had been due long before its end. */
  overduePairCount: number
  serverUtilisationRatio: number | null
  /** Loop delay of the server at p99. */
  serverStallP99Us: number | null
  askedClientCount: number
  subscribedClientCount: number
  /** By their numbers, those that were asked for and did not subscribe; none where clients come and go. */
  missingClients: readonly number[]
  /** How many the server reports holding; null where it holds nothing for them all the time, or does not report it. */
  heldClientCount: number | null
  /** By their numbers, those that say that they are subscribed and received nothing of what was due for them. */
  unservedClients: readonly number[]
  /** Deliveries received before they were due. */
  negativeLatencyCount: number
  /** Requests by the clients' count that must have reached the server, and what the server counted. */
  clientRequestCount: number | null
  serverRequestCount: number | null
  /** Poll slots of the measured window, and those at which the poll before was unfinished; null = no poll grid. */
  pollSlotCount: number | null
  pollOverrunCount: number | null
  /** Length of a measured window that was closed early, with the length that was planned. */
  interrupted: { measuredUs: number; plannedUs: number } | null
  /** Of the expected pairs, those of which nothing had come when the drain ended, and nothing later either. */
  notReceivedPairCount: number
  /** Of these, those of clients that had no connection then. */
  awayPairCount: number
  /** True where faults were planned: a client may be away because of them. */
  hasFaults: boolean
  /** What disturbed the drain; null where it was not looked at, since all had come. */
  drain: DrainFacts | null
  /** p99 of delivery latency of the same messages in the loaded client hosts and in the probe host; null without enough of them. */
  loadedP99Us: number | null
  probeP99Us: number | null
}

/** What gates need to know of a drain that ended at its deadline. */
export interface DrainFacts extends Pick<MachineFacts, 'competingServerCpuRatio' | 'competingGeneratorCpuRatio' | 'stealRatio'> {
  /** Longest that the client hosts took for an answer, or the trial's own process to wake up. */
  stallMaxUs: number
}

export function clientsMissing({
  askedClientCount: asked,
  subscribedClientCount: reached,
  missingClients,
  ...facts
}: TrafficFacts & MachineFacts): Finding {
  if (asked === reached) return null
  const found = Object.entries(facts.clientFailures).flatMap(([name, count]) =>
    count > 0 ? [[name, count, ownership(name, facts)] as const] : [],
  )
  const faults = found.map(([name, count, { text }]) => `${name} ${count}${text}`)
  const named = faults.length === 0 ? 'no fault was recorded' : `faults: ${faults.join(', ')}`
  const who = missingClients.length === 0 ? '' : `, missing: ${clientsText(missingClients)}`
  const isOfGenerator = found.some(([, , { owner }]) => owner === 'generator')
  const message = `asked for ${asked} clients, ${reached} subscribed${who}; ${named}`
  return { status: 'invalid', message, ...(isOfGenerator ? { owner: 'generator' } : {}) }
}

/**
 * A socket that was upgraded and forgotten is not a client: the server must hold every client that reports being subscribed. What
 * is lost to those who are not is the contender's, so the trial counts.
 */
export function heldMismatch({
  subscribedClientCount: subscribed,
  heldClientCount: held,
  unservedClients,
}: Pick<TrafficFacts, 'subscribedClientCount' | 'heldClientCount' | 'unservedClients'>): Finding {
  if (held === null || held === subscribed) return null
  const both = `${subscribed} clients report being subscribed, but the server holds ${held}`
  if (held > subscribed) return { status: 'tainted', message: `${both}; figures per client count the ${subscribed}` }
  const who = unservedClients.length === 0 ? 'which ones are missing is unknown' : `no message reached ${clientsText(unservedClients)}`
  return { status: 'tainted', message: `${both}; ${who}; figures per client count the ${held}` }
}

export function negativeLatency({ negativeLatencyCount: count }: TrafficFacts): Finding {
  if (count === 0) return null
  return { status: 'invalid', message: `${count} deliveries were received before they were due: the clock or the schedule is wrong` }
}

/** Rests where there is nothing to deliver by intent: then memory, descriptors and connecting are what is measured. */
export function ledgerNotExercised({ expectedPairCount: count, offersMessages }: TrafficFacts): Finding {
  if (!offersMessages) return null
  if (count >= trafficLimits.expectedPairCount) return null
  return {
    status: 'unknown',
    message: `only ${count} deliveries were expected; at least ${trafficLimits.expectedPairCount} are needed to conclude that none was lost`,
  }
}

export function publisherLag(facts: TrafficFacts): Finding {
  const { publisherLagMaxUs: maxUs, deliveryLatencyP99Us } = facts
  const p99Us = facts.publisherLagP99Us ?? maxUs
  const who = facts.areClientsSending === true ? 'the sending clients were' : 'the publisher was'
  if (maxUs !== null && maxUs > trafficLimits.publisherLagMaxUs) {
    return {
      status: 'invalid',
      message: `${who} up to ${inMs(maxUs)} late; at most ${inMs(trafficLimits.publisherLagMaxUs)} is allowed`,
    }
  }
  const allowedUs = Math.max(trafficLimits.publisherLagP99Us, trafficLimits.publisherLagRatioOfP99 * (deliveryLatencyP99Us ?? 0))
  if (p99Us === null || p99Us <= allowedUs) return null
  return { status: 'tainted', message: `${who} ${inMs(p99Us)} late at p99; at most ${inMs(allowedUs)} is allowed` }
}

export function offeredRate({ plannedMessageCount: planned, publishedMessageCount: published }: TrafficFacts): Finding {
  const offCount = Math.abs(published - planned)
  // A single message that crosses an edge of the window is no fault of the rate, however few there are.
  if (offCount <= 1 && planned > 1) return null
  const offRatio = planned === 0 ? (published === 0 ? 0 : 1) : offCount / planned
  if (offRatio <= trafficLimits.offeredRateTaintedRatio) return null
  const status = offRatio > trafficLimits.offeredRateInvalidRatio ? 'invalid' : 'tainted'
  const message = `${published} messages were published in the window where ${planned} were planned (off by ${inPercent(offRatio)})`
  return { status, message: `${message}; at most ${inPercent(trafficLimits.offeredRateTaintedRatio)} is allowed` }
}

export function generatorStall({ generators, windowUs }: TrafficFacts): Finding {
  const worst = worstOf(generators, 'stallMaxUs')
  if (worst === null || worst.value <= trafficLimits.stallTaintedUs) return null
  const message = `${worst.name} stalled for ${inMs(worst.value)}; at most ${inMs(trafficLimits.stallTaintedUs)} is allowed`
  if (worst.value <= trafficLimits.stallInvalidUs) return { status: 'tainted', message }
  const isLong = worst.value > windowUs * trafficLimits.stallOfWindowRatio
  return { status: 'invalid', message, ...(isLong ? { families: [...ofTheWindow] } : {}) }
}

export function generatorUtilisation({ generators }: TrafficFacts): Finding {
  const worst = worstOf(generators, 'utilisationRatio')
  if (worst === null || worst.value <= trafficLimits.utilisationTaintedRatio) return null
  const status = worst.value > trafficLimits.utilisationInvalidRatio ? 'invalid' : 'tainted'
  const allowed = inPercent(trafficLimits.utilisationTaintedRatio)
  return {
    status,
    message: `the event loop of ${worst.name} was busy for ${inPercent(worst.value)} of the time; at most ${allowed} is allowed`,
  }
}

export function countMismatch({ clientRequestCount: clients, serverRequestCount: server }: TrafficFacts): Finding {
  if (clients === null || server === null || clients === server) return null
  return { status: 'tainted', message: `clients counted ${clients} requests, but the server counted ${server}` }
}

export function pollOverrun({ pollSlotCount: slots, pollOverrunCount: overruns }: TrafficFacts): Finding {
  if (slots === null || overruns === null || overruns <= slots * trafficLimits.pollOverrunRatio) return null
  const allowed = inPercent(trafficLimits.pollOverrunRatio)
  return {
    status: 'tainted',
    message: `${overruns} of ${slots} polls were unfinished when the next one was due; at most ${allowed} is allowed`,
  }
}

export function publishedEarly({ earlyMessageCount: count }: TrafficFacts): Finding {
  if (count === 0) return null
  return { status: 'invalid', message: `${count} messages were published before they were due: the schedule was not kept` }
}

export function scheduleUnmet({ unpublishedMessageCount: missing, refusedPublishCount: refused }: TrafficFacts): Finding {
  if (missing + refused === 0) return null
  return {
    status: 'invalid',
    message: `${missing} messages of the schedule were never published, and the server refused ${refused} publishes`,
  }
}

/**
 * A pair of which nothing had come may be late, lost, or never asked for. It is the contender's where nobody else may be
 * why; a client that is away though no fault was planned was sent away by its server.
 *
 * @param speaking gates of the machine or of the generator that found something
 */
export function notReceived(
  { notReceivedPairCount: count, awayPairCount: away, expectedPairCount, hasFaults, drain }: TrafficFacts,
  speaking: readonly string[],
): Finding {
  if (count === 0) return null
  const causes = [
    ...(speaking.length === 0 ? [] : [`${speaking.join(' and ')} found the machine or the generator disturbed`]),
    ...(drain === null ? [] : drainTexts(drain)),
    ...(hasFaults && away > 0 ? [`the clients of ${away} of them had not reconnected after a planned fault`] : []),
  ]
  if (causes.length === 0) return null
  const what = `${count} of ${expectedPairCount} deliveries had neither arrived nor been overtaken by a later one when the drain ended`
  return { status: 'invalid', message: `${what}, and ${causes.join('; ')}: the contender is not blamed for them; run it again` }
}

function drainTexts(drain: DrainFacts): string[] {
  const { stallMaxUs } = drain
  const stall = stallMaxUs > trafficLimits.stallTaintedUs ? [`the generator stalled for ${inMs(stallMaxUs)}`] : []
  return [...stall, ...[competingLoad(drain), steal(drain)].flatMap((found) => found?.message ?? [])].map(
    (text) => `during the drain ${text}`,
  )
}

/** Half a window is listed and never stands beside whole ones: its messages had no time to arrive, and its edges are not the others'. */
export function interrupted({ interrupted: cut }: TrafficFacts): Finding {
  if (cut === null) return null
  const measured = `measured ${inSeconds(cut.measuredUs)} of ${inSeconds(cut.plannedUs)}`
  return {
    status: 'invalid',
    message: `${measured}, then the run was stopped; what had not arrived half a second later counts as not received`,
  }
}

/** Clients of the loaded hosts that see more than a client of an idle host has waited for their own process, not for the server. */
export function clientQueueing({ loadedP99Us: loaded, probeP99Us: probe }: TrafficFacts): Finding {
  if (loaded === null || probe === null) return null
  const allowedUs = Math.max(trafficLimits.clientQueueingUs, trafficLimits.clientQueueingRatio * probe)
  if (Math.abs(loaded - probe) <= allowedUs) return null
  const message = `the same messages have a p99 of ${inMs(loaded)} in the client hosts and of ${inMs(probe)} in the idle probe host`
  return {
    status: 'tainted',
    message: `${message}; a difference of at most ${inMs(allowedUs)} is allowed: deliveries queue inside the client hosts`,
  }
}

function worstOf(loops: readonly LoopFacts[], key: 'stallMaxUs' | 'utilisationRatio'): { name: string; value: number } | null {
  let worst: { name: string; value: number } | null = null
  for (const loop of loops) {
    const value = loop[key]
    if (value !== null && (worst === null || value > worst.value)) worst = { name: loop.name, value }
  }
  return worst
}

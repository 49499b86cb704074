import { generatorFaults } from '../core/faults.ts'
import type { GateResult, TrialResult } from '../core/result.ts'
import { usPerMs, usPerSecond } from '../core/units.ts'

/** What the gates of validity need to know of a trial. Null = not measured; a gate without its facts lets the trial pass. */
export interface GateFacts {
  /** Length of a measured window that was closed early, with the length that was planned. */
  interrupted: { measuredUs: number; plannedUs: number } | null
  /** By nearest rank, however few messages; where it is null the maximum stands for it. */
  publisherLagP99Us: number | null
  publisherLagMaxUs: number | null
  /** p99 of delivery latency; null when it is +∞ or not resolvable, and the lag is then held to 2 ms. */
  deliveryLatencyP99Us: number | null
  /** Publisher and client hosts. `name` is what a reader knows the process by: "publisher", "client host 2". */
  generators: readonly { name: string; stallMaxUs: number | null; utilisationRatio: number | null }[]
  /** p99 of delivery latency of the same messages in the loaded client hosts and in the probe host; null without enough of them. */
  loadedP99Us: number | null
  probeP99Us: number | null
  /** Messages due in the measured window. */
  plannedMessageCount: number
  /** Messages published in the measured window, whenever they were due. */
  publishedMessageCount: number
  /** Connections that the kernel dropped because the accept queue was full, over the trial. */
  acceptOverflowCount: number | null
  expectedPairCount: number
  askedClientCount: number
  subscribedClientCount: number
  /** Faults while subscribing, by class. */
  clientFaults: Readonly<Record<string, number>>
  /** Deliveries received before they were due. */
  negativeLatencyCount: number
  /** Requests by the clients' count that must have reached the server, and what the server counted. */
  clientRequestCount: number | null
  serverRequestCount: number | null
  /** Poll slots of the measured window, and those at which the poll before was unfinished; null = no poll grid. */
  pollSlotCount: number | null
  pollOverrunCount: number | null
}

/** One gate: null lets the trial pass. */
export interface Gate {
  gate: string
  check: (facts: GateFacts) => Pick<GateResult, 'status' | 'message'> | null
}

/** First limits of the gates (design section 6); a value above the limit fails, a value at it passes. */
export const gateLimits = {
  publisherLagP99Us: 2_000,
  publisherLagRatioOfP99: 0.1,
  publisherLagMaxUs: 100_000,
  stallTaintedUs: 50_000,
  stallInvalidUs: 250_000,
  utilisationTaintedRatio: 0.7,
  utilisationInvalidRatio: 0.9,
  offeredRateTaintedRatio: 0.01,
  offeredRateInvalidRatio: 0.05,
  expectedPairCount: 500,
  pollOverrunRatio: 0.01,
  clientQueueingUs: 1_000,
  clientQueueingRatio: 0.2,
} as const

/** All gates, in the order in which their findings are listed. */
export const gates: readonly Gate[] = [
  { gate: 'interrupted', check: interrupted },
  { gate: 'clients-missing', check: clientsMissing },
  { gate: 'negative-latency', check: negativeLatency },
  { gate: 'ledger-not-exercised', check: ledgerNotExercised },
  { gate: 'publisher-lag', check: publisherLag },
  { gate: 'offered-rate', check: offeredRate },
  { gate: 'generator-stall', check: generatorStall },
  { gate: 'generator-utilisation', check: generatorUtilisation },
  { gate: 'accept-overflow', check: acceptOverflow },
  { gate: 'count-mismatch', check: countMismatch },
  { gate: 'poll-overrun', check: pollOverrun },
  { gate: 'client-queueing', check: clientQueueing },
]

const severity = ['valid', 'tainted', 'unknown', 'invalid'] as const

/**
 * Judges a trial: each gate that fails is a reason, and the worst of them is the status (invalid, unknown, tainted, valid).
 *
 * @param table the gates to apply; a script that proves each gate leaves one out in turn
 */
export function judge(facts: GateFacts, table: readonly Gate[] = gates): TrialResult['validity'] {
  const reasons = table.flatMap(({ gate, check }) => {
    const finding = check(facts)
    return finding === null ? [] : [{ gate, ...finding }]
  })
  const worst = reasons.reduce((most, { status }) => Math.max(most, severity.indexOf(status)), 0)
  return { status: severity[worst]!, reasons }
}

/** True for the part of a trial that was stopped in its measured window. */
export function wasInterrupted({ validity }: Pick<TrialResult, 'validity'>): boolean {
  return validity.reasons.some(({ gate }) => gate === 'interrupted')
}

/** Half a window is listed and never stands beside whole ones: its messages had no time to arrive, and its edges are not the others'. */
function interrupted({ interrupted: cut }: GateFacts): ReturnType<Gate['check']> {
  if (cut === null) return null
  const measured = `measured ${inSeconds(cut.measuredUs)} of ${inSeconds(cut.plannedUs)}`
  return { status: 'invalid', message: `${measured}, then it was stopped; what had not arrived half a second later counts as lost` }
}

function clientsMissing({ askedClientCount: asked, subscribedClientCount: reached, clientFaults }: GateFacts): ReturnType<Gate['check']> {
  if (asked === reached) return null
  const faults = Object.entries(clientFaults)
    .filter(([, count]) => count > 0)
    .map(([name, count]) => `${name} ${count}${isGeneratorFault(name) ? ' (of the generator, not of the server)' : ''}`)
  const named = faults.length === 0 ? 'no fault was recorded' : `faults: ${faults.join(', ')}`
  return { status: 'invalid', message: `asked for ${asked} clients, ${reached} subscribed; ${named}` }
}

function isGeneratorFault(name: string): boolean {
  return generatorFaults.some((fault) => fault === name)
}

function negativeLatency({ negativeLatencyCount: count }: GateFacts): ReturnType<Gate['check']> {
  if (count === 0) return null
  return { status: 'invalid', message: `${count} deliveries were received before they were due: the clock or the schedule is wrong` }
}

function ledgerNotExercised({ expectedPairCount: count }: GateFacts): ReturnType<Gate['check']> {
  if (count >= gateLimits.expectedPairCount) return null
  return {
    status: 'unknown',
    message: `${count} deliveries were expected, at least ${gateLimits.expectedPairCount} are needed to say that none is lost`,
  }
}

function publisherLag(facts: GateFacts): ReturnType<Gate['check']> {
  const { publisherLagMaxUs: maxUs, deliveryLatencyP99Us } = facts
  const p99Us = facts.publisherLagP99Us ?? maxUs
  if (maxUs !== null && maxUs > gateLimits.publisherLagMaxUs) {
    return {
      status: 'invalid',
      message: `the publisher was up to ${inMs(maxUs)} late, at most ${inMs(gateLimits.publisherLagMaxUs)} is allowed`,
    }
  }
  const allowedUs = Math.max(gateLimits.publisherLagP99Us, gateLimits.publisherLagRatioOfP99 * (deliveryLatencyP99Us ?? 0))
  if (p99Us === null || p99Us <= allowedUs) return null
  return { status: 'tainted', message: `the publisher was ${inMs(p99Us)} late at p99, at most ${inMs(allowedUs)} is allowed` }
}

function offeredRate({ plannedMessageCount: planned, publishedMessageCount: published }: GateFacts): ReturnType<Gate['check']> {
  const offCount = Math.abs(published - planned)
  // A single message that crosses an edge of the window is no fault of the rate, however few there are.
  if (offCount <= 1 && planned > 1) return null
  const offRatio = planned === 0 ? (published === 0 ? 0 : 1) : offCount / planned
  if (offRatio <= gateLimits.offeredRateTaintedRatio) return null
  const status = offRatio > gateLimits.offeredRateInvalidRatio ? 'invalid' : 'tainted'
  const message = `${published} messages were published in the window, planned were ${planned} (off by ${inPercent(offRatio)})`
  return { status, message: `${message}; at most ${inPercent(gateLimits.offeredRateTaintedRatio)} is allowed` }
}

function generatorStall({ generators }: GateFacts): ReturnType<Gate['check']> {
  const worst = worstOf(generators, 'stallMaxUs')
  if (worst === null || worst.value <= gateLimits.stallTaintedUs) return null
  const status = worst.value > gateLimits.stallInvalidUs ? 'invalid' : 'tainted'
  return { status, message: `${worst.name} stood still for ${inMs(worst.value)}, at most ${inMs(gateLimits.stallTaintedUs)} is allowed` }
}

function generatorUtilisation({ generators }: GateFacts): ReturnType<Gate['check']> {
  const worst = worstOf(generators, 'utilisationRatio')
  if (worst === null || worst.value <= gateLimits.utilisationTaintedRatio) return null
  const status = worst.value > gateLimits.utilisationInvalidRatio ? 'invalid' : 'tainted'
  const allowed = inPercent(gateLimits.utilisationTaintedRatio)
  return { status, message: `the event loop of ${worst.name} was busy for ${inPercent(worst.value)}, at most ${allowed} is allowed` }
}

function acceptOverflow({ acceptOverflowCount: count }: GateFacts): ReturnType<Gate['check']> {
  if (count === null || count === 0) return null
  return { status: 'tainted', message: `${count} connections found the accept queue full: connect times are the kernel's retries` }
}

function countMismatch({ clientRequestCount: clients, serverRequestCount: server }: GateFacts): ReturnType<Gate['check']> {
  if (clients === null || server === null || clients === server) return null
  return { status: 'tainted', message: `clients counted ${clients} requests, the server ${server}` }
}

function pollOverrun({ pollSlotCount: slots, pollOverrunCount: overruns }: GateFacts): ReturnType<Gate['check']> {
  if (slots === null || overruns === null || overruns <= slots * gateLimits.pollOverrunRatio) return null
  const allowed = inPercent(gateLimits.pollOverrunRatio)
  return {
    status: 'tainted',
    message: `${overruns} of ${slots} polls were unfinished when the next was due, at most ${allowed} is allowed`,
  }
}

/** Clients of the loaded hosts that see more than a client of an idle host has waited for their own process, not for the server. */
function clientQueueing({ loadedP99Us: loaded, probeP99Us: probe }: GateFacts): ReturnType<Gate['check']> {
  if (loaded === null || probe === null) return null
  const allowedUs = Math.max(gateLimits.clientQueueingUs, gateLimits.clientQueueingRatio * probe)
  if (Math.abs(loaded - probe) <= allowedUs) return null
  const message = `the same messages have a p99 of ${inMs(loaded)} in the client hosts and of ${inMs(probe)} in the idle probe host`
  return { status: 'tainted', message: `${message}, at most ${inMs(allowedUs)} apart is allowed: clients queue in their own process` }
}

function worstOf(generators: GateFacts['generators'], key: 'stallMaxUs' | 'utilisationRatio'): { name: string; value: number } | null {
  let worst: { name: string; value: number } | null = null
  for (const generator of generators) {
    const value = generator[key]
    if (value !== null && (worst === null || value > worst.value)) worst = { name: generator.name, value }
  }
  return worst
}

function inMs(us: number): string {
  return `${(us / usPerMs).toFixed(1)} ms`
}

function inSeconds(us: number): string {
  return `${(us / usPerSecond).toFixed(1)} s`
}

function inPercent(ratio: number): string {
  return `${(ratio * 100).toFixed(1)} %`
}

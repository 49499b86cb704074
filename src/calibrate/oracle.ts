import type { DeliveryRecord } from '../core/recorder.ts'
import { seededRandom } from '../core/random.ts'
import { usPerMs } from '../core/units.ts'
import { nearestRank } from '../metrics/quantiles.ts'

/** A time in which the server was frozen, in µs of the shared clock. */
export interface StopWindow {
  stoppedAtUs: number
  resumedAtUs: number
}

/** What decides when an ideal server, one that takes no time at all, would have delivered. */
export interface OracleInput {
  /** Due instant of each message, by sequence. */
  dueAtUs: Float64Array
  /** Apart from each other, in any order. */
  stops?: readonly StopWindow[]
  /** Poll grid of the clients, by the trial's seed or by the phases themselves; absent for transports that deliver as soon as there is something. */
  poll?: { intervalMs: number } & ({ seed: number } | { phasesUs: readonly number[] })
}

/**
 * The discrete-event model of the four transports with zero service time: the least latency that a (message, client) pair
 * can have, in µs. Measured − expected is the honest cost of the real thing.
 *
 * Long polling (whatever its hold: an empty answer and the next poll take no time), SSE and WebSocket deliver at the due
 * instant, or at the end of the stop that it falls into; there measured − expected is never negative. Short polling
 * delivers at the client's first slot at or after due. The first slot within a stop leaves a poll that is answered at the
 * stop's end with all that is due by then, the slots behind it are overruns; there measured − expected may be one interval
 * less, when a poll that left a little late takes along what was due after its slot.
 */
export function expectedLatencyUs(input: OracleInput): (message: number, client: number) => number {
  const { dueAtUs, stops = [], poll } = input
  const stopAt = (atUs: number): StopWindow | undefined =>
    stops.find(({ stoppedAtUs, resumedAtUs }) => atUs >= stoppedAtUs && atUs < resumedAtUs)
  if (poll === undefined) {
    return (message) => {
      const due = dueAtUs[message]!
      return (stopAt(due)?.resumedAtUs ?? due) - due
    }
  }
  const intervalUs = poll.intervalMs * usPerMs
  const phases: number[] = []
  const phaseOf = (client: number): number =>
    (phases[client] ??= 'seed' in poll ? pollPhaseUs(client, poll.intervalMs, poll.seed) : poll.phasesUs[client]!)
  return (message, client) => {
    const due = dueAtUs[message]!
    const phase = phaseOf(client)
    const firstSlot = (atUs: number): number => phase + Math.ceil((atUs - phase) / intervalUs) * intervalUs
    const stop = stopAt(due)
    const isAsked = stop !== undefined && firstSlot(stop.stoppedAtUs) <= due
    const askedAtUs = isAsked ? due : firstSlot(due)
    return (stopAt(askedAtUs)?.resumedAtUs ?? askedAtUs) - due
  }
}

/**
 * Time from the arrival of each message to the end of its service, in µs, at a server that serves one at a time and takes
 * the same time for each: Lindley's recursion (Lindley 1952), W' = max(0, W + S − gap).
 */
export function queueingUs(arrivalsUs: Float64Array, serviceUs: number): Float64Array {
  let waitUs = 0
  return arrivalsUs.map((atUs, message) => {
    if (message > 0) waitUs = Math.max(0, waitUs + serviceUs - (atUs - arrivalsUs[message - 1]!))
    return waitUs + serviceUs
  })
}

/**
 * Which messages a client of a long poll without a cursor loses, by sequence: after each one that it hears it is away, and
 * what is due then reaches no client (a counter with a dead time that is not prolonged by what it misses).
 *
 * @param awayUs from a message that is heard to the next poll on the server
 */
export function lostWithoutCursor(dueAtUs: Float64Array, channelOfMessage: Uint32Array, channel: number, awayUs: number): number[] {
  const lost: number[] = []
  let backAtUs = Number.NEGATIVE_INFINITY
  for (const [message, due] of dueAtUs.entries()) {
    if (channelOfMessage[message] !== channel) continue
    if (due < backAtUs) lost.push(message)
    else backAtUs = due + awayUs
  }
  return lost
}

/** Where a client's poll grid lies in its interval, in µs: its first draw decides (docs/method.md#one-trial, a stationary start). */
export function pollPhaseUs(client: number, intervalMs: number, seed: number): number {
  return Math.floor(seededRandom(seed, `client ${client}`)() * intervalMs * usPerMs)
}

/** What a trial was asked and what it delivered, with its measured window. */
export interface Observed {
  deliveries: readonly Pick<DeliveryRecord, 'message' | 'client' | 'receivedAtUs'>[]
  dueAtUs: Float64Array
  fromAtUs: number
  untilAtUs: number
}

/** Sequences of the messages that were due in the measured window. */
export function measuredSequences({ dueAtUs, fromAtUs, untilAtUs }: Omit<Observed, 'deliveries'>): number[] {
  return [...dueAtUs.keys()].filter((sequence) => dueAtUs[sequence]! >= fromAtUs && dueAtUs[sequence]! < untilAtUs)
}

/** Deliveries of these messages. */
export function measuredDeliveries({ deliveries, dueAtUs, fromAtUs, untilAtUs }: Observed): Observed['deliveries'] {
  return deliveries.filter(({ message }) => dueAtUs[message]! >= fromAtUs && dueAtUs[message]! < untilAtUs)
}

/** Measured − expected of these deliveries, first receipts only, in µs. */
export function overheadsUs(known: Observed, expected: (message: number, client: number) => number): number[] {
  const seen = new Set<number>()
  const clientSpan = 2 ** 21
  return measuredDeliveries(known).flatMap(({ message, client, receivedAtUs }) => {
    const pair = message * clientSpan + client
    if (seen.has(pair)) return []
    seen.add(pair)
    return [receivedAtUs - known.dueAtUs[message]! - expected(message, client)]
  })
}

/** The distribution of measured − expected, in µs; quantiles by nearest rank. All null when there is no pair. */
export interface Overhead {
  count: number
  minUs: number | null
  meanUs: number | null
  p50Us: number | null
  p99Us: number | null
  maxUs: number | null
}

export function overheadOf(valuesUs: readonly number[]): Overhead {
  const sorted = Float64Array.from(valuesUs).sort()
  return {
    count: sorted.length,
    minUs: sorted[0] ?? null,
    meanUs: sorted.length === 0 ? null : sorted.reduce((sum, us) => sum + us, 0) / sorted.length,
    p50Us: nearestRank(sorted, 0.5),
    p99Us: nearestRank(sorted, 0.99),
    maxUs: sorted.at(-1) ?? null,
  }
}

/** Kolmogorov–Smirnov distance of a sample to a distribution, which says what share of its values lies at or below one. */
export function distanceTo(distribution: (value: number) => number, sample: readonly number[]): number {
  let distance = 0
  for (const [index, value] of sample.toSorted((a, b) => a - b).entries()) {
    const share = distribution(value)
    distance = Math.max(distance, (index + 1) / sample.length - share, share - index / sample.length)
  }
  return distance
}

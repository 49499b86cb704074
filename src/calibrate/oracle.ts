import { seededRandom } from '../core/random.ts'
import { usPerMs } from '../core/units.ts'

/** A time in which the server stood still, in µs of the shared clock. */
export interface StopWindow {
  stoppedAtUs: number
  resumedAtUs: number
}

/** What decides when an ideal server, one that takes no time at all, would have delivered. */
export interface OracleInput {
  /** Due instant of each message, by sequence. */
  dueAtUs: Float64Array
  stops?: readonly StopWindow[]
  /** Poll grid of the clients; absent for transports that deliver as soon as there is something. */
  poll?: { intervalMs: number; seed: number }
}

/**
 * The discrete-event model of the four transports with zero service time: the least latency that a (message, client) pair
 * can have, in µs (methodology section 4). Measured − expected is never negative, and is the honest cost of the real thing.
 *
 * Long polling, SSE and WebSocket deliver at the due instant, or at the end of the stop that it falls into. Short polling
 * delivers at the client's next slot, or at the end of the stop that the slot falls into.
 */
export function expectedLatencyUs(input: OracleInput): (message: number, client: number) => number {
  const { dueAtUs, stops = [], poll } = input
  const runningAt = (atUs: number): number =>
    stops.find(({ stoppedAtUs, resumedAtUs }) => atUs >= stoppedAtUs && atUs < resumedAtUs)?.resumedAtUs ?? atUs
  if (poll === undefined) return (message) => runningAt(dueAtUs[message]!) - dueAtUs[message]!
  const intervalUs = poll.intervalMs * usPerMs
  const phases: number[] = []
  const phaseOf = (client: number): number => (phases[client] ??= pollPhaseUs(client, intervalUs, poll.seed))
  return (message, client) => {
    const due = dueAtUs[message]!
    const phase = phaseOf(client)
    const slot = phase + Math.ceil((due - phase) / intervalUs) * intervalUs
    return runningAt(slot) - due
  }
}

/** Where a client's poll grid lies: its first draw decides (design section 4, stationary start). */
function pollPhaseUs(client: number, intervalUs: number, seed: number): number {
  return Math.floor(seededRandom(seed, `client ${client}`)() * intervalUs)
}

/** Measured − expected of every delivery whose message was due in [from, until), first receipts only, in µs. */
export function overheadsUs(
  known: {
    deliveries: readonly { message: number; client: number; receivedAtUs: number }[]
    dueAtUs: Float64Array
    fromAtUs: number
    untilAtUs: number
  },
  expected: (message: number, client: number) => number,
): number[] {
  const seen = new Set<number>()
  const clientSpan = 2 ** 21
  const found: number[] = []
  for (const { message, client, receivedAtUs } of known.deliveries) {
    const due = known.dueAtUs[message]
    const pair = message * clientSpan + client
    if (due === undefined || due < known.fromAtUs || due >= known.untilAtUs || seen.has(pair)) continue
    seen.add(pair)
    found.push(receivedAtUs - due - expected(message, client))
  }
  return found
}

import type { TrialResult } from '../core/result.ts'
import { usPerMs } from '../core/units.ts'
import { inGroups } from './grouping.ts'
import { nearestRank, quantileKeys, whyNoQuantile } from './quantiles.ts'

/** Length of a slice of the timeline, in µs. */
const sliceUs = 250_000

/** The part of a timeline's slice that the ledger knows; requests, CPU and GC come from the samplers. */
export type LatencySlice = Required<
  Pick<
    TrialResult['timeline'][number],
    'atMs' | 'dueCount' | 'deliveredCount' | 'arrivedCount' | 'heldCount' | 'p50Us' | 'maxUs' | 'reasons'
  >
>

/** The schedule and the columns of `LedgerOutcome` that a timeline needs. */
export interface TimelineInput {
  dueAtUs: Float64Array
  /** Expected pairs by message, 0 outside the measured window. */
  expectedOfMessage: Uint32Array
  messageOf: Uint32Array
  receivedAtUs: Float64Array
  latenciesUs: Float64Array
  fromAtUs: number
  untilAtUs: number
}

/**
 * The measured window in slices of 250 ms, on into the drain as long as deliveries come.
 *
 * `dueCount` counts the deliveries that fell due in the slice, `deliveredCount` those received in it, and `p50Us` and
 * `maxUs` are the latencies of the latter; a slice in which nothing arrived has null there. Deliveries received
 * before the window opened, which only a wrong clock can make, are left out.
 */
export function timeline(input: TimelineInput): LatencySlice[] {
  const { dueAtUs, expectedOfMessage, messageOf, receivedAtUs, latenciesUs, fromAtUs, untilAtUs } = input
  const sliceOf = (atUs: number): number => Math.floor((atUs - fromAtUs) / sliceUs)
  let sliceCount = Math.ceil((untilAtUs - fromAtUs) / sliceUs)
  for (const atUs of receivedAtUs) sliceCount = Math.max(sliceCount, sliceOf(atUs) + 1)

  const due = new Float64Array(sliceCount)
  for (const [message, count] of expectedOfMessage.entries()) if (count > 0) due[sliceOf(dueAtUs[message]!)]! += count

  const arrived = new Float64Array(sliceCount)
  // Change of the number held, from one slice to the next.
  const held = new Float64Array(sliceCount + 1)
  for (const [index, atUs] of receivedAtUs.entries()) {
    const [dueIn, receivedIn] = [sliceOf(dueAtUs[messageOf[index]!]!), sliceOf(atUs)]
    arrived[dueIn]!++
    if (receivedIn <= dueIn) continue
    held[dueIn + 1]!++
    held[receivedIn]!--
  }
  for (let slice = 1; slice < sliceCount; slice++) held[slice]! += held[slice - 1]!

  const received = inGroups(latenciesUs, (index) => sliceOf(receivedAtUs[index]!), sliceCount)
  return Array.from(received, (latencies, slice) => {
    const sorted = latencies.sort()
    const count = sorted.length
    const whyNoMedian = count === 0 ? 'no delivery' : whyNoQuantile(quantileKeys.p50, count, 0)
    return {
      atMs: (slice * sliceUs) / usPerMs,
      dueCount: due[slice]!,
      deliveredCount: count,
      arrivedCount: arrived[slice]!,
      heldCount: held[slice]!,
      p50Us: whyNoMedian === null ? nearestRank(sorted, quantileKeys.p50) : null,
      maxUs: sorted[count - 1] ?? null,
      reasons: { ...(whyNoMedian === null ? {} : { p50Us: whyNoMedian }), ...(count === 0 ? { maxUs: 'no delivery' } : {}) },
    }
  })
}

/** Latencies of deliveries with the instants at which their messages were due. */
export interface DueColumns {
  latenciesUs: Float64Array
  messageOf: Uint32Array
}

/**
 * p50 of delivery latency by the slice of 250 ms in which the messages were due, in µs; null where nothing was delivered.
 *
 * By due instant and not by receipt: by receipt the first slices of a polling transport hold only those of its deliveries
 * that were quick, which looks like a warm-up and is none.
 *
 * @param parts warm-up and measured window, each as `LedgerOutcome` has it
 */
export function latencyByDue(
  parts: readonly DueColumns[],
  dueAtUs: Float64Array,
  { fromAtUs, untilAtUs }: { fromAtUs: number; untilAtUs: number },
): (number | null)[] {
  const latenciesUs = Float64Array.from(parts.flatMap((part) => Array.from(part.latenciesUs)))
  const messageOf = Uint32Array.from(parts.flatMap((part) => Array.from(part.messageOf)))
  const sliceOf = (index: number): number => Math.floor((dueAtUs[messageOf[index]!]! - fromAtUs) / sliceUs)
  // A window need not end where a slice does; what is due after the last whole slice is left out.
  const slices = inGroups(latenciesUs, sliceOf, Math.floor((untilAtUs - fromAtUs) / sliceUs))
  return Array.from(slices, (slice) => nearestRank(slice.sort(), quantileKeys.p50))
}

import { nearestRank, quantileKeys } from './quantiles.ts'

/** Length of a slice, in µs. */
const sliceUs = 250_000

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
  const sliceCount = Math.floor((untilAtUs - fromAtUs) / sliceUs)
  const sliceOf = (message: number): number => Math.floor((dueAtUs[message]! - fromAtUs) / sliceUs)
  const until = new Float64Array(sliceCount + 1)
  eachInSlices(parts, sliceOf, sliceCount, (slice) => until[slice + 1]!++)
  for (let slice = 1; slice <= sliceCount; slice++) until[slice]! += until[slice - 1]!
  // Counting sort by slice: one column in one pass, as in `timeline`.
  const next = until.slice()
  const grouped = new Float64Array(until[sliceCount]!)
  eachInSlices(parts, sliceOf, sliceCount, (slice, latencyUs) => (grouped[next[slice]!++] = latencyUs))
  return Array.from({ length: sliceCount }, (_, slice) => {
    const sorted = grouped.subarray(until[slice], until[slice + 1]).sort()
    return nearestRank(sorted, quantileKeys.p50)
  })
}

/** A window need not end where a slice does; what is due after the last whole slice is left out. */
function eachInSlices(
  parts: readonly DueColumns[],
  sliceOf: (message: number) => number,
  sliceCount: number,
  take: (slice: number, latencyUs: number) => void,
): void {
  for (const { latenciesUs, messageOf } of parts) {
    for (let index = 0; index < latenciesUs.length; index++) {
      const slice = sliceOf(messageOf[index]!)
      if (slice >= 0 && slice < sliceCount) take(slice, latenciesUs[index]!)
    }
  }
}

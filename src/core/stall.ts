/** What a meter that should wake every so often tells of the pauses between its wake-ups, in µs. */
export interface StallFigures {
  /** Longest pause beyond the meter's period. A stall is read between its length less one period and its length. */
  maxUs: number
  /** By nearest rank, over wake-ups that came and those that a pause swallowed. 0 without a wake-up. */
  p95Us: number
  p99Us: number
}

/**
 * Reads the pauses out of the times between wake-ups.
 *
 * The period is taken off each, since it was asked for (nodejs/node#34661). A pause of k periods stands for the k wake-ups
 * that it swallowed, each late by one period less (back-filled, as HdrHistogram's expected interval does): a meter that
 * sleeps through a stall would otherwise count it once, however long it was.
 */
export function stallFigures(intervalsUs: readonly number[], periodUs: number): StallFigures {
  const delaysUs: number[] = []
  for (const intervalUs of intervalsUs) {
    delaysUs.push(Math.max(0, intervalUs - periodUs))
    for (let delayUs = intervalUs - 2 * periodUs; delayUs >= 0; delayUs -= periodUs) delaysUs.push(delayUs)
  }
  delaysUs.sort((a, b) => a - b)
  const at = (q: number): number => delaysUs[Math.ceil(q * delaysUs.length) - 1] ?? 0
  return { maxUs: at(1), p95Us: at(0.95), p99Us: at(0.99) }
}

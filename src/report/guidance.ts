import type { ResultDocument } from '../core/result.ts'
import { oneLine } from './name-text.ts'

/** How to read a report; the same in markdown and page. */
export const howToRead = [
  'Delivery latency runs from the instant at which the schedule says that a message is due to its receipt by a client: a server that freezes cannot hide it.',
  'A figure is the median over blocks. A block is every contender once, in fresh processes. Brackets hold the interval at the level that is named.',
  'A verdict rests on the paired ratio of two contenders in the same block. “Beats” is said only where the interval excludes equality and the difference reaches the one that matters, declared before the run. “Undecided” is a result.',
  'Intervals of verdicts hold together over all pairs of a metric (Holm), so they are wider than one alone. “Practically equal” shows the 90 % interval of the pair alone, which lies inside the difference that matters.',
  'From eight blocks on, the Hodges–Lehmann estimate and the exact sign-flip p stand beside each verdict. They assume no normal distribution and never decide: where they disagree with the interval, a block is far off the others.',
  'The brackets beside p50 and p99 of a single trial are 95 % intervals in which a message counts as one, with all of its deliveries. They say how well that trial knows its own quantile, not how much trials differ: compare contenders by verdicts.',
  'Lost deliveries enter the latency quantiles as +∞; a latency is never read without the lost count.',
  '“0” was measured and is nothing, “<0.01” was measured and is tiny, “–” or “not measured” was not measured; its reason is in the notes.',
  'Valid and tainted trials count, invalid and unknown ones are listed and count nowhere.',
  'The numbers hold for this workload on this machine. Ratios carry over to others better than times.',
] as const

/** What to type for the same run, and for the same report from its result. */
export function redoCommands(document: Pick<ResultDocument, 'harness'>): string[] {
  const command = oneLine(document.harness.command)
  return [command, 'npm run bench -- report <the folder of this result>']
}

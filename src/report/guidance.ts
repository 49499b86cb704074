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

/** How to read the report of a study; the same in markdown and page. */
export const howToReadStudy = [
  'Each point is a complete run: contenders in fresh processes, blocks interleaved, points in a seeded order. Its own report, with verdicts and validity of each trial, is drawn from points/NN/result.json.',
  'A figure is the median over the blocks of its point, in brackets its 95 % interval. Only valid and tainted trials count.',
  'At the limit: a process whose event loop was busy for more than 90 %. Saturated: deliveries were behind when the window closed, or a busy process was late by more than 100 ms; such trials are not ranked. Where the process is a client host, the generator was the limit: the trial is invalid and says nothing of the transport.',
  'A break-even point is where the paired ratio of two contenders passes 1, interpolated between points; its interval is where the interval of the ratio holds 1. Between two points the truth may bend: more points there would tell.',
  '“Undecided” and “not told apart” are results: more blocks or points further apart would decide.',
  'A search tries one trial a step. The value that it finds must pass twice more and the next must fail twice; otherwise the answer says what it is not. A value at which the generator or the machine was the limit is never held against a contender.',
  'A contender without the setting that is swept is the same at every point, and runs there all the same: as the line that the others are held against.',
  'The numbers hold for this workload on this machine. Ratios carry over to others better than times.',
] as const

/** What to type for the same run, and for the same report from its result. */
export function redoCommands(document: Pick<ResultDocument, 'harness'>): string[] {
  const { command } = document.harness
  const prefix = /^npx \S+/.exec(command)?.[0] ?? 'npm run bench --'
  return [oneLine(command), `${prefix} report <the folder of this result>`]
}

import type { ResultDocument } from '../core/result.ts'
import { oneLine } from '../text/one-line.ts'

/** How to read a report; the same in markdown and page. */
export const howToRead = [
  'Delivery latency is measured from the instant at which the schedule says that a message is due until a client receives it, so a frozen server cannot hide its delay.',
  'A figure is the median over blocks. A block runs every contender once, in fresh processes. Brackets show the interval at the stated level.',
  'A verdict is based on the paired ratio of two contenders in the same block. “Beats” is used only where the interval excludes equality and the difference is at least the one that matters, as declared before the run. “Undecided” is a result.',
  'Intervals of verdicts hold jointly for all pairs of a metric (Holm), so they are wider than for one pair alone. “Practically equal” shows the 90 % interval of the pair alone, which lies within the difference that matters.',
  'The brackets next to p50 and p99 of a single trial are 95 % intervals that count each message, with all its deliveries, as one sample. They show how precisely that trial measured its own quantile, not how much trials differ: compare contenders by verdicts.',
  'Lost deliveries enter the latency quantiles as +∞; never read a latency without the lost count.',
  '“0” was measured and is zero, “<0.01” was measured and is tiny, “–” or “not measured” was not measured; the notes give the reason.',
  'Valid and tainted trials count; invalid and unknown ones are listed but count nowhere.',
  'The numbers hold for this workload on this machine. Ratios carry over to other machines better than times.',
] as const

/** How to read the report of a study; the same in markdown and page. */
export const howToReadStudy = [
  'Each point is a complete run: contenders in fresh processes, blocks interleaved, points in a seeded order. “bench report points/NN” writes its own report, with verdicts and the validity of each trial.',
  'A figure is the median over the blocks of its point; brackets show its 95 % interval. Only valid and tainted trials count.',
  'At the limit: a process whose event loop was busy for more than 90 % of the time. Saturated: deliveries lagged behind when the window closed, or a busy process was late by more than 100 ms; such trials are not ranked. If the process is a client host, the generator was the limit: the trial is invalid and says nothing about the transport.',
  'A break-even point is where the paired ratio of two contenders passes 1, interpolated between points; its interval is where the interval of the ratio contains 1. Between two points the real curve may bend; more points there would show it.',
  '“Undecided” and “no reliable difference yet” are results: more blocks or points further apart would decide.',
  'A search runs one trial per step. The value that it finds must pass twice more, and the next value must fail twice; otherwise the answer says what is not confirmed. A value at which the generator or the machine was the limit never counts as a failure of the contender.',
  'A contender without the swept setting is the same at every point. It still runs at each point, as the baseline for the others.',
  'The numbers hold for this workload on this machine. Ratios carry over to other machines better than times.',
] as const

/** What to type for the same run, and for the same report from its result. */
export function redoCommands(document: Pick<ResultDocument, 'harness'>): string[] {
  const { command } = document.harness
  const prefix = /^npx \S+/.exec(command)?.[0] ?? 'npm run bench --'
  return [oneLine(command), `${prefix} report <the folder of this result>`]
}

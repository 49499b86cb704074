import { median } from '../../src/metrics/statistics.ts'

/** What is asked of every tool. */
export const answers = ['p50Ms', 'p90Ms', 'p99Ms', 'meanMs', 'requestCountRatio', 'rateRatio'] as const

export type AnswerName = (typeof answers)[number]

/** One run of one tool: what it said, and what was true of that run. Null = the tool does not say, or cannot be asked. */
export interface PeerRun {
  measured: Record<AnswerName, number | null>
  truth: Record<AnswerName, number>
}

/**
 * Quantile in ms that somebody who arrives at a uniformly random moment meets, when the server stands still for S of D:
 * max(0, S − (1 − q) × D). The time of service, below a millisecond here, is left out.
 */
export function freezeQuantileMs(q: number, stopMs: number, durationMs: number): number {
  return Math.max(0, stopMs - (1 - q) * durationMs)
}

/** Mean wait in ms of the same observer: S² / 2D. */
export function freezeMeanMs(stopMs: number, durationMs: number): number {
  return stopMs ** 2 / (2 * durationMs)
}

/** What is true of a run of this length with this stop, whoever measures it. */
export function truthOf(stopMs: number, durationMs: number): PeerRun['truth'] {
  return {
    p50Ms: freezeQuantileMs(0.5, stopMs, durationMs),
    p90Ms: freezeQuantileMs(0.9, stopMs, durationMs),
    p99Ms: freezeQuantileMs(0.99, stopMs, durationMs),
    meanMs: freezeMeanMs(stopMs, durationMs),
    requestCountRatio: 1,
    rateRatio: 1,
  }
}

/**
 * A latency may be 30 ms above the truth, since service and noise come on top of it, or 2 ms below it (as in K01);
 * where 10 % of the truth is more, 10 %. Requests that are in flight at the end make counts differ by up to 1 %.
 */
export const tolerances = { aboveMs: 30, belowMs: 2, latencyRatio: 0.1, countRatio: 0.01 } as const

export function isWithin(name: AnswerName, measured: number, truth: number): boolean {
  const over = measured - truth
  if (!name.endsWith('Ms')) return Math.abs(over) <= tolerances.countRatio * truth
  const allowedMs = over > 0 ? tolerances.aboveMs : tolerances.belowMs
  return Math.abs(over) <= Math.max(allowedMs, tolerances.latencyRatio * truth)
}

export interface Score {
  verdict: 'within' | 'off' | 'not reported'
  /** Median over runs, least and most; null when no run reported it. */
  measured: { median: number; least: number; most: number } | null
  truth: number
  /** By what factor the median is too large or too small; null below 1 ms, where a factor says nothing. */
  factor: number | null
}

/** Holds the median over runs against the median truth. */
export function score(name: AnswerName, runs: readonly PeerRun[]): Score {
  const truth = median(runs.map((run) => run.truth[name]))
  const reported = runs.flatMap((run) => run.measured[name] ?? [])
  if (reported.length === 0) return { verdict: 'not reported', measured: null, truth, factor: null }
  const middle = median(reported)
  const ratio = middle > truth ? middle / truth : truth / middle
  return {
    verdict: isWithin(name, middle, truth) ? 'within' : 'off',
    measured: { median: middle, least: Math.min(...reported), most: Math.max(...reported) },
    truth,
    factor: middle < 1 || truth < 1 ? null : ratio,
  }
}

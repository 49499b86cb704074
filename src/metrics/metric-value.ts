import { metricIds, metrics, type MetricId } from '../core/metric.ts'
import type { TrialResult } from '../core/result.ts'
import { counts, whyOut } from './validity.ts'

/** A figure of one trial in the unit of its metric, or why it has none, with the interval that it has within the trial. */
export interface Reading {
  value: number | null
  reason: string | undefined
  low: number | null
  high: number | null
}

/** The figure as the trial has it, comparable or not. */
export function readingOf(trial: TrialResult, id: MetricId): Reading {
  const { from } = metrics[id]
  if (typeof from === 'string') return readingAt(trial, from)
  const part = from.parts.reduce((sum, path) => sum + (readingAt(trial, path).value ?? 0), 0)
  const whole = readingAt(trial, from.whole).value
  const nothing = { low: null, high: null }
  return whole === null || whole === 0
    ? { value: null, reason: from.whyNone, ...nothing }
    : { value: part / whole, reason: undefined, ...nothing }
}

type Interval = Partial<Record<'value' | 'low' | 'high', number | null>>
type Holder = Record<string, unknown> & { reasons?: Record<string, string>; intervals?: Record<string, Interval | null> }

/** Parts that a trial of an earlier version does not have are as parts that were not measured. */
function readingAt(trial: TrialResult, path: string): Reading {
  const keys = path.split('.')
  const last = keys.pop()!
  let holder: Holder | undefined = trial
  for (const key of keys) holder = holder?.[key] as Holder | undefined
  const found = holder?.[last] as number | Interval | null | undefined
  const estimate = typeof found === 'object' && found !== null ? found : holder?.intervals?.[last]
  return {
    value: (typeof found === 'number' ? found : found?.value) ?? null,
    reason: holder?.reasons?.[last],
    low: estimate?.low ?? null,
    high: estimate?.high ?? null,
  }
}

/** The figure of a trial, in the unit of its metric; null when it does not count, was not measured or is +∞ (`whyNoValue` says which). */
export function metricValue(trial: TrialResult, id: MetricId): number | null {
  return counts(trial, metrics[id].family) ? readingOf(trial, id).value : null
}

/** Why `metricValue` is null. */
export function whyNoValue(trial: TrialResult, id: MetricId): string {
  const { family } = metrics[id]
  return counts(trial, family) ? (readingOf(trial, id).reason ?? 'not measured') : whyOut(trial, family)
}

/** The metrics that a workload has: those of jobs only where clients ask for some. */
export function metricsOf(trials: readonly TrialResult[]): MetricId[] {
  const hasJobs = trials.some(({ jobs }) => jobs !== undefined)
  return metricIds.filter((id) => hasJobs || metrics[id].needs !== 'jobs')
}

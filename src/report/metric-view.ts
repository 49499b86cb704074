import { metrics, type Metric, type MetricId } from '../core/metric.ts'
import type { MetricSummary, TrialResult } from '../core/result.ts'
import { readingOf } from '../metrics/metric-value.ts'
import { counts, isCounted, isWhyOut, whyOut } from '../metrics/validity.ts'
import { dash, formatInterval, formatNumber, uncapital } from '../text/format.ts'
import { oneLine } from '../text/one-line.ts'

/** "Server CPU, ms/s"; without a comma where the metric is a count. */
export function labelWithUnit({ label, unit }: Pick<Metric, 'label' | 'unit'>): string {
  return unit.shown === '' ? label : `${label}, ${unit.shown}`
}

/** "server CPU", for the middle of a sentence. */
export function labelInSentence(id: MetricId): string {
  return uncapital(metrics[id].label)
}

/** A text with the unit of a metric: "33.0 ms/s". */
export function withUnit(id: MetricId, text: string): string {
  const { shown } = metrics[id].unit
  return shown === '' ? text : `${text} ${shown}`
}

/** A stored value of a metric as reports write it: "33.0 ms/s". */
export function amountText(id: MetricId, value: number): string {
  return withUnit(id, formatNumber(value / metrics[id].unit.divisor))
}

/** Both ends of an interval of stored values: "[1.90 – 2.40]", or null when one is missing. */
export function intervalText(id: MetricId, low: number | null, high: number | null): string | null {
  const { divisor } = metrics[id].unit
  return formatInterval(low === null ? null : low / divisor, high === null ? null : high / divisor)
}

/** A cell of a table. `missing` is a null with its reason, `absent` something that was never recorded; zero and tiny are apart from both. */
export interface Cell {
  state: 'value' | 'zero' | 'tiny' | 'missing' | 'absent' | 'text'
  text: string
  interval: string | null
  /** Why the value, or its interval, is missing. */
  reason: string | null
}

/** A cell of words. */
export function textCell(text: string): Cell {
  return { state: 'text', text, interval: null, reason: null }
}

/** "block 1: x; block 2: x" as "x"; blocks with reasons of their own stay apart. */
export function condensed(reason: string): string {
  const parts = reason.split('; ').map((part) => part.replace(/^block \d+: /u, ''))
  return new Set(parts).size === 1 ? parts[0]! : reason
}

/** Why a value is missing: not measured, not compared, or beyond every number since deliveries are missing. */
export function whyMissing(reason: string | undefined): string {
  if (reason !== undefined && isWhyOut(reason)) return `not compared: ${condensed(reason)}`
  return reason?.includes('∞') === true
    ? `no finite value: ${condensed(reason)}`
    : `not measured: ${condensed(reason ?? 'no reason was recorded')}`
}

/** A cell of a measured number in the unit that it is shown in. */
export function numberCell(value: number | null, reason: string | undefined, interval: string | null = null): Cell {
  if (value === null || !Number.isFinite(value)) {
    return { state: 'missing', text: dash, interval: null, reason: whyMissing(reason) }
  }
  const text = formatNumber(value)
  const state = value === 0 ? 'zero' : /^[<>]/u.test(text) ? 'tiny' : 'value'
  return { state, text, interval, reason: null }
}

/** The cell of a metric of one contender: median over blocks with its interval. */
export function metricCell(id: MetricId, summary: MetricSummary | undefined): Cell {
  if (summary === undefined) return { state: 'absent', text: 'not measured', interval: null, reason: null }
  if (summary.median === null) return numberCell(null, summary.reasons['median'])
  const cell = numberCell(summary.median / metrics[id].unit.divisor, undefined, intervalText(id, summary.low, summary.high))
  const gap = summary.reasons['values']
  if (cell.interval !== null) return gap === undefined ? cell : { ...cell, reason: `without ${gap}` }
  return {
    ...cell,
    reason: `no interval: ${summary.reasons['low'] ?? summary.reasons['high'] ?? 'no reason was recorded'}${gap === undefined ? '' : `; ${gap}`}`,
  }
}

/** The cell of a metric of one trial, with the interval that it has within the trial, and why it does not count where others of it do. */
export function trialCell(id: MetricId, trial: TrialResult): Cell {
  const { family, unit } = metrics[id]
  const { value, reason, low, high } = readingOf(trial, id)
  const cell = numberCell(value === null ? null : value / unit.divisor, reason, intervalText(id, low, high))
  return cell.state === 'missing' || !isCounted(trial) || counts(trial, family)
    ? cell
    : { ...cell, reason: whyMissing(whyOut(trial, family)) }
}

/** A metric in running text: "2.10 ms [1.90 – 2.40]". */
export function metricText(id: MetricId, summary: MetricSummary | undefined): string {
  const cell = metricCell(id, summary)
  const value = withUnit(id, cell.text)
  return cell.interval === null ? value : `${value} ${cell.interval}`
}

/** Numbers the reasons of one table in the order in which they are met; the same reason keeps its number. */
export class Footnotes {
  readonly #texts: string[] = []

  /** The mark of a cell, "(1)", or '' when it needs none. */
  markOf(cell: Cell): string {
    return cell.reason === null ? '' : this.mark(cell.reason)
  }

  /** The mark of a text. */
  mark(reason: string): string {
    const text = oneLine(reason)
    const at = this.#texts.indexOf(text)
    return `(${at === -1 ? this.#texts.push(text) : at + 1})`
  }

  /** "(1) not measured: …", in order. */
  lines(): string[] {
    return this.#texts.map((text, at) => `(${at + 1}) ${text}`)
  }
}

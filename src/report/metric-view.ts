import { metrics, type MetricId } from '../core/metric.ts'
import type { MetricSummary } from '../core/result.ts'
import { bytesPerKiB, usPerMs } from '../core/units.ts'
import { dash, formatInterval, formatNumber } from './format.ts'

/** How reports show a metric: always the same unit, so that contenders and runs can be compared by eye. */
export interface MetricView {
  label: string
  /** Unit that values are shown in; '' for a count. */
  unit: string
  /** Stored value ÷ divisor = shown value. */
  divisor: number
}

function view(id: MetricId, unit: string, divisor: number): MetricView {
  return { label: metrics[id].label, unit, divisor }
}

/** The view of every metric. */
export const metricViews: Readonly<Record<MetricId, MetricView>> = {
  deliveryLatencyP50: view('deliveryLatencyP50', 'ms', usPerMs),
  deliveryLatencyP90: view('deliveryLatencyP90', 'ms', usPerMs),
  deliveryLatencyP99: view('deliveryLatencyP99', 'ms', usPerMs),
  firstMessageP99: view('firstMessageP99', 'ms', usPerMs),
  messageGapP99: view('messageGapP99', 'ms', usPerMs),
  addedToSessionP90: view('addedToSessionP90', 'ms', usPerMs),
  lostRatio: view('lostRatio', '%', 0.01),
  requestsPerDelivery: view('requestsPerDelivery', '', 1),
  requestsPerSecond: view('requestsPerSecond', '', 1),
  wireBytesPerDelivery: view('wireBytesPerDelivery', 'B', 1),
  applicationBytesPerDelivery: view('applicationBytesPerDelivery', 'B', 1),
  serverMemoryPerClient: view('serverMemoryPerClient', 'KiB', bytesPerKiB),
  serverKernelMemoryPerClient: view('serverKernelMemoryPerClient', 'KiB', bytesPerKiB),
  serverDescriptorsPerClient: view('serverDescriptorsPerClient', '', 1),
  serverCpu: view('serverCpu', 'ms/s', 1),
  serverCpuPerDelivery: view('serverCpuPerDelivery', 'µs', 1),
  timeToSubscribedP99: view('timeToSubscribedP99', 'ms', usPerMs),
  connectTimePerClient: view('connectTimePerClient', 'µs', 1),
  serverCpuPerConnect: view('serverCpuPerConnect', 'µs', 1),
  wireBytesPerConnect: view('wireBytesPerConnect', 'B', 1),
}

/** "Server CPU, ms/s"; without a comma where the metric is a count. */
export function labelWithUnit(shown: { label: string; unit: string }): string {
  return shown.unit === '' ? shown.label : `${shown.label}, ${shown.unit}`
}

/** "server CPU", for the middle of a sentence. */
export function labelInSentence(id: MetricId): string {
  const { label } = metricViews[id]
  return label.charAt(0).toLowerCase() + label.slice(1)
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
  if (reason?.includes('saturated:') === true) return `not compared: ${condensed(reason)}`
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
  const { divisor } = metricViews[id]
  if (summary.median === null) return numberCell(null, summary.reasons['median'])
  const shown = (value: number | null) => (value === null ? null : value / divisor)
  const cell = numberCell(summary.median / divisor, undefined, formatInterval(shown(summary.low), shown(summary.high)))
  const gap = summary.reasons['values']
  if (cell.interval !== null) return gap === undefined ? cell : { ...cell, reason: `without ${gap}` }
  return {
    ...cell,
    reason: `no interval: ${summary.reasons['low'] ?? summary.reasons['high'] ?? 'no reason was recorded'}${gap === undefined ? '' : `; ${gap}`}`,
  }
}

/** A metric in running text: "2.10 ms [1.90 – 2.40]". */
export function metricText(id: MetricId, summary: MetricSummary | undefined): string {
  const cell = metricCell(id, summary)
  const { unit } = metricViews[id]
  const value = unit === '' ? cell.text : `${cell.text} ${unit}`
  return cell.interval === null ? value : `${value} ${cell.interval}`
}

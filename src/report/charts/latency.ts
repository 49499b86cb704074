import { decodeFromCompressedBase64, type Histogram } from 'hdr-histogram-js'
import { harnessError } from '../../core/errors.ts'
import type { ResultDocument, SummaryRow, TrialResult } from '../../core/result.ts'
import { usPerMs } from '../../core/units.ts'
import { chartNames, contendersOf, countedTrials, evidenceNote } from '../contenders.ts'
import { formatExact, formatNumber, formatShare } from '../format.ts'
import type { Box, Figure, LinePoint, LineSeries } from './figure.ts'
import { percentileLabel } from './ticks.ts'

const counterBits = 64
/** Deliveries that must lie beyond a quantile before it is drawn. */
const tailCount = 4
const firstSteps = [1.02, 1.05, 1.1]
const steps = [1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8]
const nearestMarkers = 1.3
const markedSteps = new Set([1, 2, 5])

function decode(row: SummaryRow): Histogram {
  try {
    return decodeFromCompressedBase64(row.latencyHistogram, counterBits)
  } catch (cause) {
    throw harnessError(
      'ERR_RESULT_INVALID',
      `summary of ${row.contender}: latencyHistogram is not an HdrHistogram V2 in base64. Is the document cut off?`,
      cause,
    )
  }
}

/** The latency of a rank, 1 being the quickest delivery, in ms. */
function latencyMsAt(histogram: Histogram, rank: number): number {
  return Math.max(1, histogram.getValueAtPercentile((rank / histogram.totalCount) * 100)) / usPerMs
}

/** Points of a contender at x = 1 ÷ (1 − p), up to where four deliveries lie beyond, or to the share that was never delivered. */
function pointsOf(histogram: Histogram, censoredCount: number): LinePoint[] {
  const n = histogram.totalCount + censoredCount
  const resolvable = n / tailCount
  const points: LinePoint[] = []
  const add = (x: number, isMarked: boolean) => {
    const rank = Math.max(1, Math.ceil((1 - 1 / x) * n - 1e-9))
    if (rank <= histogram.totalCount) points.push({ at: `p${percentileLabel(x)}`, x, y: latencyMsAt(histogram, rank), isMarked })
  }
  if (n === 0 || histogram.totalCount === 0) return []
  for (let decade = 1; decade <= resolvable; decade *= 10) {
    for (const step of decade === 1 ? [1, ...firstSteps, ...steps.slice(1)] : steps)
      if (step * decade <= resolvable) add(step * decade, markedSteps.has(step))
  }
  const end = censoredCount === 0 ? resolvable : Math.min(resolvable, n / censoredCount)
  const last = points.at(-1)
  if (end >= 1 && (last === undefined || end > last.x * 1.001)) add(end, true)
  // A marker just before the end would run into that of the end.
  for (const point of points) if (point.x > end / nearestMarkers) point.isMarked = false
  points.at(-1)!.isMarked = true
  return points
}

function seriesOf(row: SummaryRow | undefined, trials: readonly TrialResult[], label: string, style: number): LineSeries {
  if (row === undefined) return { label, style, points: [], end: null }
  const [censoredCount, expectedCount] = [sumOf(trials, 'censoredCount'), sumOf(trials, 'expectedCount')]
  const end = censoredCount === 0 || expectedCount === 0 ? null : `${formatShare(censoredCount / expectedCount)} never delivered`
  return { label, style, points: pointsOf(decode(row), censoredCount), end }
}

function sumOf(trials: readonly TrialResult[], key: 'censoredCount' | 'deliveredCount' | 'expectedCount'): number {
  return trials.reduce((sum, { ledger }) => sum + ledger[key], 0)
}

function countText(counts: string[], labels: string[]): string {
  if (new Set(counts).size === 1) return `${counts[0]} each.`
  return `${counts.map((text, at) => `${labels[at]}: ${text}`).join('; ')}.`
}

/** Delivery latency by percentile, all counted trials of a contender merged; both axes logarithmic. */
export function latencyFigure(document: ResultDocument): Figure {
  const contenders = contendersOf(document)
  const labels = chartNames(document)
  const trials = contenders.map(({ label }) => countedTrials(document, label, 'latency'))
  const series = contenders.map(({ row }, at) => seriesOf(row, trials[at]!, labels[at]!, at))
  const xMax = series.flatMap(({ points }) => points.map(({ x }) => x)).reduce((a, b) => Math.max(a, b), 10)
  const counts = trials.map((counted) => `${formatExact(sumOf(counted, 'deliveredCount'))} deliveries`)
  return {
    id: 'latency',
    title: 'How late are messages, percentile by percentile?',
    notes: [
      `From due to received. Lower is better; both axes are logarithmic. Each line ends where fewer than ${tailCount} deliveries lie beyond.`,
      `${countText(counts, labels)} ${evidenceNote(document)}`,
    ],
    columns: 1,
    panels: [
      {
        kind: 'lines',
        title: '',
        hint: '',
        xTitle: 'Percentile of deliveries, %',
        yTitle: 'Delivery latency, ms',
        xScale: 'percentile',
        yScale: 'log',
        xMax,
        unit: 'ms',
        series,
        emptyText: 'Not measured: no counted trial has a delivery',
      },
    ],
  }
}

function boxOf(row: SummaryRow | undefined, label: string, style: number): Box {
  const empty = { label, style, p5: null, p25: null, p50: null, p75: null, p95: null, p99: null }
  if (row === undefined) return { ...empty, text: 'not measured' }
  const histogram = decode(row)
  const { censoredCount, expectedCount } = row.ledger
  const n = histogram.totalCount + censoredCount
  const at = (q: number): number | null => {
    const rank = Math.max(1, Math.ceil(q * n - 1e-9))
    if (Math.min(q, 1 - q) * n < tailCount || rank > histogram.totalCount) return null
    return latencyMsAt(histogram, rank)
  }
  const quantiles = { p5: at(0.05), p25: at(0.25), p50: at(0.5), p75: at(0.75), p95: at(0.95), p99: at(0.99) }
  if (quantiles.p50 === null) return { ...empty, text: n === 0 ? 'no delivery' : 'too few deliveries' }
  const lost = censoredCount === 0 ? '' : `, ${formatShare(censoredCount / expectedCount)} never delivered`
  const part = (name: string, value: number | null): string => (value === null ? '' : `${name} ${formatNumber(value)} ms`)
  const parts = Object.entries(quantiles).map(([name, value]) => part(name, value))
  return { ...empty, ...quantiles, text: parts.filter(Boolean).join(', ') + lost }
}

/** Where the deliveries of each contender lie, all counted trials merged. */
export function boxFigure(document: ResultDocument): Figure {
  const contenders = contendersOf(document)
  const labels = chartNames(document)
  return {
    id: 'spread',
    title: 'Where do most deliveries lie, and how far is the tail?',
    notes: [
      'Box: the middle half of all deliveries, with the median as a line in it. Whiskers: from 5 % to 95 %. Dot: p99. What too few deliveries lie beyond is not drawn.',
      evidenceNote(document),
    ],
    columns: 1,
    panels: [
      {
        kind: 'boxes',
        title: 'Delivery latency, ms',
        hint: 'further left is better',
        unit: 'ms',
        xScale: 'log',
        boxes: contenders.map(({ row }, at) => boxOf(row, labels[at]!, at)),
      },
    ],
  }
}

import { decodeFromCompressedBase64, type Histogram } from 'hdr-histogram-js'
import { harnessError } from '../../core/errors.ts'
import type { ResultDocument, SummaryRow, TrialResult } from '../../core/result.ts'
import { usPerMs } from '../../core/units.ts'
import { chartNames, contendersOf, countedTrials, evidenceNote, transportOf } from '../contenders.ts'
import { formatExact, formatNumber, formatShare } from '../../text/format.ts'
import { firstFitting, spanTexts, type OwnedValue } from './caption.ts'
import { quantiles, type Box, type Figure, type LinePanel, type LinePoint, type LineSeries } from './figure.ts'
import { scaleFor } from './scale.ts'
import { smallMultiples } from './small-multiples.ts'
import { spoiltNote, spoiltText } from './spoilt.ts'
import { percentileLabel } from './ticks.ts'

const counterBits = 64
/** Deliveries that must lie beyond a quantile before it is drawn. */
const tailCount = 4
const firstSteps = [1.02, 1.05, 1.1]
const steps = [1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8]
const nearestMarkers = 1.3
const markedSteps = new Set([1, 2, 5])
/** Steps times decades are exact but for rounding of 1.02 and the like. */
const sameX = 1e-9

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

/** Shares of the deliveries that a caption may speak of, the furthest out first, each with its x = 1 ÷ (1 − p). */
const captionShares = [
  { x: 100, text: '99 % of the deliveries arrive' },
  { x: 10, text: '90 % of the deliveries arrive' },
  { x: 2, text: 'Half of the deliveries arrive' },
] as const

/** What to see first: the furthest percentile that all lines reach. */
function reachedText(series: readonly LineSeries[]): string {
  const drawn = series.filter(({ points }) => points.length > 0)
  const lost = drawn.flatMap(({ label, end }) => (end === null ? [] : [`${label}: ${end}`]))
  for (const share of captionShares) {
    const values = drawn.flatMap(({ label, points }): OwnedValue[] => {
      // By x, not by its label: the label is rounded, and the point before can have the same one.
      const y = points.find(({ x }) => Math.abs(x - share.x) < sameX)?.y ?? null
      return y === null ? [] : [{ label, value: y }]
    })
    if (values.length === 0 || values.length < drawn.length) continue
    const { named, bare } = spanTexts(values, 'ms')
    const rest = lost.length === 0 ? [] : [` ${lost.join('; ')}.`, ` ${lost.length} of ${drawn.length} lose deliveries.`]
    const { text } = share
    return firstFitting(...rest.map((more) => `${text} within ${named}.${more}`), `${text} within ${named}.`, `${text} within ${bare}.`)
  }
  return drawn.length === 0 ? 'No delivery was measured.' : 'Too few deliveries to compare one percentile of all.'
}

/** Delivery latency by percentile, all counted trials of a contender merged; the percentiles on a logarithmic axis. */
export function latencyFigure(document: ResultDocument): Figure {
  const contenders = contendersOf(document)
  const labels = chartNames(document)
  const trials = contenders.map(({ label }) => countedTrials(document, label, 'latency'))
  const series = contenders.map(({ label, row }, at) => {
    const one = seriesOf(row, trials[at]!, labels[at]!, at)
    const isSpoilt = one.end === null && spoiltText(document, label, 'latency') !== null
    return isSpoilt ? { ...one, note: spoiltNote } : one
  })
  const points = series.flatMap((one) => one.points)
  const yScale = scaleFor(points.map(({ y }) => y))
  const counts = trials.map((counted) => `${formatExact(sumOf(counted, 'deliveredCount'))} deliveries`)
  const panel: LinePanel = {
    kind: 'lines',
    title: '',
    hint: '',
    xTitle: 'Percentile of deliveries, %',
    yTitle: `Delivery latency, ms${yScale === 'log' ? ' (log scale)' : ''}`,
    xScale: 'percentile',
    yScale,
    xMax: points.reduce((most, { x }) => Math.max(most, x), 10),
    unit: 'ms',
    series,
    emptyText: 'Not measured: no counted trial has a delivery',
  }
  const panels = smallMultiples(panel, contenders.map(transportOf))
  return {
    id: 'latency',
    title: 'How late are messages, percentile by percentile?',
    caption: {
      see: reachedText(series),
      read: `Lower is better. A line ends where fewer than ${tailCount} deliveries lie beyond; with a cross, where the rest never came.`,
    },
    notes: ['From due to received; the percentiles stand on a log scale.', `${countText(counts, labels)} ${evidenceNote(document)}`],
    without: [],
    columns: panels.length === 1 ? 1 : 2,
    panels,
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
  const found = { p5: at(0.05), p25: at(0.25), p50: at(0.5), p75: at(0.75), p95: at(0.95), p99: at(0.99) }
  if (found.p50 === null) return { ...empty, text: n === 0 ? 'no delivery' : 'too few deliveries' }
  const lost = censoredCount === 0 ? '' : `, ${formatShare(censoredCount / expectedCount)} never delivered`
  const part = (name: string, value: number | null): string => (value === null ? '' : `${name} ${formatNumber(value)} ms`)
  const parts = Object.entries(found).map(([name, value]) => part(name, value))
  return { ...empty, ...found, text: parts.filter(Boolean).join(', ') + lost }
}

/** Where the deliveries of each contender lie, all counted trials merged. */
export function boxFigure(document: ResultDocument): Figure {
  const labels = chartNames(document)
  const boxes = contendersOf(document).map(({ label, row }, at): Box => {
    const box = boxOf(row, labels[at]!, at)
    const spoilt = spoiltText(document, label, 'latency')
    return spoilt === null ? box : { ...box, text: `${box.text}, ${spoilt}`, isSpoilt: true }
  })
  const xScale = scaleFor(boxes.flatMap((box) => quantiles.map((name) => box[name])))
  const middles = boxes.flatMap(({ label, p50 }) => (p50 === null ? [] : [{ label, value: p50 }]))
  const { named, bare } = spanTexts(middles, 'ms')
  const [lead, shaded] = ['Half of the deliveries arrive within', boxes.some(({ isSpoilt }) => isSpoilt === true)]
  return {
    id: 'spread',
    title: 'Where do most deliveries lie, and how far is the tail?',
    caption: {
      see: middles.length === 0 ? 'Too few deliveries were measured.' : firstFitting(`${lead} ${named}.`, `${lead} ${bare}.`),
      read: `Box: the middle half of the deliveries. Line: median. Whiskers: 5 % to 95 %. Dot: p99.${shaded ? ' Shaded: not all of its trials count.' : ''}`,
    },
    notes: ['What too few deliveries lie beyond is not drawn.', evidenceNote(document)],
    without: [],
    columns: 1,
    panels: [
      {
        kind: 'boxes',
        title: 'Delivery latency, ms',
        hint: `further left is better${xScale === 'log' ? '; log scale' : ''}`,
        unit: 'ms',
        xScale,
        boxes,
      },
    ],
  }
}

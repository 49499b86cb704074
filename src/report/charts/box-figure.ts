import type { ResultDocument, SummaryRow } from '../../core/result.ts'
import { chartNames, contendersOf, evidenceNote } from '../contenders.ts'
import { formatNumber, formatShare } from '../format.ts'
import type { Box, Figure } from './figure.ts'
import { decode, latencyMsAt, tailCount } from './latency.ts'

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

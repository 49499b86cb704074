import type { MetricId } from '../core/metric.ts'
import type { ResultDocument, TrialResult } from '../core/result.ts'
import { medianOf } from '../metrics/statistics.ts'
import { countedTrials, type ShownContender } from './contenders.ts'
import { formatInterval } from './format.ts'
import { numberCell, type Cell } from './metric-view.ts'

/** A row of the trade-off table. `basis`: measured by trials, counted in source files, or declared by the transport's protocol. */
export interface TradeOffRow {
  /** Row of the table of claims that this one answers. */
  group: string
  label: string
  /** Where the row is a metric. */
  metric?: MetricId
  basis: 'measured' | 'counted' | 'declared'
  /** One cell a contender, in their order. */
  cells: Cell[]
}

/** A figure of one trial, or why it has none. */
export interface TrialFigure {
  value: number | null
  reason: string | undefined
}

/** A figure of the trials that no summary holds: the median over blocks with its range. */
export function rangedRow(
  document: ResultDocument,
  contenders: readonly ShownContender[],
  place: { group: string; label: string },
  figureOf: (trial: TrialResult) => TrialFigure,
): TradeOffRow {
  const cells = contenders.map(({ label }) => {
    const figures = countedTrials(document, label).map(figureOf)
    const values = figures.map(({ value }) => value).filter((value) => value !== null)
    const typical = medianOf(values)
    if (typical === null) return numberCell(null, figures[0]?.reason ?? 'no counted trial')
    return numberCell(typical, undefined, values.length < 2 ? null : formatInterval(Math.min(...values), Math.max(...values)))
  })
  return { ...place, basis: 'measured', cells }
}

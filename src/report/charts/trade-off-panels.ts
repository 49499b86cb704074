import { metricIds, metrics, type MetricId } from '../../core/metric.ts'
import type { ResultDocument, SummaryRow } from '../../core/result.ts'
import { chartNames, contendersOf, evidenceNote } from '../contenders.ts'
import { formatLevel, formatPlural } from '../format.ts'
import { labelWithUnit, metricCell, withUnit, type Cell } from '../metric-view.ts'
import { chartLabels } from '../name-text.ts'
import type { Bar, BarPanel, Figure } from './figure.ts'

const candidates = metricIds.filter((id) => metrics[id].isCharted)

/** A panel for each of these that somebody has a value of, or one that is not finite. Why nobody has one, the table says; where nobody has any, all panels say so. */
function shownOf(documents: readonly ResultDocument[]): MetricId[] {
  const rows = documents.flatMap(({ summary }) => summary)
  const seen = candidates.filter((id) =>
    rows.some((row) => (row.metrics[id]?.median ?? null) !== null || isInfinite(metricCell(id, row.metrics[id]))),
  )
  return seen.length > 0 ? seen : candidates.filter((id) => metrics[id].needs === undefined)
}

function isInfinite({ reason }: Cell): boolean {
  return reason?.startsWith('no finite value') === true
}

function barOf(metric: MetricId, row: SummaryRow | undefined, label: string, style: number): Bar {
  const summary = row?.metrics[metric]
  const cell = metricCell(metric, summary)
  const { divisor } = metrics[metric].unit
  const value = summary?.median ?? null
  const scaled = (end: number | null | undefined) => (end === null || end === undefined ? null : end / divisor)
  const state =
    value === null || cell.state === 'missing' || cell.state === 'absent' ? 'missing' : cell.state === 'text' ? 'value' : cell.state
  const evidence =
    summary === undefined
      ? 'not measured'
      : `${formatPlural(summary.values.length, 'block')}${cell.interval === null ? '' : `, ${formatLevel(summary.level)} interval`}`
  return {
    label,
    style,
    value: scaled(value),
    low: scaled(summary?.low),
    high: scaled(summary?.high),
    state,
    text: state === 'missing' ? (isInfinite(cell) ? 'no finite value: too many undelivered' : 'not measured') : cell.text,
    detail:
      state === 'missing'
        ? (cell.reason ?? 'not measured')
        : `${[withUnit(metric, cell.text), cell.interval].filter((part) => part !== null).join(' ')}, ${evidence}`,
  }
}

function panelOf(metric: MetricId, bars: Bar[]): BarPanel {
  const { better, shown } = metrics[metric].unit
  return { kind: 'bars', title: labelWithUnit(metrics[metric]), hint: `${better} is better`, unit: shown, bars }
}

/** What the contenders cost, a panel a metric: medians over blocks with their intervals, each lower-is-better and with an axis of its own. */
export function tradeOffFigure(document: ResultDocument): Figure {
  const shown = shownOf([document])
  const contenders = contendersOf(document)
  const labels = chartNames(document)
  const levels = new Set(contenders.flatMap(({ row }) => shown.flatMap((metric) => row?.metrics[metric]?.level ?? [])))
  const level = levels.size === 1 ? `${formatLevel([...levels][0]!)} interval over blocks` : 'interval over blocks'
  return {
    id: 'trade-off',
    title: 'What does each contender cost?',
    notes: [
      `Bars: median over blocks. Whiskers: ${level}; none where blocks are too few, an arrow where they go on. A ring on the axis: measured, and 0.`,
      evidenceNote(document),
    ],
    columns: 2,
    panels: shown.map((metric) =>
      panelOf(
        metric,
        contenders.map(({ row }, at) => barOf(metric, row, labels[at]!, at)),
      ),
    ),
  }
}

/** The same figures of several runs of one scenario on one machine, a bar for each contender of each run. */
export function sideBySideFigure(runs: readonly { name: string; document: ResultDocument }[], id: string): Figure {
  const shown = shownOf(runs.map(({ document }) => document))
  const labels = chartLabels(runs.flatMap(({ name, document }) => document.summary.map(({ contender }) => `${contender}, ${name}`)))
  const rows = runs.flatMap(({ document }) => document.summary.map((row, style) => ({ row, style })))
  return {
    id,
    title: 'What does each contender cost, run by run?',
    notes: ['Bars: median over the blocks of a run. Whiskers: interval over blocks. The blocks of two runs are not paired.'],
    columns: 2,
    panels: shown.map((metric) =>
      panelOf(
        metric,
        rows.map(({ row, style }, at) => barOf(metric, row, labels[at]!, style)),
      ),
    ),
  }
}

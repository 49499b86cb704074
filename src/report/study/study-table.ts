import { metricIds, metrics, type MetricId } from '../../core/metric.ts'
import type { StudyDocument, StudyPointResult } from '../../core/study-result.ts'
import { usPerSecond } from '../../core/units.ts'
import { formatInterval } from '../../text/format.ts'
import { labelWithUnit, metricCell, numberCell, whyMissing, type Cell } from '../metric-view.ts'
import { oneLine } from '../../text/one-line.ts'
import { axisValue } from '../../text/axis-text.ts'
import { donePoints } from './facts.ts'
import { loadTable, type StudyTable } from './load-table.ts'

/** What the cells of the tables are. */
export const tablesNote = 'Medians over blocks [95 % interval over blocks]. Lower is better unless the title says otherwise.'

/** A table for every metric of which at least one contender has a value at one point, after one of what was to come and came. */
export function studyTables(document: StudyDocument): StudyTable[] {
  const load = loadTable(document)
  const ofMetrics = shownMetrics(document).flatMap((metric) => {
    const table = tableOf(document, metric, labelWithUnit(metrics[metric]), cellOf)
    if (metric !== 'connectTimePerClient') return [table]
    return [table, tableOf(document, metric, 'Clients connected per second (higher is better)', rateCell)]
  })
  return load === null ? ofMetrics : [load, ...ofMetrics]
}

type CellOf = (metric: MetricId, point: StudyPointResult, label: string) => Cell

function tableOf(document: StudyDocument, metric: MetricId, title: string, cell: CellOf): StudyTable {
  return {
    title,
    axes: document.axes.map(({ label }) => oneLine(label)),
    contenders: document.contenders.map(({ label }) => oneLine(label)),
    rows: donePoints(document).map((point) => ({
      place: document.axes.map((axis, at) => axisValue(axis, point.values[at]!)),
      cells: document.contenders.map(({ label }) => cell(metric, point, label)),
    })),
  }
}

/** The rate that a time per client comes to; its interval is the other's upside down. */
function rateCell(metric: MetricId, { rows }: StudyPointResult, label: string): Cell {
  const summary = rows.find(({ contender }) => contender === label)?.metrics[metric]
  const rate = (us: number | null | undefined): number | null => (us == null ? null : usPerSecond / us)
  return numberCell(
    rate(summary?.median),
    summary?.reasons['median'] ?? 'did not run here',
    formatInterval(rate(summary?.high), rate(summary?.low)),
  )
}

/** Metrics of which there is a value, in the order of the list of metrics. */
export function shownMetrics(document: StudyDocument): MetricId[] {
  const rows = donePoints(document).flatMap((point) => point.rows)
  return metricIds.filter((metric) => rows.some((row) => (row.metrics[metric]?.median ?? null) !== null))
}

/** Metrics without a single value, each reason once with the metrics that have it. */
export function metricGaps(document: StudyDocument): string[] {
  const shown = shownMetrics(document)
  const gaps = new Map<string, string[]>()
  for (const metric of metricIds) {
    if (shown.includes(metric)) continue
    const whys = donePoints(document).flatMap(({ rows }) =>
      rows.flatMap((row) => (row.metrics[metric] === undefined ? [] : [whyMissing(row.metrics[metric].reasons['median'])])),
    )
    const text = [...new Set(whys)].join('; ')
    if (text !== '') gaps.set(text, [...(gaps.get(text) ?? []), metrics[metric].label])
  }
  return [...gaps].map(([text, labels]) => `${labels.join(', ')}: ${oneLine(text)}`)
}

function cellOf(metric: MetricId, point: StudyPointResult, label: string): Cell {
  const row = point.rows.find(({ contender }) => contender === label)
  return row === undefined ? numberCell(null, 'did not run here') : metricCell(metric, row.metrics[metric])
}

import { metricIds, type MetricId } from '../../core/metric.ts'
import type { StudyDocument, StudyPointResult } from '../../core/study-result.ts'
import { labelWithUnit, metricCell, metricViews, numberCell, whyMissing, type Cell } from '../metric-view.ts'
import { oneLine } from '../name-text.ts'
import { axisValue } from './axis-text.ts'
import { donePoints } from './facts.ts'

/** One metric at every point: a row a point, a column a contender. */
export interface StudyTable {
  metric: MetricId
  title: string
  /** Names of the axes; each row has a value for each. */
  axes: string[]
  contenders: string[]
  rows: { place: string[]; cells: Cell[] }[]
}

/** A table for every metric of which at least one contender has a value at one point. */
export function studyTables(document: StudyDocument): StudyTable[] {
  const points = donePoints(document)
  return shownMetrics(document).map((metric) => ({
    metric,
    title: labelWithUnit(metricViews[metric]),
    axes: document.axes.map(({ label }) => oneLine(label)),
    contenders: document.contenders.map(({ label }) => oneLine(label)),
    rows: points.map((point) => ({
      place: document.axes.map((axis, at) => axisValue(axis, point.values[at]!)),
      cells: document.contenders.map(({ label }) => cellOf(metric, point, label)),
    })),
  }))
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
    if (text !== '') gaps.set(text, [...(gaps.get(text) ?? []), metricViews[metric].label])
  }
  return [...gaps].map(([text, labels]) => `${labels.join(', ')}: ${oneLine(text)}`)
}

function cellOf(metric: MetricId, point: StudyPointResult, label: string): Cell {
  const row = point.rows.find(({ contender }) => contender === label)
  return row === undefined ? numberCell(null, 'did not run here') : metricCell(metric, row.metrics[metric])
}

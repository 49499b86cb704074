import { metrics, type MetricId } from '../core/metric.ts'
import type { SearchAnswer, StudyDocument, StudyPointResult } from '../core/study-result.ts'
import { axisValue } from '../text/axis-text.ts'
import { formatExact, formatPlural } from '../text/format.ts'
import { oneLine } from '../text/one-line.ts'
import { mostRows, type AnswerCell, type AnswerRow, type AnswerTable } from './answer-table.ts'
import { amountOf } from './sentences.ts'
import { contendersAt, donePoints } from './study-contenders.ts'
import { metricsAsked } from './sweep.ts'
import { rowPlans } from './table.ts'

const fewestPoints = 2
const noCell: AnswerCell = { text: '–', mark: null, factor: null, share: null }

/**
 * The table that stands with the answer of a study. Of a sweep the figures that the scenario asks for, each at points along the axis,
 * the ends among them; of a search the largest value that each contender keeps up with. A study judges pairs along its axis and not at a
 * point, so no cell has a mark.
 */
export function studyAnswerTableOf(document: StudyDocument): AnswerTable {
  const heads = document.contenders.map(({ label }) => ({ label: oneLine(label), spoilt: notCounted(document, label) }))
  return { heads, rows: document.kind === 'search' ? searchRows(document) : sweepRows(document) }
}

/** In a search a trial that does not count is part of how the answer is found. */
function notCounted(document: StudyDocument, label: string): string | null {
  if (document.kind === 'search') return null
  const rows = donePoints(document).flatMap((point) => point.rows.filter(({ contender }) => contender === label))
  const trialCount = rows.reduce((sum, row) => sum + row.trialCount, 0)
  const countedCount = rows.reduce((sum, row) => sum + row.countedTrialCount, 0)
  const out = trialCount - countedCount
  return out === 0 ? null : `${formatExact(out)} of ${formatPlural(trialCount, 'trial')} ${out === 1 ? 'does' : 'do'} not count`
}

function sweepRows(document: StudyDocument): AnswerRow[] {
  const points = donePoints(document)
  const asked = metricsAsked(document).filter((metric) =>
    points.some((point) => point.rows.some((row) => row.metrics[metric]?.median != null)),
  )
  const shown = asked.slice(0, mostRows / fewestPoints)
  const places = spread(points, Math.max(fewestPoints, Math.floor(mostRows / Math.max(1, shown.length))))
  return shown.flatMap((metric) => places.map((point) => pointRow(document, metric, point)))
}

/** So many of the points, both ends among them, at even steps. */
function spread(points: readonly StudyPointResult[], count: number): StudyPointResult[] {
  if (points.length <= count) return [...points]
  return Array.from({ length: count }, (_, at) => points[Math.round((at * (points.length - 1)) / (count - 1))]!)
}

function pointRow(document: StudyDocument, metric: MetricId, point: StudyPointResult): AnswerRow {
  const plan = rowPlans.find((row) => row.figure === metric)
  const { label, unit } = metrics[metric]
  const medians = contendersAt(document, point).map(({ medianOf }) => medianOf(metric))
  const highest = Math.max(0, ...medians.filter((median) => median !== null))
  return {
    label: `${plan?.label ?? label} at ${document.axes.map((axis, at) => axisValue(axis, point.values[at]!)).join(', ')}`,
    unit: plan?.unit ?? unit.shown,
    metric,
    cells: medians.map((median) =>
      median === null ? noCell : { text: amountOf(metric, median), mark: null, factor: null, share: highest > 0 ? median / highest : null },
    ),
  }
}

function searchRows({ axes, search, contenders }: StudyDocument): AnswerRow[] {
  const axis = axes[0]!
  const answers = contenders.map(({ label }) => search.find(({ contender }) => contender === label))
  const highest = Math.max(0, ...answers.map((answer) => answer?.value ?? 0))
  const row = (label: string, text: (answer: SearchAnswer) => string | null, isBar: boolean): AnswerRow => ({
    label,
    unit: '',
    metric: null,
    cells: answers.map((answer) => {
      const shown = answer === undefined ? null : text(answer)
      if (shown === null) return noCell
      const share = isBar && highest > 0 && answer?.value != null ? answer.value / highest : null
      return { text: shown, mark: null, factor: null, share }
    }),
  })
  const value = (at: number | null): string | null => (at === null ? null : axisValue(axis, at))
  return [
    row(
      `${oneLine(axis.label)}, most`,
      (answer) => (answer.value === null ? null : `${answer.verdict === 'at least' ? '≥ ' : ''}${value(answer.value)}`),
      true,
    ),
    row('Fails at', ({ failsAt }) => value(failsAt), false),
    row('Trials', ({ steps }) => formatExact(steps.length), false),
  ]
}

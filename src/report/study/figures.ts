import { metrics, studyFigureSubjects, type MetricId } from '../../core/metric.ts'
import type { StudyDocument } from '../../core/study-result.ts'
import type { Figure } from '../charts/figure.ts'
import { formatPlural } from '../format.ts'
import { labelInSentence, labelWithUnit } from '../metric-view.ts'
import { axisInSentence, axisNoun, axisValue } from './axis-text.ts'
import { donePoints } from './facts.ts'
import { metricPanel } from './metric-panel.ts'
import { searchFigure } from './search-figure.ts'
import { shownMetrics } from './study-table.ts'

/** More panels beside each other nobody compares. */
const mostPanels = 6

/** Every figure of a study: its metrics along the axis, a figure for each of their kinds; with two axes a figure a metric; or the steps of a search. */
export function studyFigures(document: StudyDocument): Figure[] {
  if (document.kind === 'search') return [searchFigure(document)]
  const shown = shownMetrics(document).filter((metric) => isAboveZero(document, metric))
  if (document.axes.length === 2) return shown.map((metric) => planeFigure(document, metric))
  const named = Object.entries(studyFigureSubjects).map(([id, subject]) => ({
    id,
    subject,
    of: shown.filter((metric) => metrics[metric].studyFigure === id),
  }))
  const others = shown
    .filter((metric) => metrics[metric].studyFigure === undefined)
    .map((metric) => ({ id: metric, subject: labelInSentence(metric), of: [metric] }))
  return [...named, ...others]
    .filter(({ of }) => of.length > 0)
    .map(({ id, subject, of }) => ({
      id: `along-${id}`,
      title: `How does ${subject} change with the ${axisNoun(document.axes[0]!)}?`,
      notes: notesOf(document),
      columns: 2,
      panels: of.map((metric) => metricPanel(document, metric, null)),
    }))
}

/** Where a figure is 0 everywhere its table says so, and a chart has nothing to show. */
function isAboveZero(document: StudyDocument, metric: MetricId): boolean {
  return donePoints(document).some(({ rows }) => rows.some((row) => (row.metrics[metric]?.median ?? 0) > 0))
}

/** A metric over both axes: along the first, a panel for each value of the second. */
function planeFigure(document: StudyDocument, metric: MetricId): Figure {
  const [first, second] = document.axes
  const values = [...second!.values].sort((a, b) => a - b)
  const shown = values.slice(0, mostPanels)
  const panels = shown.map((at) => ({
    ...metricPanel(document, metric, at),
    title: `At ${axisInSentence(second!)} ${axisValue(second!, at)}`,
  }))
  const rest =
    values.length > shown.length
      ? [`Of ${values.length} values of ${axisInSentence(second!)} the first ${shown.length} are drawn; the tables have all.`]
      : []
  return {
    id: `over-${metric}`,
    title: `${labelWithUnit(metrics[metric])}: lowest at which ${axisNoun(first!)} and ${axisNoun(second!)}?`,
    notes: [...notesOf(document), ...rest],
    columns: 2,
    panels,
  }
}

function notesOf(document: StudyDocument): string[] {
  const blocks = Math.max(0, ...donePoints(document).flatMap(({ rows }) => rows.map(({ countedTrialCount }) => countedTrialCount)))
  return [
    `Medians over ${blocks === 1 ? '1 block' : `up to ${formatPlural(blocks, 'block')}`}; whiskers: 95 % interval over blocks, an arrow where it goes on. Points of one value stand side by side so that none hides another.`,
    'A dotted line: two contenders change places there, by as much as matters on both sides. The marker to its left is that of the lower one before it, the marker to its right that of the lower one after; the bar is its interval.',
  ]
}

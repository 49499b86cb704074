import { metrics, studyFigureSubjects, type MetricId } from '../../core/metric.ts'
import type { StudyAxis, StudyDocument } from '../../core/study-result.ts'
import { alikeLines, alikeMetric, areWithinMatters, thresholdIn } from '../charts/alike.ts'
import { endsOf, firstFitting, spanTexts } from '../charts/caption.ts'
import { withoutEmpty } from '../charts/empty-panels.ts'
import type { Caption, Figure, LinePanel } from '../charts/figure.ts'
import { mostLines, smallMultiples } from '../charts/small-multiples.ts'
import { formatPlural } from '../../text/format.ts'
import { labelInSentence } from '../metric-view.ts'
import { chartLabels } from '../name-text.ts'
import { oneLine } from '../../text/one-line.ts'
import { axisEstimate, axisInSentence, axisNoun, axisValue } from '../../text/axis-text.ts'
import { donePoints } from './facts.ts'
import { metricPanel } from './metric-panel.ts'
import { searchFigure } from './search-figure.ts'
import { shownMetrics } from './study-table.ts'

/** More panels beside each other nobody compares. */
const mostPanels = 6
/** Values of a second axis that are drawn where each takes several panels. */
const mostValues = 2

/** A figure that may be drawn: its metrics, of which only those in which contenders differ have panels. */
interface Subject {
  id: string
  title: string
  of: MetricId[]
}

/**
 * Every figure of a study: its metrics along the axis, a figure for each of their kinds; with two axes a figure a metric; or the
 * steps of a search. A figure all of whose metrics are alike is left out, and the last that is drawn says so.
 */
export function studyFigures(document: StudyDocument): Figure[] {
  return withoutEmpty(document.kind === 'search' ? [searchFigure(document)] : sweepFigures(document))
}

function sweepFigures(document: StudyDocument): Figure[] {
  const shown = shownMetrics(document)
  const subjects = document.axes.length === 2 ? shown.map((metric) => planeSubject(document, metric)) : lineSubjects(document, shown)
  const isDrawn = (metric: MetricId): boolean => !isAlikeEverywhere(document, metric)
  const [drawn, left] = [subjects.filter(({ of }) => of.some(isDrawn)), subjects.filter(({ of }) => !of.some(isDrawn))]
  const lead = drawn.length > 0 ? drawn : left.slice(0, 1)
  return lead.map((subject, at): Figure => {
    const rest = at === lead.length - 1 ? left.filter((one) => one !== subject).flatMap(({ of }) => of) : []
    const of = subject.of.filter(isDrawn)
    const alike = [...subject.of.filter((metric) => !isDrawn(metric)), ...rest]
    const { panels, notes } = panelsOf(document, of)
    return {
      id: subject.id,
      title: subject.title,
      caption: { see: changeText(document, of), read: readText(document, panels) },
      notes: [...notesOf(document), ...notes],
      without: alikeLines(alike.map((metric) => alikeMetric(metric, mediansOf(document, metric)))),
      columns: 2,
      panels,
    }
  })
}

function lineSubjects({ axes }: StudyDocument, shown: readonly MetricId[]): Subject[] {
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
    .map(({ id, subject, of }) => ({ id: `along-${id}`, title: `How does ${subject} change with the ${axisNoun(axes[0]!)}?`, of }))
}

function planeSubject({ axes }: StudyDocument, metric: MetricId): Subject {
  const [first, second] = axes.map(axisNoun)
  return { id: `over-${metric}`, title: `How does ${labelInSentence(metric)} change with the ${first} and the ${second}?`, of: [metric] }
}

/** Panels of metrics along the first axis; with a second axis of one metric, a panel for each value of that. */
function panelsOf(document: StudyDocument, of: readonly MetricId[]): { panels: LinePanel[]; notes: string[] } {
  const transports = document.contenders.map(({ transport }) => transport)
  const drawn = (panel: LinePanel): LinePanel[] => smallMultiples(panel, transports)
  const second = document.axes[1]
  if (second === undefined) return { panels: of.flatMap((metric) => drawn(metricPanel(document, metric, null))), notes: [] }
  const values = [...second.values].sort((a, b) => a - b)
  const shown = values.slice(0, document.contenders.length > mostLines ? mostValues : mostPanels)
  const panels = of.flatMap((metric) =>
    shown.flatMap((at) => drawn({ ...metricPanel(document, metric, at), title: `At ${axisInSentence(second)} ${axisValue(second, at)}` })),
  )
  const isCut = values.length > shown.length
  const rest = `Of ${values.length} values of ${axisInSentence(second)} the first ${shown.length} are drawn; the tables have all.`
  return { panels, notes: isCut ? [rest] : [] }
}

/** Medians of a metric at every point, a list for each. */
function mediansByPoint(document: StudyDocument, metric: MetricId): (number | null)[][] {
  return donePoints(document).map(({ rows }) =>
    document.contenders.map(({ label }) => rows.find(({ contender }) => contender === label)?.metrics[metric]?.median ?? null),
  )
}

function mediansOf(document: StudyDocument, metric: MetricId): (number | null)[] {
  return mediansByPoint(document, metric).flat()
}

/** Whether nobody differs by what matters at any point, or all are 0 everywhere, also where there is nobody to differ from. */
function isAlikeEverywhere(document: StudyDocument, metric: MetricId): boolean {
  const threshold = thresholdIn(document.scenario, metric)
  const points = mediansByPoint(document, metric)
  return points.every((medians) => medians.every((value) => value === 0)) || points.every((medians) => areWithinMatters(medians, threshold))
}

/** What to see first: where two contenders change places, else how far apart they are at the end of the axis. */
function changeText(document: StudyDocument, of: readonly MetricId[]): Caption['see'] {
  const labels = chartLabels(document.contenders.map(({ label }) => label))
  const nameOf = (label: string): string => labels[document.contenders.findIndex((one) => one.label === label)] ?? oneLine(label)
  const axis = document.axes[0]!
  const [crossing, ...more] = document.breakEven
    .filter(({ metric }) => of.includes(metric))
    .flatMap(({ metric, crossings }) => crossings.filter(({ matters }) => matters).map((one) => ({ metric, ...one })))
  if (crossing !== undefined) {
    const { metric, value, lowerBelow, lowerAbove } = crossing
    const place = placeText(axis, axisEstimate(axis, value))
    const rest = more.length === 0 ? '' : ` ${formatPlural(more.length, 'more such point')}.`
    const [above, below] = [nameOf(lowerAbove), nameOf(lowerBelow)]
    return firstFitting(
      `From ${place} on, ${above} is lower in ${labelInSentence(metric)}; below it ${below} is.${rest}`,
      `Two contenders change places in ${labelInSentence(metric)} at ${place}.${rest}`,
    )
  }
  const last = donePoints(document)
    .toSorted((a, b) => a.values[0]! - b.values[0]! || (a.values[1] ?? 0) - (b.values[1] ?? 0))
    .at(-1)
  const spans = of.flatMap((metric) => {
    const values = (last?.rows ?? []).flatMap(({ contender, metrics: found }) => {
      const median = found[metric]?.median ?? null
      return median === null ? [] : [{ label: nameOf(contender), value: median / metrics[metric].unit.divisor }]
    })
    const [least, most] = endsOf(values)
    return least === undefined || most === undefined ? [] : [{ metric, values, factor: least.value > 0 ? most.value / least.value : 0 }]
  })
  const widest = spans.toSorted((a, b) => b.factor - a.factor)[0]
  if (last === undefined || widest === undefined) return 'No contender differs by as much as matters.'
  const { named, bare } = spanTexts(widest.values, metrics[widest.metric].unit.shown)
  const places = document.axes.map((one, at) => placeText(one, axisValue(one, last.values[at]!))).join(' and ')
  const text = (span: string): string => `At ${places}, ${labelInSentence(widest.metric)} is ${span}.`
  return firstFitting(text(named), text(bare))
}

/** A place on an axis with its value as a text: "15,000 clients", "8 messages per second per channel", "a poll interval of 30 s". */
function placeText(axis: StudyAxis, value: string): string {
  const name = axisInSentence(axis)
  if (axis.unit === '' && /^\w+s\b/u.test(name)) return `${value} ${name}`
  return `${/^[aeiou]/u.test(name) ? 'an' : 'a'} ${name} of ${value}`
}

function blocksText(document: StudyDocument): string {
  const blocks = Math.max(0, ...donePoints(document).flatMap(({ rows }) => rows.map(({ countedTrialCount }) => countedTrialCount)))
  return blocks <= 1 ? 'one block' : `up to ${formatPlural(blocks, 'block')}`
}

/** What the marks are, as far as there are any. */
function readText(document: StudyDocument, panels: readonly LinePanel[]): Caption['read'] {
  const points = panels.flatMap(({ series }) => series.flatMap((one) => one.points))
  const parts = [
    `Point: median over ${blocksText(document)}`,
    ...(points.some(({ low }) => low !== undefined) ? ['Whisker: 95 % interval'] : []),
    ...(panels.some(({ crossings = [] }) => crossings.length > 0) ? ['Dotted line: two change places'] : []),
    ...(panels.some(({ marks = [] }) => marks.length > 0) ? ['Shaded: not all trials there count'] : []),
  ]
  return `${parts.join('. ')}.`
}

function notesOf(document: StudyDocument): string[] {
  return [
    `Medians over ${blocksText(document)}; whiskers: interval over blocks, an arrow where it goes on. Points of one value stand side by side so that none hides another.`,
    'A dotted line: two contenders change places there, by as much as matters on both sides. The marker to its left is that of the lower one before it, the marker to its right that of the lower one after; the bar is its interval.',
  ]
}

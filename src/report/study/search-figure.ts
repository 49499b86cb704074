import type { SearchAnswer, StudyDocument } from '../../core/study-result.ts'
import { endsOf, firstFitting } from '../charts/caption.ts'
import type { Figure, LinePanel, LineSeries } from '../charts/figure.ts'
import { scaleFor } from '../charts/scale.ts'
import { chartLabels } from '../name-text.ts'
import { axisNoun, axisValue } from '../../text/axis-text.ts'
import { limitsText } from './search-text.ts'

/** Styles that differ in colour, marker and dash: circle, cross, triangle, and a dashed line. The caption names the markers. */
const styles = { pass: 0, fail: 5, generator: 2, found: 1 } as const
const outcomes = { pass: 'passes', fail: 'fails', generator: 'generator or machine was the limit' } as const

/** The steps of a search in their order, a panel a contender, with the value that was found. */
export function searchFigure(document: StudyDocument): Figure {
  const axis = document.axes[0]!
  const labels = chartLabels(document.search.map(({ contender }) => contender))
  return {
    id: 'search',
    title: `Up to which ${axisNoun(axis)} does each contender meet the limits?`,
    caption: {
      see: foundText(document, labels),
      read: 'Circle: the limits are met. Cross: they are not. Triangle: the generator or the machine was the limit. Dashed line: the answer.',
    },
    notes: [limitsText(document)],
    without: [],
    columns: 2,
    panels: document.search.map((answer, at) => panelOf(document, answer, labels[at]!)),
  }
}

/** What to see first: the least and the largest value that was found. */
function foundText({ axes, search }: StudyDocument, labels: readonly string[]): string {
  const axis = axes[0]!
  const found = search.flatMap(({ value }, at) => (value === null ? [] : [{ label: labels[at]!, value }]))
  const [least, most] = endsOf(found)
  if (least === undefined || most === undefined) return 'No value was found yet at which the limits are met.'
  const lead = `Largest ${axisNoun(axis)} at which the limits are met:`
  const text = ({ label, value }: { label: string; value: number }): string => `${axisValue(axis, value)} (${label})`
  const rest = found.length < search.length ? ` None was found for ${search.length - found.length} of ${search.length} contenders.` : ''
  return found.length === 1
    ? firstFitting(`${lead} ${text(most)}.${rest}`, `${lead} ${axisValue(axis, most.value)}.`)
    : firstFitting(
        `${lead} ${text(least)} to ${text(most)}.${rest}`,
        `${lead} ${axisValue(axis, least.value)} to ${axisValue(axis, most.value)}.`,
      )
}

function panelOf({ axes, search }: StudyDocument, answer: SearchAnswer, label: string): LinePanel {
  const axis = axes[0]!
  const { steps, value, verdict } = answer
  const tried = search.flatMap((one) => one.steps.map((step) => step.value))
  const yScale = scaleFor(tried)
  const ofOutcome = (outcome: keyof typeof outcomes): LineSeries => ({
    label: outcomes[outcome],
    style: styles[outcome],
    end: null,
    points: steps.map((step, index) => ({
      at: `step ${index + 1}, ${step.purpose}`,
      x: index + 1,
      y: step.outcome === outcome ? step.value : null,
      isMarked: true,
    })),
  })
  const found: LineSeries = {
    label: value === null ? `found: no value (${verdict})` : `found: ${axisValue(axis, value)} (${verdict})`,
    style: styles.found,
    end: null,
    absent: '',
    points: value === null ? [] : [1, Math.max(2, steps.length)].map((x) => ({ at: verdict, x, y: value })),
  }
  return {
    kind: 'lines',
    title: label,
    hint: yScale === 'log' ? 'log scale' : '',
    xTitle: 'Step',
    yTitle: axis.label,
    xScale: 'linear',
    yScale,
    ...(tried.length === 0 ? {} : { yExtent: [Math.min(...tried), Math.max(...tried)] }),
    xMax: Math.max(2, steps.length) + 0.5,
    xTicks: steps.map((_, index) => index + 1),
    unit: '',
    series: [
      ...(Object.keys(outcomes) as (keyof typeof outcomes)[])
        .filter((outcome) => steps.some((step) => step.outcome === outcome))
        .map(ofOutcome),
      found,
    ],
    emptyText: 'No step has ended',
  }
}

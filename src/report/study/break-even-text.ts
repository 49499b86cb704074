import { metricIds, metrics, type MetricId } from '../../core/metric.ts'
import type { BreakEven, Crossing, StudyAxis, StudyDocument } from '../../core/study-result.ts'
import { formatLevel } from '../../text/format.ts'
import { labelInSentence } from '../metric-view.ts'
import { oneLine } from '../../text/one-line.ts'
import { axisEstimate, axisInSentence, axisPlace, axisValue } from '../../text/axis-text.ts'

/** One metric with a sentence for every pair of contenders. */
export interface BreakEvenGroup {
  metric: MetricId
  label: string
  sentences: string[]
}

/** Where contenders change places, metric by metric: a sentence for each pair that does or may, and one for all that do not. */
export function breakEvenGroups(document: StudyDocument): BreakEvenGroup[] {
  const seconds = document.axes.length === 1 ? [null] : [...new Set(document.breakEven.map(({ at }) => at))]
  return metricIds.flatMap((metric) => {
    const ofMetric = document.breakEven.filter((one) => one.metric === metric)
    if (ofMetric.length === 0) return []
    const sentences = seconds.flatMap((at) => {
      const found = ofMetric.filter((one) => one.at === at)
      const open = found.filter((one) => one.verdict === 'undecided')
      return [
        ...found.filter((one) => isWeighty(one)).map((one) => breakEvenSentence(document, one)),
        ...together(
          document,
          found.filter((one) => one.verdict === 'crosses' && !isWeighty(one)),
          'Change places, but differ by less than what matters on at least one side',
          ({ a, b, crossings }) =>
            `${oneLine(a)} and ${oneLine(b)} at ${crossings.map(({ value }) => axisEstimate(document.axes[0]!, value)).join(', ')}`,
        ),
        ...open.filter((one) => !isOpenThroughout(one) && !hasNoInterval(one)).map((one) => breakEvenSentence(document, one)),
        ...together(document, open.filter(hasNoInterval), 'Do not change places; one block gives no interval', ({ a, b, lower }) =>
          lower === null ? `${oneLine(a)} equal to ${oneLine(b)}` : `${oneLine(lower)} below ${oneLine(lower === a ? b : a)}`,
        ),
        ...together(
          document,
          open.filter(isOpenThroughout),
          'No reliable difference yet at any point',
          ({ a, b }) => `${oneLine(a)} and ${oneLine(b)}`,
        ),
        ...together(
          document,
          found.filter(({ verdict }) => verdict === 'equal'),
          'Differ by less than what matters throughout',
          ({ a, b }) => `${oneLine(a)} and ${oneLine(b)}`,
        ),
        ...together(
          document,
          found.filter(({ verdict }) => verdict === 'never'),
          'Never change places',
          ({ a, b, lower }) => `${oneLine(lower ?? '')} below ${oneLine(lower === a ? b : a)}`,
        ),
      ]
    })
    return [{ metric, label: metrics[metric].label, sentences }]
  })
}

function isOpenThroughout({ verdict, open, from, to }: BreakEven): boolean {
  return verdict === 'undecided' && open.length === 1 && open[0]!.from === from && open[0]!.to === to
}

function isWeighty({ crossings }: BreakEven): boolean {
  return crossings.some(({ matters }) => matters)
}

function hasNoInterval({ reasons }: BreakEven): boolean {
  return reasons['interval'] !== undefined
}

/** Pairs with the same range in one sentence. */
function together({ axes }: StudyDocument, found: readonly BreakEven[], start: string, say: (one: BreakEven) => string): string[] {
  const groups = new Map<string, string[]>()
  for (const one of found) {
    const key = `${placeText(axes, one)}${start} ${rangeText(axes[0]!, one)}${beside(one)}`
    groups.set(key, [...(groups.get(key) ?? []), say(one)])
  }
  return [...groups].map(([key, pairs]) => `${key}: ${pairs.join('; ')}.`)
}

function placeText([, second]: StudyDocument['axes'], { at }: BreakEven): string {
  return at === null || second === undefined ? '' : `At ${axisInSentence(second)} ${axisValue(second, at)}: `
}

function rangeText(axis: StudyAxis, { from, to }: BreakEven): string {
  return `within [${axisValue(axis, from)}, ${axisValue(axis, to)}]`
}

/** "short-poll has the lower server CPU than sse above a poll interval of 13.7 s [12.1 s – 17.0 s], sse below it". */
export function breakEvenSentence({ axes }: StudyDocument, one: BreakEven): string {
  const axis = axes[0]
  const place = placeText(axes, one)
  const range = rangeText(axis!, one)
  const names = `${oneLine(one.a)} and ${oneLine(one.b)}`
  const what = labelInSentence(one.metric)
  if (one.verdict === 'never')
    return `${place}${names} never change places ${range}: ${oneLine(one.lower ?? '')} has the lower ${what} throughout${beside(one)}.`
  if (one.verdict === 'equal') return `${place}${names}: ${what} differs by less than what matters ${range}${beside(one)}.`
  const open = one.open.map(({ from, to }) => `between ${axisEstimate(axis!, from)} and ${axisEstimate(axis!, to)}`)
  const openText = open.length === 0 ? '' : `; undecided ${open.join(' and ')}`
  if (one.verdict === 'undecided') return `${place}${names}: ${what} undecided ${open.join(' and ')}${beside(one)}.`
  return `${place}${one.crossings.map((crossing) => crossingText(axis!, crossing, what)).join('; ')}${openText}${beside(one)}.`
}

/** How break-even points were found, for the note above them. */
export function breakEvenNote({ breakEven, axes }: StudyDocument): string {
  const level = breakEven[0]?.level
  if (level === undefined) return 'No pair of contenders has two points with a ratio: nothing can change places.'
  const scales = new Set(breakEven.map(({ scale }) => scale))
  const how = [...scales]
    .map((scale) => (scale === 'log' ? `the logarithm of ${axisInSentence(axes[0]!)}` : axisInSentence(axes[0]!)))
    .join(' or ')
  return `Where the paired ratio of two contenders is 1, interpolated between points on ${how}. In brackets: where the ${formatLevel(level)} interval of the ratio contains 1, for each pair alone, not adjusted for the number of pairs.`
}

function crossingText(axis: StudyAxis, { value, low, high, lowerBelow, lowerAbove }: Crossing, what: string): string {
  const ends =
    low === null && high === null
      ? 'no interval: one block'
      : `${low === null ? 'undecided from the first value' : axisEstimate(axis, low)} – ${high === null ? 'undecided to the last value' : axisEstimate(axis, high)}`
  return `${oneLine(lowerAbove)} has the lower ${what} than ${oneLine(lowerBelow)} above ${axisPlace(axis, value)} [${ends}], ${oneLine(lowerBelow)} below it`
}

function beside({ reasons }: BreakEven): string {
  return reasons['points'] === undefined ? '' : ` (${oneLine(reasons['points'])})`
}

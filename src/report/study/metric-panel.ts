import { metrics, type MetricId } from '../../core/metric.ts'
import type { StudyDocument } from '../../core/study-result.ts'
import { scaleOfAxis } from '../../metrics/break-even.ts'
import type { LineCrossing, LinePanel, LinePoint } from '../charts/figure.ts'
import { labelWithUnit } from '../metric-view.ts'
import { chartLabels } from '../name-text.ts'
import { axisInSentence, axisNoun, axisValue } from './axis-text.ts'
import { donePoints } from './facts.ts'

/** Shift of a contender's points, as a share of the axis, so that whiskers do not hide each other. */
const dodgeRatio = 0.008
/** Room at both ends of the x axis, as a share of it. */
const roomRatio = 0.05
/** Values that span more are drawn on a log axis. */
const decade = 10
/** How far whiskers may stretch the y axis beyond the values themselves, as a factor. */
const whiskerRoom = 2

/**
 * A metric against the first axis, a line a contender, with break-even points marked.
 *
 * @param at value of the second axis; null without one
 */
export function metricPanel(document: StudyDocument, metric: MetricId, at: number | null): LinePanel {
  const axis = document.axes[0]!
  const { divisor, shown: unit, better } = metrics[metric].unit
  const labels = chartLabels(document.contenders.map(({ label }) => label))
  const line = donePoints(document)
    .filter(({ values }) => at === null || values[1] === at)
    .sort((p, q) => p.values[0]! - q.values[0]!)
  const xs = [...axis.values].sort((a, b) => a - b)
  const scale = scaleOfAxis(xs)
  const place = placing(xs, scale)
  const summaries = document.contenders.map(({ label }) =>
    line.map((point) => ({ x: point.values[0]!, summary: point.rows.find(({ contender }) => contender === label)?.metrics[metric] })),
  )
  const medians = summaries.flat().flatMap(({ summary }) => (summary?.median == null ? [] : [summary.median / divisor]))
  const positive = medians.filter((value) => value > 0)
  const [least, most] = [Math.min(...positive), Math.max(...positive)]
  const isLog = positive.length > 0 && most / least > decade
  const series = summaries.map((points, style) => ({
    label: labels[style]!,
    style,
    end: null,
    ...(isLog && points.some(({ summary }) => summary?.median === 0) ? { absent: '0, off this log axis' } : {}),
    points: points.map(({ x, summary }): LinePoint => {
      const median = summary?.median ?? null
      const y = median === null || (isLog && median <= 0) ? null : median / divisor
      const hasInterval = y !== null && summary?.low != null && summary.high !== null
      return {
        at: `${axisInSentence(axis)} ${axisValue(axis, x)}`,
        x: place(x, style - (labels.length - 1) / 2),
        y,
        isMarked: true,
        ...(hasInterval ? { low: summary.low! / divisor, high: summary.high! / divisor } : {}),
      }
    }),
  }))
  return {
    kind: 'lines',
    title: `${labelWithUnit(metrics[metric])}: lowest at which ${axisNoun(axis)}?`,
    hint: `${better} is better${isLog ? '; log axis' : ''}`,
    xTitle: axis.label,
    yTitle: '',
    xScale: scale === 'log' ? 'log' : 'linear',
    yScale: isLog ? 'log' : 'linear',
    xMin: place(xs[0]!, 0, -roomRatio),
    xMax: place(xs.at(-1)!, 0, roomRatio),
    xTicks: xs,
    xLabels: xs.map((x) => axisValue(axis, x)),
    ...(positive.length === 0
      ? {}
      : { yLimit: isLog ? { low: least / whiskerRoom, high: most * whiskerRoom } : { low: 0, high: most * whiskerRoom } }),
    unit,
    series,
    crossings: crossingsOf(document, metric, at, xs),
    emptyText: 'Not measured at any point',
  }
}

/** Puts a value on the axis, moved by so many dodges and a share of the axis. */
function placing(xs: readonly number[], scale: 'log' | 'linear'): (x: number, dodges: number, shareOfAxis?: number) => number {
  const [first, last] = [xs[0]!, xs.at(-1)!]
  const span = scale === 'log' ? Math.log(last / first) : last - first
  return (x, dodges, shareOfAxis = 0) => {
    const shift = (dodges * dodgeRatio + shareOfAxis) * span
    return scale === 'log' ? x * Math.exp(shift) : x + shift
  }
}

function crossingsOf(document: StudyDocument, metric: MetricId, at: number | null, xs: readonly number[]): LineCrossing[] {
  const styleOf = (label: string): number => document.contenders.findIndex((contender) => contender.label === label)
  return document.breakEven
    .filter((one) => one.metric === metric && one.at === at)
    .flatMap(({ crossings }) => crossings)
    .filter(({ matters }) => matters)
    .sort((a, b) => a.value - b.value)
    .map(({ value, low, high, lowerBelow, lowerAbove }) => ({
      x: value,
      left: styleOf(lowerBelow),
      right: styleOf(lowerAbove),
      // With one block neither end is known; with more, an end that is open goes on to the end of the axis.
      ...(low === null && high === null ? {} : { low: low ?? xs[0]!, high: high ?? xs.at(-1)! }),
    }))
}

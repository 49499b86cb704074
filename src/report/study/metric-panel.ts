import { metrics, type MetricId } from '../../core/metric.ts'
import type { PointRow, StudyDocument } from '../../core/study-result.ts'
import { scaleOfAxis } from '../../metrics/break-even.ts'
import { isWhyOut } from '../../metrics/validity.ts'
import type { LineCrossing, LineMark, LinePanel, LinePoint } from '../charts/figure.ts'
import { scaleFor } from '../charts/scale.ts'
import { labelWithUnit } from '../metric-view.ts'
import { chartLabels } from '../name-text.ts'
import { axisInSentence, axisValue } from '../../text/axis-text.ts'
import { donePoints } from './facts.ts'

/** Shift of a contender's points, as a share of the axis, so that whiskers do not hide each other. */
const dodgeRatio = 0.008
/** Room at both ends of the x axis, as a share of it. */
const roomRatio = 0.05
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
  const found = document.contenders.map(({ label }) =>
    line.map((point) => {
      const row = point.rows.find(({ contender }) => contender === label)
      return { x: point.values[0]!, summary: row?.metrics[metric], isSpoilt: row !== undefined && isSpoilt(row, metric) }
    }),
  )
  const medians = found.flat().flatMap(({ summary }) => (summary?.median == null ? [] : [summary.median / divisor]))
  const positive = medians.filter((value) => value > 0)
  const [least, most] = [Math.min(...positive), Math.max(...positive)]
  const yScale = scaleFor(medians)
  const dodgesOf = (style: number): number => style - (labels.length - 1) / 2
  const series = found.map((points, style) => ({
    label: labels[style]!,
    style,
    end: null,
    points: points.map(({ x, summary, isSpoilt: isOut }): LinePoint => {
      const median = summary?.median ?? null
      const hasInterval = median !== null && summary?.low != null && summary.high !== null
      return {
        at: `${axisInSentence(axis)} ${axisValue(axis, x)}`,
        x: place(x, dodgesOf(style)),
        y: median === null ? null : median / divisor,
        isMarked: true,
        ...(hasInterval ? { low: summary.low! / divisor, high: summary.high! / divisor } : {}),
        ...(isOut ? { event: 'spoilt' as const } : {}),
      }
    }),
  }))
  const marks = found.flatMap((points, style) =>
    points.flatMap(({ x, isSpoilt: isOut }): LineMark[] => {
      const [from, until] = [place(x, dodgesOf(style) - 0.5), place(x, dodgesOf(style) + 0.5)]
      return isOut ? [{ from, until, label: '', tone: 'spoilt', style }] : []
    }),
  )
  return {
    kind: 'lines',
    title: labelWithUnit(metrics[metric]),
    hint: `${better} is better${yScale === 'log' ? '; log scale' : ''}`,
    xTitle: axis.label,
    yTitle: '',
    xScale: scale === 'log' ? 'log' : 'linear',
    yScale,
    xMin: place(xs[0]!, 0, -roomRatio),
    xMax: place(xs.at(-1)!, 0, roomRatio),
    xTicks: xs,
    xLabels: xs.map((x) => axisValue(axis, x)),
    ...(positive.length === 0
      ? {}
      : { yLimit: yScale === 'log' ? { low: least / whiskerRoom, high: most * whiskerRoom } : { low: 0, high: most * whiskerRoom } }),
    unit,
    ...(marks.length === 0 ? {} : { marks }),
    series,
    crossings: crossingsOf(document, metric, at, xs),
    emptyText: 'Not measured at any point',
  }
}

/** Whether trials of a contender do not count at a point: they failed, or a gate keeps them out of this metric. */
function isSpoilt({ validity, metrics: found }: PointRow, metric: MetricId): boolean {
  const reasons = found[metric]?.reasons
  return validity.failed > 0 || isWhyOut(reasons?.['values'] ?? reasons?.['median'] ?? '')
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

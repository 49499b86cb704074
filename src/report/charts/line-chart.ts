import type { ChartDataset } from 'chart.js'
import { formatNumber, formatTick } from '../../text/format.ts'
import { axisFont, axisLines, axisTitle, chartFrame, roomAround, ticksAt } from './chart-frame.ts'
import { eventTexts, legendBelow, type Frame, type LinePanel, type LinePoint, type LineSeries } from './figure.ts'
import { endText, lineEnds, lineEndsWidth } from './line-ends.ts'
import { emptyNote, lineCrossings, lineEvents, lineFits, lineMarks, lineWhiskers } from './line-layers.ts'
import { seriesStyle, type Theme } from './theme.ts'
import type { CanvasContext } from './canvas-context.ts'
import { heldValues, logAxis, logTickText, placeOnLog } from './scale.ts'
import { clearTicks, linearAxis, percentileLabel, percentileTicks } from './ticks.ts'

const tickHeight = 22

function isIsolated(points: readonly LinePoint[], at: number): boolean {
  return (points[at - 1]?.y ?? null) === null && (points[at + 1]?.y ?? null) === null
}

function radiusOf({ points, end }: LineSeries, at: number): number {
  // A cross stands at the end of a line that was cut.
  if (end !== null && at === points.length - 1) return 0
  return points[at]?.isMarked === true ? 4 : isIsolated(points, at) ? 3 : 0
}

function dataset(
  series: LineSeries,
  look: Theme,
  { isNarrow, placeOf }: { isNarrow: boolean; placeOf: (y: number | null) => number | null },
): ChartDataset<'line', { x: number; y: number }[]> {
  const { colour, marker, dash } = seriesStyle(look, series.style)
  const end = endText(series)
  return {
    label: isNarrow && end !== null && end !== '' ? `${series.label} (${end})` : series.label,
    data: series.points.map(({ x, y }) => ({ x, y: placeOf(y) ?? Number.NaN })),
    borderColor: colour,
    backgroundColor: colour,
    borderWidth: 2,
    borderDash: [...dash],
    pointStyle: marker,
    pointBorderWidth: 2,
    pointRadius: series.points.map((_, at) => radiusOf(series, at)),
    pointHitRadius: 8,
    spanGaps: false,
    clip: false,
  }
}

/** The y axis, and where a value stands on it: null for what has no place. */
function yAxis(panel: LinePanel, look: Theme, height: number) {
  const values = heldValues(panel)
  const shared = { ...axisLines(look), title: axisTitle(panel.yTitle, look) }
  const ticks = { color: look.ink, font: axisFont, callback: (value: string | number) => formatTick(Number(value)) }
  if (panel.yScale === 'linear') {
    const [least, most] = [values.reduce((a, b) => Math.min(a, b), 0), values.reduce((a, b) => Math.max(a, b), 0)]
    const { max, stepSize } = linearAxis(Math.max(most, -least))
    const axis = {
      ...shared,
      type: 'linear' as const,
      min: least < 0 ? -max : 0,
      max,
      ticks: { ...ticks, stepSize, display: values.length > 0 },
    }
    return { axis, placeOf: (y: number | null) => y }
  }
  const log = logAxis(values, Math.floor((height - 100) / tickHeight))
  const axis = {
    ...shared,
    type: 'logarithmic' as const,
    min: log.min,
    max: log.max,
    ticks: { ...ticks, autoSkip: false, display: values.length > 0, callback: (value: string | number) => logTickText(Number(value), log) },
    afterBuildTicks: ticksAt(log.ticks),
  }
  return { axis, placeOf: (y: number | null) => placeOnLog(y, log) }
}

/** Share of the width that the lines have, beside their names or without. */
const plotShare = { named: 0.66, bare: 0.88 } as const
const characterWidth = 0.6
const tickMargin = 10

function xScale(panel: LinePanel, look: Theme, plotWidth: number) {
  const shared = { ...axisLines(look), title: axisTitle(panel.xTitle, look) }
  const font = { color: look.ink, font: axisFont, maxRotation: 0 }
  if (panel.xScale !== 'percentile') {
    const { max, stepSize } = linearAxis(panel.xMax)
    const { xTicks, xLabels, xMin = 0 } = panel
    const written = (value: number) => xLabels?.[xTicks?.indexOf(value) ?? -1] ?? formatTick(value)
    const ticks = { ...font, callback: (value: string | number) => written(Number(value)) }
    if (xTicks === undefined) return { ...shared, type: 'linear' as const, min: xMin, max, ticks: { ...ticks, stepSize } }
    const type = panel.xScale === 'log' ? ('logarithmic' as const) : ('linear' as const)
    const on = panel.xScale === 'log' ? Math.log : (value: number) => value
    const shown = clearTicks(
      xTicks,
      (tick) => (on(tick) - on(xMin)) / (on(panel.xMax) - on(xMin)),
      (tick) => (written(tick).length * characterWidth * axisFont.size + tickMargin) / plotWidth,
    )
    return { ...shared, type, min: xMin, max: panel.xMax, ticks: { ...ticks, autoSkip: false }, afterBuildTicks: ticksAt(shown) }
  }
  return {
    ...shared,
    type: 'logarithmic' as const,
    min: 1,
    max: panel.xMax,
    ticks: { ...font, autoSkip: false, callback: (value: string | number) => percentileLabel(Number(value)) },
    afterBuildTicks: ticksAt(percentileTicks(panel.xMax)),
  }
}

function tooltipText(panel: LinePanel, series: LineSeries, point: LinePoint): string {
  const unit = panel.unit === '' ? '' : ` ${panel.unit}`
  const range = point.low === undefined || point.high === undefined ? '' : ` [${formatNumber(point.low)} – ${formatNumber(point.high)}]`
  const event = point.event === undefined ? '' : `, ${eventTexts[point.event]}`
  return `${series.label}: ${formatNumber(point.y ?? Number.NaN)}${unit}${range}${event}`
}

/** A point that the pointer is at. */
interface Hit {
  datasetIndex: number
  dataIndex: number
}

/** The Chart.js configuration of a chart of lines in a frame; pure, the same in Node and in a browser. */
export function lineChart(panel: LinePanel, look: Theme, frame: Frame): object {
  const isNarrow = frame.width < legendBelow
  const shared = chartFrame(panel, look, frame, {
    title: (items: Hit[]) => items.map((item) => panel.series[item.datasetIndex]?.points[item.dataIndex]?.at ?? '')[0] ?? '',
    label: (item: Hit) => {
      const series = panel.series[item.datasetIndex]
      const point = series?.points[item.dataIndex]
      return series === undefined || point === undefined ? '' : tooltipText(panel, series, point)
    },
  })
  const isEmpty = panel.series.every(({ points }) => points.every(({ y }) => y === null))
  const { axis, placeOf } = yAxis(panel, look, frame.height)
  return {
    type: 'line',
    data: { datasets: panel.series.map((series) => dataset(series, look, { isNarrow, placeOf })) },
    plugins: [
      ...(panel.marks === undefined ? [] : [lineMarks(panel.marks, look)]),
      lineFits(panel.series, look),
      lineWhiskers(panel.series, look),
      lineEvents(panel.series, look, placeOf),
      lineCrossings(panel.crossings ?? [], look),
      lineEnds(panel.series, look, !isNarrow),
      ...(isEmpty ? [emptyNote(panel.emptyText, look)] : []),
    ],
    options: {
      ...shared,
      interaction: { mode: 'nearest', intersect: false },
      layout: {
        padding: (context: { chart: { ctx: unknown } }) =>
          roomAround(isNarrow ? 16 : lineEndsWidth(context.chart.ctx as CanvasContext, panel.series)),
      },
      scales: { x: xScale(panel, look, frame.width * (isNarrow ? plotShare.bare : plotShare.named)), y: axis },
      plugins: {
        ...shared.plugins,
        legend: {
          display: isNarrow && !isEmpty,
          position: 'bottom',
          labels: { usePointStyle: true, boxWidth: 8, boxHeight: 8, color: look.ink, font: axisFont },
        },
      },
    },
  }
}

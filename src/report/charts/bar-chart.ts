import type { Chart, Plugin } from 'chart.js'
import { drawPoint } from 'chart.js/helpers'
import { fontOf, layer, strokeLines, type CanvasContext, type Line } from './canvas-context.ts'
import { ticksAt } from './chart-frame.ts'
import type { Bar, BarPanel, Frame } from './figure.ts'
import { drawMissing, rowChart, type RowParts } from './row-chart.ts'
import { logAxis, logTickText, placeOnLog, type LogAxis } from './scale.ts'
import { seriesStyle, type Theme } from './theme.ts'
import { linearAxis } from './ticks.ts'

/** A whisker longer than this many times the longest bar is cut with an arrow: it would press all bars flat. */
const longestWhisker = 1.6
const valueRoom = 68

function linearEnds(bars: readonly Bar[]): { min: number; max: number; stepSize: number } {
  const values = bars.map(({ value }) => value).filter((value) => value !== null)
  const most = values.reduce((a, b) => Math.max(a, b), 0)
  const least = values.reduce((a, b) => Math.min(a, b), 0)
  const highs = bars.map(({ high }) => high).filter((high) => high !== null)
  const end = Math.min(
    highs.reduce((a, b) => Math.max(a, b), most),
    most * longestWhisker,
  )
  const { max, stepSize } = linearAxis(Math.max(end, -least))
  return { min: least < 0 ? -max : 0, max, stepSize }
}

const tickWidth = 70

/** The log axis of bars; null where a linear one is asked for, and where a value below 0, or none above it, leaves no other. */
function logEnds({ bars, xScale }: BarPanel, width: number): LogAxis | null {
  const values = bars.flatMap(({ value }) => value ?? [])
  if (xScale === 'linear' || values.some((value) => value < 0) || values.every((value) => value === 0)) return null
  return logAxis(values, Math.floor(width / tickWidth))
}

/** The Chart.js configuration of a panel of bars in a frame; pure, the same in Node and in a browser. On a log axis it has dots. */
export function barChart(panel: BarPanel, look: Theme, frame: Frame): object {
  const { bars } = panel
  const log = logEnds(panel, frame.width)
  const { min, max, stepSize } = linearEnds(bars)
  const rows: RowParts = {
    labels: bars.map(({ label }) => label),
    dataset: {
      data: bars.map(({ value }) => (log === null ? value : placeOnLog(value, log))),
      backgroundColor: bars.map(({ style }) => (log === null ? seriesStyle(look, style).colour : 'transparent')),
      hoverBackgroundColor: bars.map(({ style }) => (log === null ? seriesStyle(look, style).colour : 'transparent')),
      barPercentage: 0.78,
      categoryPercentage: 0.9,
    },
    parts: barValues(bars, look, log),
    spoilt: bars.map(({ isSpoilt }) => isSpoilt === true),
    room: valueRoom,
    isEmpty: bars.every(({ value }) => value === null),
    axis:
      log === null
        ? { type: 'linear', min, max }
        : { type: 'logarithmic', min: log.min, max: log.max, afterBuildTicks: ticksAt(log.ticks) },
    ticks: log === null ? { stepSize } : { autoSkip: false, callback: (value: string | number) => logTickText(Number(value), log) },
    tooltip: (at) => bars[at]?.detail ?? '',
  }
  return rowChart(panel, rows, look, frame)
}

const valueFont = fontOf(13, 600)
const gap = 8
const sliver = 3
const ring = 5
const cap = 5
const dot = 6

interface WhiskerEnds {
  from: number
  to: number
  /** It goes on to the left, or to the right, of the axis. */
  isCutAt: { left: boolean; right: boolean }
}

/** A ring on the axis: measured, and nothing. */
function drawZero(pen: CanvasContext, x: number, y: number, colour: string, look: Theme): void {
  pen.beginPath()
  pen.arc(x, y, ring, 0, 2 * Math.PI)
  pen.fillStyle = look.ground
  pen.fill()
  pen.strokeStyle = colour
  pen.lineWidth = 2
  pen.stroke()
}

/** A dot on a log axis, with a thin line that leads to it from the names. */
function drawDot(pen: CanvasContext, bar: Bar, place: { from: number; until: number; x: number; y: number }, look: Theme): void {
  const { colour, marker } = seriesStyle(look, bar.style)
  pen.strokeStyle = look.axis
  pen.lineWidth = 1
  pen.setLineDash([1, 3])
  strokeLines(pen, [[place.from, place.y, place.until, place.y]])
  pen.setLineDash([])
  pen.strokeStyle = colour
  pen.fillStyle = colour
  drawPoint(pen, { pointStyle: marker, radius: dot, borderWidth: 2 }, place.x, place.y)
}

function drawBar(chart: Chart, bar: Bar, y: number, { look, log }: { look: Theme; log: LogAxis | null }): void {
  const pen: CanvasContext = chart.ctx
  const scale = chart.scales['x']!
  const zeroX = log === null ? scale.getPixelForValue(0) : chart.chartArea.left
  const { colour } = seriesStyle(look, bar.style)
  if (bar.value === null || bar.state === 'missing')
    return drawMissing(pen, bar.text, { x: zeroX, y, width: chart.width - zeroX - 2 * gap, look, isSpoilt: bar.isSpoilt === true })
  const valueX = log !== null && bar.value === 0 ? zeroX : scale.getPixelForValue(bar.value)
  const whisker = bar.state === 'zero' ? null : whiskerEnds(chart, bar, log)
  let end = Math.max(valueX, zeroX)
  if (bar.state === 'zero') {
    drawZero(pen, zeroX, y, colour, look)
    end = zeroX + ring
  } else if (log !== null) end = valueX + dot
  else if (Math.abs(valueX - zeroX) < sliver) {
    pen.fillStyle = colour
    pen.fillRect(zeroX, y - 10, sliver, 20)
    end = zeroX + sliver
  }
  if (whisker !== null && whisker.to - whisker.from > 1) {
    drawWhisker(pen, whisker, y, look)
    end = Math.max(end, whisker.to)
  }
  if (log !== null && bar.state !== 'zero') drawDot(pen, bar, { from: zeroX, until: whisker?.from ?? valueX, x: valueX, y }, look)
  pen.font = valueFont
  pen.fillStyle = look.ink
  pen.fillText(bar.text, end + gap, y)
}

/** Ends of the whisker of a bar in pixels, cut at the ends of the axis; null without an interval. */
function whiskerEnds(chart: Chart, bar: Bar, log: LogAxis | null): WhiskerEnds | null {
  const scale = chart.scales['x']
  if (scale === undefined || bar.low === null || bar.high === null) return null
  const { left, right } = chart.chartArea
  const low = log !== null && bar.low <= 0 ? Number.NEGATIVE_INFINITY : scale.getPixelForValue(bar.low)
  const high = scale.getPixelForValue(bar.high)
  return { from: Math.max(low, left), to: Math.min(high, right), isCutAt: { left: low < left - 0.5, right: high > right + 0.5 } }
}

/** The whisker of one bar at a height: caps at both ends, an arrow where it goes on beyond the axis. */
function drawWhisker(pen: CanvasContext, { from, to, isCutAt }: WhiskerEnds, y: number, look: Theme): void {
  const arrow = (x: number, inwards: number): Line[] => [
    [x + inwards, y - cap, x, y],
    [x + inwards, y + cap, x, y],
  ]
  const flat = (x: number): Line[] => [[x, y - cap, x, y + cap]]
  const lines: Line[] = [
    [from, y, to, y],
    ...(isCutAt.left ? arrow(from, cap) : flat(from)),
    ...(isCutAt.right ? arrow(to, -cap) : flat(to)),
  ]
  pen.strokeStyle = look.ground
  pen.lineWidth = 4
  strokeLines(pen, lines)
  pen.strokeStyle = look.ink
  pen.lineWidth = 1.5
  strokeLines(pen, lines)
}

/** Draws what a bar alone cannot say: its value, its whisker, a ring for 0, a sliver for tiny, a dot on a log axis, words for not measured. */
function barValues(bars: readonly Bar[], look: Theme, log: LogAxis | null): Plugin {
  return layer('barValues', 'afterDatasetsDraw', (pen, { chart, y }) => {
    pen.textAlign = 'left'
    pen.textBaseline = 'middle'
    for (const [at, bar] of bars.entries()) drawBar(chart, bar, y.getPixelForValue(at), { look, log })
  })
}

import type { Chart, Plugin } from 'chart.js'
import { fontOf, layer, strokeLines, widthOf, wrapFor, type CanvasContext, type Line } from './canvas-context.ts'
import type { Bar, BarPanel, Frame } from './figure.ts'
import { rowChart, type RowParts } from './row-chart.ts'
import { seriesStyle, type Theme } from './theme.ts'
import { linearAxis } from './ticks.ts'

/** A whisker longer than this many times the longest bar is cut with an arrow: it would press all bars flat. */
const longestWhisker = 1.6
const valueRoom = 68

function axisEnds(bars: readonly Bar[]): { min: number; max: number; stepSize: number } {
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

/** The Chart.js configuration of a panel of bars in a frame; pure, the same in Node and in a browser. */
export function barChart(panel: BarPanel, look: Theme, frame: Frame): object {
  const { bars } = panel
  const { min, max, stepSize } = axisEnds(bars)
  const rows: RowParts = {
    labels: bars.map(({ label }) => label),
    dataset: {
      data: bars.map(({ value }) => value),
      backgroundColor: bars.map(({ style }) => seriesStyle(look, style).colour),
      barPercentage: 0.78,
      categoryPercentage: 0.9,
    },
    parts: barValues(bars, look),
    room: valueRoom,
    isEmpty: bars.every(({ value }) => value === null),
    axis: { type: 'linear', min, max },
    ticks: { stepSize },
    tooltip: (at) => bars[at]?.detail ?? '',
  }
  return rowChart(panel, rows, look, frame)
}

const valueFont = fontOf(13, 600)
const missingFont = fontOf(12)
const gap = 8
const sliver = 3
const ring = 5
const cap = 5

interface WhiskerEnds {
  from: number
  to: number
  isCut: boolean
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

function drawMissing(pen: CanvasContext, bar: Bar, x: number, y: number, width: number, look: Theme): void {
  pen.font = missingFont
  const lines = wrapFor(pen, bar.text, missingFont, width)
  const widest = lines.map((line) => widthOf(pen, line, missingFont)).reduce((a, b) => Math.max(a, b))
  pen.fillStyle = look.ground
  pen.fillRect(x + gap - 2, y - lines.length * 8, widest + 4, lines.length * 16)
  pen.fillStyle = look.faintInk
  for (const [at, line] of lines.entries()) pen.fillText(line, x + gap, y + (at - (lines.length - 1) / 2) * 14)
}

function drawBar(chart: Chart, bar: Bar, y: number, look: Theme): void {
  const pen: CanvasContext = chart.ctx
  const zeroX = chart.scales['x']!.getPixelForValue(0)
  const { colour } = seriesStyle(look, bar.style)
  if (bar.value === null || bar.state === 'missing') return drawMissing(pen, bar, zeroX, y, chart.width - zeroX - 2 * gap, look)
  const valueX = chart.scales['x']!.getPixelForValue(bar.value)
  let end = Math.max(valueX, zeroX)
  if (bar.state === 'zero') {
    drawZero(pen, zeroX, y, colour, look)
    end = zeroX + ring
  } else if (Math.abs(valueX - zeroX) < sliver) {
    pen.fillStyle = colour
    pen.fillRect(zeroX, y - 10, sliver, 20)
    end = zeroX + sliver
  }
  const whisker = whiskerEnds(chart, bar)
  if (whisker !== null && whisker.to - whisker.from > 1) {
    drawWhisker(pen, whisker, y, look)
    end = Math.max(end, whisker.to)
  }
  pen.font = valueFont
  pen.fillStyle = look.ink
  pen.fillText(bar.text, end + gap, y)
}

/** Ends of the whisker of a bar in pixels, cut at the ends of the axis; null without an interval. */
function whiskerEnds(chart: Chart, bar: Bar): WhiskerEnds | null {
  const scale = chart.scales['x']
  if (scale === undefined || bar.low === null || bar.high === null) return null
  const from = Math.max(scale.getPixelForValue(bar.low), chart.chartArea.left)
  const to = Math.min(scale.getPixelForValue(bar.high), chart.chartArea.right)
  return { from, to, isCut: scale.getPixelForValue(bar.high) > chart.chartArea.right + 0.5 }
}

/** The whisker of one bar at a height: caps at both ends, an arrow where it goes on beyond the axis. */
function drawWhisker(pen: CanvasContext, { from, to, isCut }: WhiskerEnds, y: number, look: Theme): void {
  const end: Line[] = isCut
    ? [
        [to - cap, y - cap, to, y],
        [to - cap, y + cap, to, y],
      ]
    : [[to, y - cap, to, y + cap]]
  const lines: Line[] = [[from, y, to, y], [from, y - cap, from, y + cap], ...end]
  pen.strokeStyle = look.ground
  pen.lineWidth = 4
  strokeLines(pen, lines)
  pen.strokeStyle = look.ink
  pen.lineWidth = 1.5
  strokeLines(pen, lines)
}

/** Draws what a bar alone cannot say: its value, its whisker, a ring for 0, a sliver for tiny, words for not measured. */
function barValues(bars: readonly Bar[], look: Theme): Plugin {
  return layer('barValues', 'afterDatasetsDraw', (pen, { chart, y }) => {
    pen.textAlign = 'left'
    pen.textBaseline = 'middle'
    for (const [at, bar] of bars.entries()) drawBar(chart, bar, y.getPixelForValue(at), look)
  })
}

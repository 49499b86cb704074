import type { Chart, Plugin } from 'chart.js'
import type { Bar } from './figure.ts'
import { seriesStyle, type Theme } from './theme.ts'
import { fontOf, widthOf, wrapFor, type CanvasContext } from './canvas-context.ts'
import { drawBarWhisker, whiskerEnds } from './whiskers.ts'

const valueFont = fontOf(13, 600)
const missingFont = fontOf(12)
const gap = 8
const sliver = 3
const ring = 5

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
    drawBarWhisker(pen, whisker, y, look)
    end = Math.max(end, whisker.to)
  }
  pen.font = valueFont
  pen.fillStyle = look.ink
  pen.fillText(bar.text, end + gap, y)
}

/** Draws what a bar alone cannot say: its value, its whisker, a ring for 0, a sliver for tiny, words for not measured. */
export function barValues(bars: readonly Bar[], look: Theme): Plugin<'bar'> {
  return {
    id: 'barValues',
    afterDatasetsDraw(chart) {
      const pen: CanvasContext = chart.ctx
      const rows = (chart as Chart).scales['y']
      if (rows === undefined) return
      pen.save()
      pen.textAlign = 'left'
      pen.textBaseline = 'middle'
      for (const [at, bar] of bars.entries()) drawBar(chart as Chart, bar, rows.getPixelForValue(at), look)
      pen.restore()
    },
  }
}

import type { Chart, Plugin } from 'chart.js'
import type { LineEvent, LineSeries } from './figure.ts'
import { seriesStyle, type Theme } from './theme.ts'
import type { CanvasContext } from './canvas-context.ts'

const ringRadius = 8
const arm = 5
const barGap = 2.5
const rowHeight = 2 * arm + 2

/** What an event is, for a tooltip. */
export const eventTexts: Readonly<Record<LineEvent, string>> = {
  gc: 'collecting garbage took a good part of it',
  stall: 'nothing arrived, though messages were under way',
  lost: 'of the messages due in it, none ever arrived',
}

/** Marks events: a ring around the point where garbage was collected; at the bottom two bars for a stall, a cross for what was lost. */
export function lineEvents(series: readonly LineSeries[], look: Theme): Plugin<'line'> {
  return {
    id: 'lineEvents',
    afterDatasetsDraw(chart) {
      const pen: CanvasContext = chart.ctx
      const { x: xScale, y: yScale } = (chart as Chart).scales
      if (xScale === undefined || yScale === undefined) return
      const { bottom } = chart.chartArea
      pen.save()
      pen.lineWidth = 2
      for (const { style, points } of series) {
        pen.strokeStyle = seriesStyle(look, style).colour
        for (const { x, y, event } of points) {
          if (event === undefined) continue
          const at = xScale.getPixelForValue(x)
          pen.beginPath()
          const foot = bottom - arm - style * rowHeight
          if (event === 'gc' && y !== null) pen.arc(at, yScale.getPixelForValue(y), ringRadius, 0, 2 * Math.PI)
          else if (event === 'stall') bars(pen, at, foot)
          else if (event === 'lost') cross(pen, at, foot)
          pen.stroke()
        }
      }
      pen.restore()
    },
  }
}

/** The sign for a pause. */
function bars(pen: CanvasContext, x: number, y: number): void {
  for (const at of [x - barGap, x + barGap]) {
    pen.moveTo(at, y - arm)
    pen.lineTo(at, y + arm)
  }
}

function cross(pen: CanvasContext, x: number, y: number): void {
  pen.moveTo(x - arm, y - arm)
  pen.lineTo(x + arm, y + arm)
  pen.moveTo(x - arm, y + arm)
  pen.lineTo(x + arm, y - arm)
}

/** Fitted straight lines, thin and behind the points. */
export function lineFits(series: readonly LineSeries[], look: Theme): Plugin<'line'> {
  return {
    id: 'lineFits',
    beforeDatasetsDraw(chart) {
      const pen: CanvasContext = chart.ctx
      const { x: xScale, y: yScale } = (chart as Chart).scales
      if (xScale === undefined || yScale === undefined) return
      pen.save()
      pen.lineWidth = 1
      for (const { style, fit } of series) {
        if (fit === undefined) continue
        pen.strokeStyle = seriesStyle(look, style).colour
        pen.beginPath()
        const [from, to] = fit.map(({ x, y }) => [xScale.getPixelForValue(x), yScale.getPixelForValue(y)] as const)
        if ([...from!, ...to!].every(Number.isFinite)) {
          pen.moveTo(...from!)
          pen.lineTo(...to!)
        }
        pen.stroke()
      }
      pen.restore()
    },
  }
}

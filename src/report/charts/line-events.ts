import type { Chart, Plugin } from 'chart.js'
import type { LineEvent, LineSeries } from './figure.ts'
import { seriesStyle, type Look } from './look.ts'
import type { Pen } from './pen.ts'

const ringRadius = 8
const arm = 5

/** What an event is, for a tooltip. */
export const eventTexts: Readonly<Record<LineEvent, string>> = {
  gc: 'collecting garbage took a good part of it',
  silent: 'messages were due, none arrived',
}

/** Marks events: a ring around the point where garbage was collected, a cross on the axis where nothing arrived. */
export function lineEvents(series: readonly LineSeries[], look: Look): Plugin<'line'> {
  return {
    id: 'lineEvents',
    afterDatasetsDraw(chart) {
      const pen: Pen = chart.ctx
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
          if (event === 'gc' && y !== null) pen.arc(at, yScale.getPixelForValue(y), ringRadius, 0, 2 * Math.PI)
          else if (event === 'silent') cross(pen, at, bottom - arm - style * 2 * arm)
          pen.stroke()
        }
      }
      pen.restore()
    },
  }
}

function cross(pen: Pen, x: number, y: number): void {
  pen.moveTo(x - arm, y - arm)
  pen.lineTo(x + arm, y + arm)
  pen.moveTo(x - arm, y + arm)
  pen.lineTo(x + arm, y - arm)
}

/** Fitted straight lines, thin and behind the points. */
export function lineFits(series: readonly LineSeries[], look: Look): Plugin<'line'> {
  return {
    id: 'lineFits',
    beforeDatasetsDraw(chart) {
      const pen: Pen = chart.ctx
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

import type { Chart, Plugin } from 'chart.js'
import { drawPoint } from 'chart.js/helpers'
import type { LineCrossing } from './figure.ts'
import { seriesStyle, type Theme } from './theme.ts'
import type { CanvasContext } from './canvas-context.ts'

const rowHeight = 14
const firstRow = 9
const markerRadius = 4
const markerGap = 10
/** More would hide the lines. */
const mostShown = 8

/**
 * Where lines change places: a dotted vertical line, at its foot the marker of the line that is lower on each side and a bar
 * over its interval. Marks stand one above the other, so that none hides the next.
 */
export function lineCrossings(crossings: readonly LineCrossing[], look: Theme): Plugin<'line'> {
  return {
    id: 'lineCrossings',
    beforeDatasetsDraw(chart) {
      const scale = (chart as Chart).scales['x']
      if (scale === undefined || crossings.length === 0) return
      const pen: CanvasContext = chart.ctx
      const { top, bottom } = chart.chartArea
      pen.save()
      for (const [row, crossing] of crossings.slice(0, mostShown).entries()) {
        const x = scale.getPixelForValue(crossing.x)
        const y = bottom - firstRow - row * rowHeight
        pen.strokeStyle = look.faintInk
        pen.lineWidth = 1
        pen.setLineDash([2, 4])
        pen.beginPath()
        pen.moveTo(x, top)
        pen.lineTo(x, bottom)
        pen.stroke()
        pen.setLineDash([])
        if (crossing.low !== undefined && crossing.high !== undefined) {
          pen.strokeStyle = look.axis
          pen.lineWidth = 5
          pen.beginPath()
          pen.moveTo(scale.getPixelForValue(crossing.low), y)
          pen.lineTo(scale.getPixelForValue(crossing.high), y)
          pen.stroke()
        }
        drawMarker(pen, crossing.left, x - markerGap, y, look)
        drawMarker(pen, crossing.right, x + markerGap, y, look)
      }
      pen.restore()
    },
  }
}

function drawMarker(pen: CanvasContext, place: number, x: number, y: number, look: Theme): void {
  const { colour, marker } = seriesStyle(look, place)
  pen.strokeStyle = colour
  pen.fillStyle = colour
  drawPoint(pen, { pointStyle: marker, radius: markerRadius, borderWidth: 2 }, x, y)
}

import type { Chart, Plugin } from 'chart.js'
import type { LineMark } from './figure.ts'
import type { Theme } from './theme.ts'
import { fontOf, type CanvasContext } from './canvas-context.ts'

const labelFont = fontOf(12)
const labelGap = 4

/** Spans of the x axis with a word to each, behind the lines: a fault and how long it lasted. */
export function lineMarks(marks: readonly LineMark[], look: Theme): Plugin<'line'> {
  return {
    id: 'lineMarks',
    beforeDatasetsDraw(chart) {
      const pen: CanvasContext = chart.ctx
      const { x } = (chart as Chart).scales
      if (x === undefined) return
      const { top, bottom, right } = (chart as Chart).chartArea
      pen.save()
      pen.font = labelFont
      pen.textBaseline = 'top'
      for (const { from, until, label } of marks) {
        const left = x.getPixelForValue(from)
        pen.fillStyle = look.grid
        pen.fillRect(left, top, Math.max(2, x.getPixelForValue(until) - left), bottom - top)
        const [end, width] = [Math.min(right, x.getPixelForValue(until)), pen.measureText(label).width]
        const isRoom = left + labelGap + width <= right
        // At the right end of the chart: inside of a wide span, before a narrow one.
        const place = isRoom ? left + labelGap : (end - left >= width + 2 * labelGap ? end : left) - labelGap
        pen.textAlign = isRoom ? 'left' : 'right'
        pen.fillStyle = look.faintInk
        pen.fillText(label, place, top + labelGap)
      }
      pen.restore()
    },
  }
}

import type { Plugin } from 'chart.js'
import type { Theme } from './theme.ts'
import { fontOf, wrapFor, type CanvasContext } from './canvas-context.ts'

const font = fontOf(13)
const lineHeight = 18
const margin = 24

/** Writes why there is nothing to draw in the middle of a chart without a point, so that no panel is blank without a word. */
export function emptyNote(text: string, look: Theme): Plugin<'line'> {
  return {
    id: 'emptyNote',
    afterDraw(chart) {
      const pen: CanvasContext = chart.ctx
      const { left, right, top, bottom } = chart.chartArea
      const lines = wrapFor(pen, text, font, right - left - margin)
      pen.save()
      pen.font = font
      pen.fillStyle = look.faintInk
      pen.textAlign = 'center'
      pen.textBaseline = 'middle'
      for (const [at, line] of lines.entries())
        pen.fillText(line, (left + right) / 2, (top + bottom) / 2 + (at - (lines.length - 1) / 2) * lineHeight)
      pen.restore()
    },
  }
}

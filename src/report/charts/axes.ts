import { axisFont } from './chart-frame.ts'
import type { Frame } from './figure.ts'
import type { Theme } from './theme.ts'
import { fontOf, twoLines, wrapFor, type CanvasContext } from './canvas-context.ts'

const nameWidth = 170
const narrowBelow = 480
const narrowShare = 0.64

/** Line and grid of an axis in the colours of a look. */
export function axisLines(look: Theme) {
  return { grid: { color: look.grid }, border: { color: look.axis } }
}

/** The title of an axis; none for no text. */
export function axisTitle(text: string, look: Theme) {
  return { display: text !== '', text, color: look.faintInk, font: axisFont }
}

/** Puts the ticks of an axis at these values and nowhere else. */
export function ticksAt(values: readonly number[]) {
  return (axis: { ticks: { value: number }[] }): void => {
    axis.ticks = values.map((value) => ({ value }))
  }
}

/** The axis of names beside bars and boxes: each on two lines at most. */
export function nameAxis(labels: readonly string[], look: Theme, frame: Frame) {
  const widest = frame.width < narrowBelow ? nameWidth * narrowShare : nameWidth
  return {
    type: 'category' as const,
    grid: { display: false },
    border: { color: look.axis },
    ticks: {
      autoSkip: false,
      color: look.ink,
      font: axisFont,
      callback(this: { ctx: unknown }, value: string | number) {
        return twoLines(wrapFor(this.ctx as CanvasContext, labels[Number(value)] ?? '', fontOf(axisFont.size), widest))
      },
    },
  }
}

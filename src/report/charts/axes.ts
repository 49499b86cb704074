import { axisFont } from './chart-frame.ts'
import type { Theme } from './theme.ts'

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

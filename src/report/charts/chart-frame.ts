import { wrap } from '../text-layout.ts'
import { twoLines } from './canvas-context.ts'
import type { Frame } from './figure.ts'
import { fontFamily, type Theme } from './theme.ts'

/** Font of ticks and axis titles. Named at each of them: Chart.js takes its own default there, which a bare machine cannot draw. */
export const axisFont = { family: fontFamily, size: 13 }

/** Width of a character of a title, in pixels; wide enough for most titles. */
const titleCharacter = 9

/** Options that every chart shares: no animation, size, font and colours, a title and a hint at its top left, its tooltip; no legend. */
export function chartFrame<Callbacks extends object>(
  panel: { title: string; hint: string },
  look: Theme,
  { pixelRatio, width }: Frame,
  callbacks: Callbacks,
) {
  return {
    responsive: false,
    animation: false as const,
    devicePixelRatio: pixelRatio,
    font: axisFont,
    color: look.ink,
    plugins: {
      ...headOptions(panel, look, Math.floor(width / titleCharacter)),
      legend: { display: false },
      tooltip: { ...tooltipOptions(look), callbacks },
    },
  }
}

/** Room around what is drawn, in pixels; most at the right, for what is written there. */
export function roomAround(right: number) {
  return { left: 4, top: 4, bottom: 4, right }
}

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

/** A title and a hint at the top left. */
function headOptions(panel: { title: string; hint: string }, look: Theme, mostCharacters: number) {
  const start = { align: 'start' as const }
  return {
    title: {
      ...start,
      display: panel.title !== '',
      text: titleLines(panel.title, mostCharacters),
      color: look.ink,
      font: { family: fontFamily, size: 15, weight: 600 },
      padding: { top: 0, bottom: panel.hint === '' ? 12 : 2 },
    },
    subtitle: {
      ...start,
      display: panel.hint !== '',
      text: panel.hint,
      color: look.faintInk,
      font: { family: fontFamily, size: 12 },
      padding: { top: 0, bottom: 12 },
    },
  }
}

/** Chart.js breaks no title. On a narrow screen one of three lines loses its middle. */
function titleLines(title: string, mostCharacters: number): string | string[] {
  const lines = twoLines(wrap(title, mostCharacters))
  return lines.length === 1 ? title : lines
}

/** Tooltip in the colours of the look. */
function tooltipOptions(look: Theme) {
  return {
    backgroundColor: look.ground,
    titleColor: look.ink,
    bodyColor: look.ink,
    borderColor: look.axis,
    borderWidth: 1,
    titleFont: { family: fontFamily, weight: 600 as const, size: 13 },
    bodyFont: { family: fontFamily, size: 13 },
    padding: 8,
    usePointStyle: true,
    boxPadding: 4,
  }
}

import { panelHeight, type Figure } from './figure.ts'
import { lightTheme } from './theme.ts'
import { fontOf, wrapFor, type CanvasContext } from './canvas-context.ts'

/** Width of a figure as a file, in CSS pixels. */
export const figureWidth = 1_200

const margin = 24
const titleFont = fontOf(24, 600)
const noteFont = fontOf(14)
const noteLineHeight = 20
const titleLineHeight = 36

/** Where everything of a figure stands in its file, in CSS pixels. */
export interface FigureLayout {
  height: number
  /** Lines of its notes. */
  notes: string[]
  places: { panel: Figure['panels'][number]; x: number; y: number; width: number; height: number }[]
}

/** Title and notes on top, then the panels in rows of as many columns as the figure has. */
export function figureLayout(figure: Figure, probe: CanvasContext): FigureLayout {
  const width = Math.floor((figureWidth - margin * (figure.columns + 1)) / figure.columns)
  const notes = figure.notes.flatMap((note) => wrapFor(probe, note, noteFont, figureWidth - 2 * margin))
  const places: FigureLayout['places'] = []
  let top = margin + titleLineHeight + notes.length * noteLineHeight + margin / 2
  for (let at = 0; at < figure.panels.length; at += figure.columns) {
    const row = figure.panels.slice(at, at + figure.columns)
    const height = row.map((panel) => panelHeight(panel, figure.columns)).reduce((a, b) => Math.max(a, b))
    for (const [column, panel] of row.entries()) places.push({ panel, x: margin + column * (width + margin), y: top, width, height })
    top += height + margin
  }
  return { height: Math.ceil(top), notes, places }
}

/** Ground, title and notes of a figure. */
export function drawHead(pen: CanvasContext, figure: Figure, { height, notes }: FigureLayout): void {
  pen.fillStyle = lightTheme.ground
  pen.fillRect(0, 0, figureWidth, height)
  pen.textBaseline = 'middle'
  pen.fillStyle = lightTheme.ink
  pen.font = titleFont
  pen.fillText(figure.title, margin, margin + titleLineHeight / 2 - 4)
  pen.fillStyle = lightTheme.faintInk
  pen.font = noteFont
  for (const [at, note] of notes.entries()) pen.fillText(note, margin, margin + titleLineHeight + (at + 0.5) * noteLineHeight)
}

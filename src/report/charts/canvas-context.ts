import type { Chart, Plugin, Scale } from 'chart.js'
import { glued } from '../text-layout.ts'
import { fontFamily } from './theme.ts'

/**
 * What the plugins use of a 2D context. Chart.js names the browser's type, which the compiler does not know here: loading
 * the DOM's types would let server code use browser globals without a word.
 */
export interface CanvasContext {
  font: string
  fillStyle: string
  strokeStyle: string
  lineWidth: number
  globalAlpha: number
  textAlign: string
  textBaseline: string
  save(): void
  restore(): void
  beginPath(): void
  moveTo(x: number, y: number): void
  lineTo(x: number, y: number): void
  arc(x: number, y: number, radius: number, from: number, to: number): void
  stroke(): void
  fill(): void
  fillRect(x: number, y: number, width: number, height: number): void
  fillText(text: string, x: number, y: number): void
  measureText(text: string): { width: number }
  setLineDash(segments: readonly number[]): void
}

/** A font of a size in the weights that are shipped. */
export function fontOf(size: number, weight: 400 | 600 = 400): string {
  return `${weight} ${size}px ${fontFamily}`
}

/** Width of a text in a font. */
export function widthOf(pen: CanvasContext, text: string, font: string): number {
  pen.save()
  pen.font = font
  const { width } = pen.measureText(text)
  pen.restore()
  return width
}

/** A straight line from a point to another. */
export type Line = readonly [fromX: number, fromY: number, toX: number, toY: number]

/** Strokes lines as one path. */
export function strokeLines(pen: CanvasContext, lines: readonly Line[]): void {
  pen.beginPath()
  for (const [fromX, fromY, toX, toY] of lines) {
    pen.moveTo(fromX, fromY)
    pen.lineTo(toX, toY)
  }
  pen.stroke()
}

/** Both diagonals around a point. */
export function crossLines(x: number, y: number, arm: number): Line[] {
  return [
    [x - arm, y - arm, x + arm, y + arm],
    [x - arm, y + arm, x + arm, y - arm],
  ]
}

/** What a layer is drawn on. */
export interface LayerChart {
  chart: Chart
  x: Scale
  y: Scale
}

/** A plugin that draws on a chart with two axes, behind or before what is there, and leaves the context as it was. */
export function layer(
  id: string,
  hook: 'beforeDatasetsDraw' | 'afterDatasetsDraw' | 'afterDraw',
  draw: (pen: CanvasContext, on: LayerChart) => void,
): Plugin {
  const plugin: Plugin = { id }
  plugin[hook] = (chart: Chart) => {
    const pen: CanvasContext = chart.ctx
    const { x, y } = chart.scales
    if (x === undefined || y === undefined) return
    pen.save()
    draw(pen, { chart, x, y })
    pen.restore()
  }
  return plugin
}

/** Pieces of a word that each fit, broken between characters only where the whole does not. */
function pieces(pen: CanvasContext, word: string, font: string, width: number): string[] {
  const parts = ['']
  for (const character of word) {
    const longer = parts.at(-1)! + character
    if (longer.length > 1 && widthOf(pen, longer, font) > width) parts.push(character)
    else parts[parts.length - 1] = longer
  }
  return parts
}

/** Lines of at most `width` pixels, broken at spaces, inside a word only where it is wider than a line. */
export function wrapFor(pen: CanvasContext, text: string, font: string, width: number): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of glued(text)
    .split(' ')
    .flatMap((part) => pieces(pen, part, font, width))) {
    const longer = line === '' ? word : `${line} ${word}`
    if (line === '' || widthOf(pen, longer, font) <= width) {
      line = longer
      continue
    }
    lines.push(line)
    line = word
  }
  return [...lines, line]
}

/** At most two lines; of more, the first and the last, since names made from options differ at their end. */
export function twoLines(lines: readonly string[]): string[] {
  const [first = '', ...rest] = lines
  if (rest.length < 2) return [...lines]
  return [`${first}…`, rest.at(-1)!]
}

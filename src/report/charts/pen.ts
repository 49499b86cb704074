import { glued } from '../text-layout.ts'
import { fontFamily } from './look.ts'

/**
 * What the plugins use of a 2D context. Chart.js names the browser's type, which the compiler does not know here: loading
 * the DOM's types would let server code use browser globals without a word.
 */
export interface Pen {
  font: string
  fillStyle: string
  strokeStyle: string
  lineWidth: number
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
export function widthOf(pen: Pen, text: string, font: string): number {
  pen.save()
  pen.font = font
  const { width } = pen.measureText(text)
  pen.restore()
  return width
}

/** Lines of at most `width` pixels, broken at spaces; a word longer than that stays whole. */
export function wrapFor(pen: Pen, text: string, font: string, width: number): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of glued(text).split(' ')) {
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

import type { Chart, Plugin } from 'chart.js'
import { drawPoint } from 'chart.js/helpers'
import type { LineSeries } from './figure.ts'
import { seriesStyle, type Theme } from './theme.ts'
import { crossLines, fontOf, layer, strokeLines, widthOf, wrapFor, type CanvasContext } from './canvas-context.ts'

const nameFont = fontOf(13, 600)
const endFont = fontOf(12)
const keyWidth = 30
const gap = 8
const lineHeight = 16
const nameWidth = 150
const emptyWidth = 16

interface Label {
  style: number
  lines: string[]
  isCut: boolean
  /** Where the line ends; null for a contender without a line, which is named all the same. */
  from: { x: number; y: number } | null
  y: number
  height: number
}

/** What is said below the name of a line: that it was cut, or that there is none. */
export function endText({ points, end, note, absent }: LineSeries): string | null {
  return points.some(({ y }) => y !== null) ? (end ?? note ?? null) : (absent ?? 'not measured')
}

function nameLines(pen: CanvasContext, series: LineSeries): string[] {
  const end = endText(series)
  return [...wrapFor(pen, series.label, nameFont, nameWidth), ...(end === null ? [] : wrapFor(pen, end, endFont, nameWidth))]
}

/** Room that the names at the ends of lines need at the right of a chart, in pixels. */
export function lineEndsWidth(pen: CanvasContext, series: readonly LineSeries[]): number {
  if (series.every(({ points }) => points.every(({ y }) => y === null))) return emptyWidth
  const widths = series.flatMap((one) => nameLines(pen, one).map((line) => widthOf(pen, line, nameFont)))
  return gap + keyWidth + gap + Math.ceil(widths.reduce((a, b) => Math.max(a, b))) + gap
}

function lastPoint(chart: Chart, index: number, series: LineSeries): { x: number; y: number } | null {
  // What is below 0 has no place on a log axis.
  const element = chart.getDatasetMeta(index).data.findLast(({ y }, at) => Number.isFinite(y) && (series.points[at]?.y ?? null) !== null)
  return element === undefined ? null : { x: element.x, y: element.y }
}

/** Moves labels apart until none overlaps, as near to their lines as that allows. */
function spread(labels: Label[], top: number, bottom: number): void {
  labels.sort((a, b) => a.y - b.y)
  let free = top
  for (const label of labels) {
    label.y = Math.max(label.y, free + label.height / 2)
    free = label.y + label.height / 2
  }
  let limit = bottom
  for (const label of labels.toReversed()) {
    label.y = Math.min(label.y, limit - label.height / 2)
    limit = label.y - label.height / 2
  }
}

function drawKey(pen: CanvasContext, label: Label, x: number, look: Theme): void {
  const style = seriesStyle(look, label.style)
  pen.strokeStyle = style.colour
  pen.fillStyle = style.colour
  pen.lineWidth = 2
  pen.setLineDash(style.dash)
  strokeLines(pen, [[x, label.y, x + keyWidth, label.y]])
  pen.setLineDash([])
  drawPoint(pen, { pointStyle: style.marker, radius: 4, borderWidth: 2 }, x + keyWidth / 2, label.y)
}

function drawLeader(pen: CanvasContext, label: Label, x: number, look: Theme): void {
  if (label.from === null) return
  pen.strokeStyle = look.axis
  pen.lineWidth = 1
  pen.setLineDash([1, 3])
  strokeLines(pen, [[label.from.x + gap, label.from.y, x - 2, label.y]])
  pen.setLineDash([])
}

/** A cross where a line ends because the rest was never delivered. */
function drawCut(pen: CanvasContext, label: Label, look: Theme): void {
  if (label.from === null) return
  pen.strokeStyle = seriesStyle(look, label.style).colour
  pen.lineWidth = 3
  strokeLines(pen, crossLines(label.from.x, label.from.y, 6))
}

function drawText(pen: CanvasContext, label: Label, x: number, look: Theme, nameCount: number): void {
  pen.textAlign = 'left'
  pen.textBaseline = 'middle'
  for (const [at, line] of label.lines.entries()) {
    const isName = at < nameCount
    pen.font = isName ? nameFont : endFont
    pen.fillStyle = isName ? look.ink : look.faintInk
    pen.fillText(line, x, label.y + (at - (label.lines.length - 1) / 2) * lineHeight)
  }
}

/**
 * Writes each name at the end of its line, with its dash and marker before it, moved apart where lines end close together.
 *
 * @param isNamed false where a legend names the lines, so that only the crosses of cut lines are drawn
 */
export function lineEnds(series: readonly LineSeries[], look: Theme, isNamed: boolean): Plugin {
  return layer('lineEnds', 'afterDatasetsDraw', (pen, { chart }) => {
    const { right, top, bottom } = chart.chartArea
    const labels = series.map((one, index): Label => {
      const from = lastPoint(chart, index, one)
      const lines = nameLines(pen, one)
      return { style: one.style, lines, isCut: one.end !== null, from, y: from?.y ?? bottom, height: lines.length * lineHeight + 4 }
    })
    for (const label of labels) if (label.isCut) drawCut(pen, label, look)
    if (!isNamed || labels.every(({ from }) => from === null)) return
    spread(labels, top - gap, bottom + gap)
    for (const label of labels) {
      const one = series.find(({ style }) => style === label.style)!
      drawLeader(pen, label, right + gap, look)
      if (label.from !== null) drawKey(pen, label, right + gap, look)
      drawText(pen, label, right + gap + keyWidth + gap, look, wrapFor(pen, one.label, nameFont, nameWidth).length)
    }
  })
}

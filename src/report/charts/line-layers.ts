import type { Plugin } from 'chart.js'
import { drawPoint } from 'chart.js/helpers'
import { crossLines, fontOf, layer, strokeLines, wrapFor, type CanvasContext, type Line } from './canvas-context.ts'
import type { LineCrossing, LineMark, LineSeries } from './figure.ts'
import { seriesStyle, type Theme } from './theme.ts'

const labelFont = fontOf(12)
const labelGap = 4
const labelHeight = 15

/** Spans of the x axis with a word to each, behind the lines: a fault and how long it lasted, or a trial that does not count. */
export function lineMarks(marks: readonly LineMark[], look: Theme): Plugin {
  return layer('lineMarks', 'beforeDatasetsDraw', (pen, { chart, x }) => {
    const { top, bottom, right } = chart.chartArea
    const ordered = marks.toSorted((a, b) => Number(b.tone === 'spoilt') - Number(a.tone === 'spoilt'))
    for (const { from, until, tone } of ordered) {
      const left = x.getPixelForValue(from)
      pen.fillStyle = tone === 'spoilt' ? look.spoilt : look.grid
      pen.fillRect(left, top, Math.max(2, Math.min(right, x.getPixelForValue(until)) - left), bottom - top)
    }
    pen.font = labelFont
    pen.textBaseline = 'top'
    pen.fillStyle = look.faintInk
    const spoilt = marks.filter(({ tone }) => tone === 'spoilt')
    for (const mark of marks) {
      const [left, width] = [x.getPixelForValue(mark.from), pen.measureText(mark.label).width]
      const end = Math.min(right, x.getPixelForValue(mark.until))
      const isRoom = left + labelGap + width <= right
      // At the right end of the chart: inside of a wide span, before a narrow one.
      const place = isRoom ? left + labelGap : (end - left >= width + 2 * labelGap ? end : left) - labelGap
      pen.textAlign = isRoom ? 'left' : 'right'
      // Bands over the whole chart would write over each other, and over what happened in it.
      const row = mark.tone === 'spoilt' ? 1 + spoilt.indexOf(mark) : 0
      pen.fillText(mark.label, place, top + labelGap + row * labelHeight)
    }
  })
}

/** Fitted straight lines, thin and behind the points. */
export function lineFits(series: readonly LineSeries[], look: Theme): Plugin {
  return layer('lineFits', 'beforeDatasetsDraw', (pen, { x, y }) => {
    pen.lineWidth = 1
    for (const { style, fit } of series) {
      if (fit === undefined) continue
      pen.strokeStyle = seriesStyle(look, style).colour
      const [from, to] = fit
      const line: Line = [x.getPixelForValue(from.x), y.getPixelForValue(from.y), x.getPixelForValue(to.x), y.getPixelForValue(to.y)]
      if (line.every(Number.isFinite)) strokeLines(pen, [line])
    }
  })
}

const cap = 5

/** Vertical whiskers at the points of lines, in the colour of their series; an arrow where one goes on beyond the axis. */
export function lineWhiskers(series: readonly LineSeries[], look: Theme): Plugin {
  return layer('lineWhiskers', 'beforeDatasetsDraw', (pen, { chart, x: xScale, y: yScale }) => {
    const { top: edge, bottom: floor } = chart.chartArea
    pen.lineWidth = 1.5
    for (const { style, points } of series) {
      pen.strokeStyle = seriesStyle(look, style).colour
      for (const { x, low, high } of points) {
        if (low === undefined || high === undefined || (yScale.type === 'logarithmic' && high <= 0)) continue
        const at = xScale.getPixelForValue(x)
        const isCut = {
          low: !(low > 0 || yScale.type !== 'logarithmic') || yScale.getPixelForValue(low) > floor + 0.5,
          high: yScale.getPixelForValue(high) < edge - 0.5,
        }
        const bottom = isCut.low ? floor : yScale.getPixelForValue(low)
        const top = isCut.high ? edge : yScale.getPixelForValue(high)
        const tip = (y: number, inwards: number): Line[] => [
          [at - cap, y + inwards, at, y],
          [at + cap, y + inwards, at, y],
        ]
        const flat = (y: number): Line[] => [[at - cap, y, at + cap, y]]
        strokeLines(pen, [
          [at, bottom, at, top],
          ...(isCut.low ? tip(bottom, -cap) : flat(bottom)),
          ...(isCut.high ? tip(top, cap) : flat(top)),
        ])
      }
    }
  })
}

const ringRadius = 8
const arm = 5
const barGap = 2.5
const eventHeight = 2 * arm + 2

/** Marks events: a ring around the point where garbage was collected; at the bottom two bars for a stall, a cross for what was lost. */
export function lineEvents(series: readonly LineSeries[], look: Theme, placeOf: (y: number | null) => number | null): Plugin {
  return layer('lineEvents', 'afterDatasetsDraw', (pen, { chart, x: xScale, y: yScale }) => {
    const { bottom } = chart.chartArea
    pen.lineWidth = 2
    for (const { style, points } of series) {
      pen.strokeStyle = seriesStyle(look, style).colour
      for (const { x, y, event } of points) {
        const at = xScale.getPixelForValue(x)
        const foot = bottom - arm - style * eventHeight
        if (event === 'stall') strokeLines(pen, pauseLines(at, foot))
        if (event === 'lost') strokeLines(pen, crossLines(at, foot, arm))
        const place = placeOf(y)
        if (event !== 'gc' || place === null) continue
        pen.beginPath()
        pen.arc(at, yScale.getPixelForValue(place), ringRadius, 0, 2 * Math.PI)
        pen.stroke()
      }
    }
  })
}

/** The sign for a pause. */
function pauseLines(x: number, y: number): Line[] {
  return [x - barGap, x + barGap].map((at) => [at, y - arm, at, y + arm])
}

const crossingHeight = 14
const firstCrossing = 9
const markerRadius = 4
const markerGap = 10
/** More would hide the lines. */
const mostCrossings = 8

/**
 * Where lines change places: a dotted vertical line, at its foot the marker of the line that is lower on each side and a bar
 * over its interval. Marks stand one above the other, so that none hides the next.
 */
export function lineCrossings(crossings: readonly LineCrossing[], look: Theme): Plugin {
  return layer('lineCrossings', 'beforeDatasetsDraw', (pen, { chart, x: scale }) => {
    const { top, bottom } = chart.chartArea
    for (const [row, crossing] of crossings.slice(0, mostCrossings).entries()) {
      const x = scale.getPixelForValue(crossing.x)
      const y = bottom - firstCrossing - row * crossingHeight
      pen.strokeStyle = look.faintInk
      pen.lineWidth = 1
      pen.setLineDash([2, 4])
      strokeLines(pen, [[x, top, x, bottom]])
      pen.setLineDash([])
      if (crossing.low !== undefined && crossing.high !== undefined) {
        pen.strokeStyle = look.axis
        pen.lineWidth = 5
        strokeLines(pen, [[scale.getPixelForValue(crossing.low), y, scale.getPixelForValue(crossing.high), y]])
      }
      drawMarker(pen, crossing.left, x - markerGap, y, look)
      drawMarker(pen, crossing.right, x + markerGap, y, look)
    }
  })
}

function drawMarker(pen: CanvasContext, place: number, x: number, y: number, look: Theme): void {
  const { colour, marker } = seriesStyle(look, place)
  pen.strokeStyle = colour
  pen.fillStyle = colour
  drawPoint(pen, { pointStyle: marker, radius: markerRadius, borderWidth: 2 }, x, y)
}

const noteFont = fontOf(13)
const lineHeight = 18
const margin = 24

/** Writes why there is nothing to draw in the middle of a chart without a point, so that no panel is blank without a word. */
export function emptyNote(text: string, look: Theme): Plugin {
  return layer('emptyNote', 'afterDraw', (pen, { chart }) => {
    const { left, right, top, bottom } = chart.chartArea
    const lines = wrapFor(pen, text, noteFont, right - left - margin)
    pen.font = noteFont
    pen.fillStyle = look.faintInk
    pen.textAlign = 'center'
    pen.textBaseline = 'middle'
    for (const [at, line] of lines.entries())
      pen.fillText(line, (left + right) / 2, (top + bottom) / 2 + (at - (lines.length - 1) / 2) * lineHeight)
  })
}

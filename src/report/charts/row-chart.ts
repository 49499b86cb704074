import type { Plugin } from 'chart.js'
import { formatTick } from '../../text/format.ts'
import { fontOf, layer, twoLines, widthOf, wrapFor, type CanvasContext } from './canvas-context.ts'
import { axisFont, axisLines, chartFrame, roomAround } from './chart-frame.ts'
import type { BarPanel, BoxPanel, Frame } from './figure.ts'
import type { Theme } from './theme.ts'

const nameWidth = 170
const narrowBelow = 480
const narrowShare = 0.64

/** What bars and boxes differ in. */
export interface RowParts {
  labels: string[]
  dataset: object
  /** Drawn over the rows. */
  parts: Plugin
  /** Rows that are shaded: not all of their trials count. */
  spoilt: readonly boolean[]
  /** Room at the right of the rows, in pixels. */
  room: number
  isEmpty: boolean
  axis: object
  ticks: object
  tooltip: (row: number) => string | string[]
}

/** The Chart.js configuration of horizontal rows, one a contender. */
export function rowChart(
  panel: BarPanel | BoxPanel,
  { labels, dataset, parts, spoilt, room, isEmpty, axis, ticks, tooltip }: RowParts,
  look: Theme,
  frame: Frame,
): object {
  const shared = chartFrame(panel, look, frame, { label: ({ dataIndex }: { dataIndex: number }) => tooltip(dataIndex) })
  const lines = axisLines(look)
  return {
    type: 'bar',
    data: { labels, datasets: [{ ...dataset, maxBarThickness: 26 }] },
    plugins: [...(spoilt.includes(true) ? [rowBands(spoilt, look)] : []), parts],
    options: {
      ...shared,
      indexAxis: 'y',
      interaction: { mode: 'nearest', axis: 'y', intersect: false },
      layout: { padding: roomAround(room) },
      scales: {
        x: {
          ...lines,
          ...axis,
          grid: { ...lines.grid, display: !isEmpty },
          ticks: {
            display: !isEmpty,
            color: look.faintInk,
            font: axisFont,
            maxRotation: 0,
            callback: (value: string | number) => formatTick(Number(value)),
            ...ticks,
          },
        },
        y: nameAxis(labels, look, frame),
      },
    },
  }
}

/** Bands behind the rows of contenders of which trials do not count. */
function rowBands(spoilt: readonly boolean[], look: Theme): Plugin {
  return layer('rowBands', 'beforeDatasetsDraw', (pen, { chart, y }) => {
    const { left, top, bottom } = chart.chartArea
    const height = (bottom - top) / spoilt.length
    pen.fillStyle = look.spoilt
    for (const [row, isSpoilt] of spoilt.entries())
      if (isSpoilt) pen.fillRect(left, y.getPixelForValue(row) - height / 2, chart.width - left, height)
  })
}

/** The axis of names beside bars and boxes: each on two lines at most. */
function nameAxis(labels: readonly string[], look: Theme, frame: Frame) {
  const widest = frame.width < narrowBelow ? nameWidth * narrowShare : nameWidth
  return {
    type: 'category',
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

const missingFont = fontOf(12)
const missingGap = 8

/** Says at a row why there is nothing, on as many lines as it needs. */
export function drawMissing(
  pen: CanvasContext,
  text: string,
  { x, y, width, look, isSpoilt }: { x: number; y: number; width: number; look: Theme; isSpoilt: boolean },
): void {
  pen.font = missingFont
  const lines = wrapFor(pen, text, missingFont, width)
  const widest = lines.map((line) => widthOf(pen, line, missingFont)).reduce((a, b) => Math.max(a, b))
  pen.fillStyle = isSpoilt ? look.spoilt : look.ground
  pen.fillRect(x + missingGap - 2, y - lines.length * 8, widest + 4, lines.length * 16)
  pen.fillStyle = look.faintInk
  for (const [at, line] of lines.entries()) pen.fillText(line, x + missingGap, y + (at - (lines.length - 1) / 2) * 14)
}

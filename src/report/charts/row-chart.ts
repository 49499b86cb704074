import type { Plugin } from 'chart.js'
import { formatTick } from '../format.ts'
import { fontOf, twoLines, wrapFor, type CanvasContext } from './canvas-context.ts'
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
  { labels, dataset, parts, room, isEmpty, axis, ticks, tooltip }: RowParts,
  look: Theme,
  frame: Frame,
): object {
  const shared = chartFrame(panel, look, frame, { label: ({ dataIndex }: { dataIndex: number }) => tooltip(dataIndex) })
  const lines = axisLines(look)
  return {
    type: 'bar',
    data: { labels, datasets: [{ ...dataset, maxBarThickness: 26 }] },
    plugins: [parts],
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

import type { Plugin } from 'chart.js'
import { quantiles, type Box, type BoxPanel, type Frame } from './figure.ts'
import { ticksAt } from './chart-frame.ts'
import { drawMissing, rowChart, type RowParts } from './row-chart.ts'
import { seriesStyle, type Theme } from './theme.ts'
import { layer, strokeLines, type CanvasContext } from './canvas-context.ts'
import { logAxis } from './scale.ts'
import { linearAxis } from './ticks.ts'

const cap = 7
const dot = 5
const tickWidth = 70

/** The Chart.js configuration of a panel of boxes in a frame: floating bars from p25 to p75, the rest drawn over them. */
export function boxChart(panel: BoxPanel, look: Theme, frame: Frame): object {
  const { boxes } = panel
  const values = boxes.flatMap((box) => quantiles.flatMap((name) => box[name] ?? []))
  const log = logAxis(values, Math.floor(frame.width / tickWidth))
  const linear = linearAxis(values.reduce((a, b) => Math.max(a, b), 0))
  const isLog = panel.xScale === 'log'
  const rows: RowParts = {
    labels: boxes.map(({ label }) => label),
    dataset: {
      data: boxes.map(({ p25, p75, p50 }) => (p50 === null ? null : [p25 ?? p50, p75 ?? p50])),
      backgroundColor: look.grid,
      borderColor: boxes.map(({ style }) => seriesStyle(look, style).colour),
      borderWidth: 2,
      borderSkipped: false,
    },
    parts: boxParts(boxes, look),
    spoilt: boxes.map(({ isSpoilt }) => isSpoilt === true),
    room: 24,
    isEmpty: values.length === 0,
    axis: isLog
      ? { type: 'logarithmic', min: log.min, max: log.max, afterBuildTicks: ticksAt(log.ticks) }
      : { type: 'linear', min: 0, max: linear.max },
    ticks: { autoSkip: false, ...(isLog ? {} : { stepSize: linear.stepSize }) },
    tooltip: (at) => boxes[at]?.text.split(', ') ?? '',
  }
  return rowChart(panel, rows, look, frame)
}

function boxParts(boxes: readonly Box[], look: Theme): Plugin {
  return layer('boxParts', 'afterDatasetsDraw', (pen, { chart, x, y: rows }) => {
    pen.lineWidth = 2
    pen.textBaseline = 'middle'
    pen.textAlign = 'left'
    for (const [at, box] of boxes.entries()) {
      const y = rows.getPixelForValue(at)
      if (box.p50 === null) {
        const { left } = chart.chartArea
        drawMissing(pen, box.text, { x: left, y, width: chart.width - left - 16, look, isSpoilt: box.isSpoilt === true })
        continue
      }
      const place = (value: number | null): number | null => (value === null ? null : x.getPixelForValue(value))
      const { colour } = seriesStyle(look, box.style)
      pen.strokeStyle = colour
      pen.fillStyle = colour
      drawArm(pen, place(box.p25), place(box.p5), y)
      drawArm(pen, place(box.p75), place(box.p95), y)
      pen.fillRect(x.getPixelForValue(box.p50) - 2, y - 13, 4, 26)
      const tail = place(box.p99)
      if (tail === null) continue
      pen.beginPath()
      pen.arc(tail, y, dot, 0, 2 * Math.PI)
      pen.fill()
    }
  })
}

function drawArm(pen: CanvasContext, from: number | null, to: number | null, y: number): void {
  if (from === null || to === null) return
  strokeLines(pen, [
    [from, y, to, y],
    [to, y - cap, to, y + cap],
  ])
}

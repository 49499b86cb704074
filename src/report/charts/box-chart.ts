import type { Chart, Plugin } from 'chart.js'
import { formatTick } from '../format.ts'
import type { Box, BoxPanel, Frame } from './figure.ts'
import { axisLines, nameAxis, ticksAt } from './axes.ts'
import { axisFont, chartFrame, roomAround } from './chart-frame.ts'
import { seriesStyle, type Theme } from './theme.ts'
import { fontOf, type CanvasContext } from './canvas-context.ts'
import { linearAxis, logRange, logTicks } from './ticks.ts'

const cap = 7
const dot = 5
const tickWidth = 70
const missingFont = fontOf(12)
const quantiles = ['p5', 'p25', 'p50', 'p75', 'p95', 'p99'] as const

/** The Chart.js configuration of a panel of boxes in a frame: floating bars from p25 to p75, the rest drawn over them. */
export function boxChart(panel: BoxPanel, look: Theme, frame: Frame): object {
  const values = panel.boxes.flatMap((box) => quantiles.flatMap((name) => box[name] ?? []))
  const isEmpty = values.length === 0
  const most = values.reduce((a, b) => Math.max(a, b), 0)
  const log = logRange(values)
  const linear = linearAxis(most)
  const isLog = panel.xScale === 'log'
  const shared = chartFrame(panel, look, frame)
  const lines = axisLines(look)
  return {
    type: 'bar',
    data: {
      labels: panel.boxes.map(({ label }) => label),
      datasets: [
        {
          data: panel.boxes.map(({ p25, p75, p50 }) => (p50 === null ? null : [p25 ?? p50, p75 ?? p50])),
          backgroundColor: look.grid,
          borderColor: panel.boxes.map(({ style }) => seriesStyle(look, style).colour),
          borderWidth: 2,
          borderSkipped: false,
          maxBarThickness: 26,
        },
      ],
    },
    plugins: [boxParts(panel.boxes, look)],
    options: {
      ...shared,
      indexAxis: 'y',
      interaction: { mode: 'nearest', axis: 'y', intersect: false },
      layout: { padding: roomAround(24) },
      scales: {
        x: {
          ...lines,
          type: isLog ? 'logarithmic' : 'linear',
          min: isLog ? log.min : 0,
          max: isLog ? log.max : linear.max,
          grid: { ...lines.grid, display: !isEmpty },
          ticks: {
            display: !isEmpty,
            color: look.faintInk,
            font: axisFont,
            autoSkip: false,
            maxRotation: 0,
            ...(isLog ? {} : { stepSize: linear.stepSize }),
            callback: (value: string | number) => formatTick(Number(value)),
          },
          ...(isLog ? { afterBuildTicks: ticksAt(logTicks(log.min, log.max, Math.floor(frame.width / tickWidth))) } : {}),
        },
        y: nameAxis(
          panel.boxes.map(({ label }) => label),
          look,
          frame,
        ),
      },
      plugins: {
        ...shared.plugins,
        tooltip: {
          ...shared.plugins.tooltip,
          callbacks: { label: (item: { dataIndex: number }) => panel.boxes[item.dataIndex]?.text.split(', ') ?? '' },
        },
      },
    },
  }
}

function boxParts(boxes: readonly Box[], look: Theme): Plugin<'bar'> {
  return {
    id: 'boxParts',
    afterDatasetsDraw(chart) {
      const pen: CanvasContext = chart.ctx
      const { x: xScale, y: yScale } = (chart as Chart).scales
      if (xScale === undefined || yScale === undefined) return
      pen.save()
      pen.lineWidth = 2
      pen.textBaseline = 'middle'
      pen.textAlign = 'left'
      for (const [at, box] of boxes.entries()) {
        const y = yScale.getPixelForValue(at)
        if (box.p50 === null) {
          pen.font = missingFont
          pen.fillStyle = look.faintInk
          pen.fillText(box.text, chart.chartArea.left + 8, y)
          continue
        }
        const place = (value: number | null): number | null => (value === null ? null : xScale.getPixelForValue(value))
        const { colour } = seriesStyle(look, box.style)
        pen.strokeStyle = colour
        pen.fillStyle = colour
        arm(pen, place(box.p25), place(box.p5), y)
        arm(pen, place(box.p75), place(box.p95), y)
        pen.fillRect(place(box.p50)! - 2, y - 13, 4, 26)
        const tail = place(box.p99)
        if (tail === null) continue
        pen.beginPath()
        pen.arc(tail, y, dot, 0, 2 * Math.PI)
        pen.fill()
      }
      pen.restore()
    },
  }
}

function arm(pen: CanvasContext, from: number | null, to: number | null, y: number): void {
  if (from === null || to === null) return
  pen.beginPath()
  pen.moveTo(from, y)
  pen.lineTo(to, y)
  pen.moveTo(to, y - cap)
  pen.lineTo(to, y + cap)
  pen.stroke()
}

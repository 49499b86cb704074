import type { Chart, Plugin } from 'chart.js'
import type { Bar, LineSeries } from './figure.ts'
import { seriesStyle, type Theme } from './theme.ts'
import type { CanvasContext } from './canvas-context.ts'

const cap = 5

function stroke(pen: CanvasContext, parts: readonly (readonly [number, number, number, number])[]): void {
  pen.beginPath()
  for (const [fromX, fromY, toX, toY] of parts) {
    pen.moveTo(fromX, fromY)
    pen.lineTo(toX, toY)
  }
  pen.stroke()
}

/** Vertical whiskers at the points of lines, in the colour of their series; an arrow where one goes on beyond the axis. */
export function lineWhiskers(series: readonly LineSeries[], look: Theme): Plugin<'line'> {
  return {
    id: 'lineWhiskers',
    beforeDatasetsDraw(chart) {
      const pen: CanvasContext = chart.ctx
      const { x: xScale, y: yScale } = (chart as Chart).scales
      if (xScale === undefined || yScale === undefined) return
      pen.save()
      pen.lineWidth = 1.5
      for (const { style, points } of series) {
        pen.strokeStyle = seriesStyle(look, style).colour
        for (const { x, low, high } of points) {
          if (low === undefined || high === undefined) continue
          const at = xScale.getPixelForValue(x)
          const { top: edge, bottom: floor } = chart.chartArea
          const isCut = {
            low: !(low > 0 || yScale.type !== 'logarithmic') || yScale.getPixelForValue(low) > floor + 0.5,
            high: yScale.getPixelForValue(high) < edge - 0.5,
          }
          const bottom = isCut.low ? floor : yScale.getPixelForValue(low)
          const top = isCut.high ? edge : yScale.getPixelForValue(high)
          const tip = (y: number, inwards: number): [number, number, number, number][] => [
            [at - cap, y + inwards, at, y],
            [at + cap, y + inwards, at, y],
          ]
          const flat = (y: number): [number, number, number, number][] => [[at - cap, y, at + cap, y]]
          stroke(pen, [
            [at, bottom, at, top],
            ...(isCut.low ? tip(bottom, -cap) : flat(bottom)),
            ...(isCut.high ? tip(top, cap) : flat(top)),
          ])
        }
      }
      pen.restore()
    },
  }
}

/** Ends of the whisker of a bar in pixels, cut at the ends of the axis; null without an interval. */
export function whiskerEnds(chart: Chart, bar: Bar): { from: number; to: number; isCut: boolean } | null {
  const scale = chart.scales['x']
  if (scale === undefined || bar.low === null || bar.high === null) return null
  const from = Math.max(scale.getPixelForValue(bar.low), chart.chartArea.left)
  const to = Math.min(scale.getPixelForValue(bar.high), chart.chartArea.right)
  return { from, to, isCut: scale.getPixelForValue(bar.high) > chart.chartArea.right + 0.5 }
}

/** The whisker of one bar at a height: caps at both ends, an arrow where it goes on beyond the axis. */
export function drawBarWhisker(pen: CanvasContext, ends: { from: number; to: number; isCut: boolean }, y: number, look: Theme): void {
  const { from, to, isCut } = ends
  const lines: [number, number, number, number][] = [
    [from, y, to, y],
    [from, y - cap, from, y + cap],
  ]
  const end: [number, number, number, number][] = isCut
    ? [
        [to - cap, y - cap, to, y],
        [to - cap, y + cap, to, y],
      ]
    : [[to, y - cap, to, y + cap]]
  pen.strokeStyle = look.ground
  pen.lineWidth = 4
  stroke(pen, [...lines, ...end])
  pen.strokeStyle = look.ink
  pen.lineWidth = 1.5
  stroke(pen, [...lines, ...end])
}

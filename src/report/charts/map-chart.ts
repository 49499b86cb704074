import { formatTick } from '../format.ts'
import type { Frame, MapPanel } from './figure.ts'
import { axisTitle, ticksAt } from './axes.ts'
import { axisFont, chartFrame, roomAround } from './chart-frame.ts'
import type { Theme } from './theme.ts'
import { mapCells } from './map-cells.ts'
import { ticksWithin } from './ticks.ts'

const mostTicks = 9

/**
 * The Chart.js configuration of a map: a place is coloured by who is cheapest there, pale where another is not told apart from
 * it, and empty where nobody is valid. Each region carries its name, so that it can be read without colour; around what was
 * measured there is an outline.
 */
export function mapChart(panel: MapPanel, look: Theme, frame: Frame): object {
  const [xEdges, yEdges] = [edges(panel.xs), edges(panel.ys)]
  const axis = (title: string, ends: readonly number[]) => ({
    type: 'logarithmic',
    min: ends[0],
    max: ends.at(-1),
    title: axisTitle(title, look),
    grid: { display: false },
    border: { color: look.axis },
    ticks: {
      color: look.ink,
      font: axisFont,
      autoSkip: false,
      maxRotation: 0,
      callback: (value: string | number) => formatTick(Number(value)),
    },
    afterBuildTicks: ticksAt(ticksWithin(ends[0]!, ends.at(-1)!, mostTicks)),
  })
  const points = panel.cells.flatMap((row, y) => row.map((cell, x) => ({ x: panel.xs[x]!, y: panel.ys[y]!, cell })))
  const shared = chartFrame(panel, look, frame, {
    title: (items: { dataIndex: number }[]) =>
      items.map(({ dataIndex }) => `${formatTick(points[dataIndex]!.x)} × ${formatTick(points[dataIndex]!.y)}`)[0] ?? '',
    label: ({ dataIndex }: { dataIndex: number }) => points[dataIndex]?.cell.text ?? '',
  })
  return {
    type: 'line',
    data: { datasets: [{ data: points.map(({ x, y }) => ({ x, y })), showLine: false, pointRadius: 0, pointHitRadius: 14 }] },
    plugins: [mapCells(panel, look, xEdges, yEdges)],
    options: {
      ...shared,
      interaction: { mode: 'nearest', intersect: false },
      layout: { padding: roomAround(16) },
      scales: { x: axis(panel.xTitle, xEdges), y: axis(panel.yTitle, yEdges) },
      plugins: { ...shared.plugins, tooltip: { ...shared.plugins.tooltip, displayColors: false } },
    },
  }
}

/** Ends of the cells around values on a logarithmic axis. */
function edges(values: readonly number[]): number[] {
  const logs = values.map(Math.log)
  const half = ((logs[1] ?? logs[0]! + 1) - logs[0]!) / 2
  return [...logs.map((log) => Math.exp(log - half)), Math.exp(logs.at(-1)! + half)]
}

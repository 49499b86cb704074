import type { Chart, Plugin } from 'chart.js'
import { formatTick } from '../format.ts'
import type { Frame, MapPanel } from './figure.ts'
import { axisTitle, ticksAt } from './axes.ts'
import { axisFont, chartFrame, roomAround } from './chart-frame.ts'
import { seriesStyle, type Look } from './look.ts'
import { fontOf, type Pen } from './pen.ts'
import { logTicks } from './ticks.ts'

const closeAlpha = 0.28
/** Cells smaller than this hold no letter. */
const leastForLetter = 12
const mostTicks = 9

/**
 * The Chart.js configuration of a map: a cell is coloured by who is cheapest there and carries its letter, so that it can be
 * read without colour; paler, with the letters of all of them, where some are not told apart, and empty where nobody is valid.
 */
export function mapChart(panel: MapPanel, look: Look, frame: Frame): object {
  const [xEdges, yEdges] = [edges(panel.xs), edges(panel.ys)]
  const shared = chartFrame(panel, look, frame)
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
    afterBuildTicks: ticksAt(
      logTicks(ends[0]!, ends.at(-1)!, mostTicks).filter((value) => value >= ends[0]! && value <= ends.at(-1)!),
    ),
  })
  const points = panel.cells.flatMap((row, y) => row.map((cell, x) => ({ x: panel.xs[x]!, y: panel.ys[y]!, cell })))
  return {
    type: 'line',
    data: { datasets: [{ data: points.map(({ x, y }) => ({ x, y })), showLine: false, pointRadius: 0, pointHitRadius: 14 }] },
    plugins: [mapCells(panel, look, xEdges, yEdges)],
    options: {
      ...shared,
      interaction: { mode: 'nearest', intersect: false },
      layout: { padding: roomAround(16) },
      scales: { x: axis(panel.xTitle, xEdges), y: axis(panel.yTitle, yEdges) },
      plugins: {
        ...shared.plugins,
        tooltip: {
          ...shared.plugins.tooltip,
          displayColors: false,
          callbacks: {
            title: (items: { dataIndex: number }[]) =>
              items.map(({ dataIndex }) => `${formatTick(points[dataIndex]!.x)} × ${formatTick(points[dataIndex]!.y)}`)[0] ?? '',
            label: ({ dataIndex }: { dataIndex: number }) => points[dataIndex]?.cell.text ?? '',
          },
        },
      },
    },
  }
}

/** The first letter that each name alone has, in upper case: S, L, E, W for the four transports. */
export function mapLetters(labels: readonly string[]): string[] {
  const used = new Set<string>()
  return labels.map((label) => {
    const letter =
      label
        .toUpperCase()
        .split('')
        .find((candidate) => /[A-Z]/u.test(candidate) && !used.has(candidate)) ?? '?'
    used.add(letter)
    return letter
  })
}

/** Ends of the cells around values on a logarithmic axis. */
function edges(values: readonly number[]): number[] {
  const logs = values.map(Math.log)
  const half = ((logs[1] ?? logs[0]! + 1) - logs[0]!) / 2
  return [...logs.map((log) => Math.exp(log - half)), Math.exp(logs.at(-1)! + half)]
}

function mapCells(panel: MapPanel, look: Look, xEdges: readonly number[], yEdges: readonly number[]): Plugin<'line'> {
  return {
    id: 'mapCells',
    beforeDatasetsDraw(chart) {
      const pen: Pen = chart.ctx
      const { x: xScale, y: yScale } = (chart as Chart).scales
      if (xScale === undefined || yScale === undefined) return
      const letters = mapLetters(panel.labels)
      pen.save()
      pen.textAlign = 'center'
      pen.textBaseline = 'middle'
      for (const [row, cells] of panel.cells.entries())
        for (const [column, { winner, close }] of cells.entries()) {
          const [left, right] = [xScale.getPixelForValue(xEdges[column]!), xScale.getPixelForValue(xEdges[column + 1]!)]
          const [bottom, top] = [yScale.getPixelForValue(yEdges[row]!), yScale.getPixelForValue(yEdges[row + 1]!)]
          if (winner === null) continue
          const { colour } = seriesStyle(look, winner)
          pen.fillStyle = colour
          pen.globalAlpha = close.length > 0 ? closeAlpha : 1
          pen.fillRect(left, top, right - left + 0.5, bottom - top + 0.5)
          pen.globalAlpha = 1
          if (right - left < leastForLetter || bottom - top < leastForLetter) continue
          const text = [winner, ...close].map((style) => letters[style] ?? '?').join('')
          pen.font = fontOf(Math.min(12, (1.3 * (right - left)) / text.length), 600)
          pen.fillStyle = close.length > 0 ? look.ink : inkOn(colour)
          pen.fillText(text, (left + right) / 2, (top + bottom) / 2)
        }
      pen.restore()
    },
  }
}

/** Black or white, whichever is read better on a colour: a contrast of 4.5 at least (WCAG 2.2, relative luminance). */
export function inkOn(colour: string): string {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const share = Number.parseInt(colour.slice(at, at + 2), 16) / 255
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
  })
  const luminance = 0.2126 * red + 0.7152 * green + 0.0722 * blue
  return 1.05 / (luminance + 0.05) >= (luminance + 0.05) / 0.05 ? '#ffffff' : '#000000'
}

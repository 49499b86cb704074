import type { Plugin } from 'chart.js'
import { formatTick } from '../../text/format.ts'
import type { Frame, MapPanel } from './figure.ts'
import { axisFont, axisTitle, chartFrame, roomAround, ticksAt } from './chart-frame.ts'
import { seriesStyle, type Theme } from './theme.ts'
import { isAlike, isClear, mapLetters, mapRegions } from './map-regions.ts'
import { fontOf, layer, strokeLines, widthOf, type CanvasContext, type Line } from './canvas-context.ts'
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

const nameFont = fontOf(12, 600)
const nameRoom = 4
/** Share of its colour where a winner is not told apart. */
const paleShare = 0.3
/** Rows lower than this hold no name. */
const leastHeight = 14

/** Draws the places of a map between the edges of its columns and rows, borders between answers, the outline of what was measured, and names. */
function mapCells(panel: MapPanel, look: Theme, xEdges: readonly number[], yEdges: readonly number[]): Plugin {
  return layer('mapCells', 'beforeDatasetsDraw', (pen, { x, y }) => {
    const grid = { xs: xEdges.map((edge) => x.getPixelForValue(edge)), ys: yEdges.map((edge) => y.getPixelForValue(edge)) }
    const { cells } = panel
    for (const [row, all] of cells.entries())
      for (const [column, cell] of all.entries()) {
        const { left, right, bottom, top } = sidesOf(grid, row, column)
        pen.fillStyle = fillOf(cell.winner, isClear(cell), look)
        pen.fillRect(left, top, right - left + 0.5, bottom - top + 0.5)
      }
    const isInside = (row: number, column: number): boolean => cells[row]?.[column]?.isBeyond === false
    const between = borders(panel, grid, (a, b) => !isAlike(cells[a[0]]?.[a[1]], cells[b[0]]?.[b[1]]))
    drawLines(pen, look.axis, 1, between)
    const trusted = borders(panel, grid, (a, b) => isInside(...a) && !isInside(...b))
    // Twice, so that it shows on dark and on light places.
    drawLines(pen, look.ground, 5, trusted)
    drawLines(pen, look.ink, 2, trusted)
    drawNames(pen, panel, grid, look)
  })
}

/** Edges of columns and rows in pixels. */
interface Grid {
  xs: readonly number[]
  ys: readonly number[]
}

type Place = readonly [row: number, column: number]

function sidesOf({ xs, ys }: Grid, row: number, column: number) {
  return { left: xs[column]!, right: xs[column + 1]!, bottom: ys[row]!, top: ys[row + 1]! }
}

/** The colour of who is cheapest, pale where another may be; the ground where nobody is valid. */
function fillOf(winner: number | null, isSure: boolean, look: Theme): string {
  if (winner === null) return look.ground
  const { colour } = seriesStyle(look, winner)
  return isSure ? colour : mixed(colour, look.ground, paleShare)
}

function channels(colour: string): number[] {
  return [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16))
}

function mixed(colour: string, ground: string, share: number): string {
  const under = channels(ground)
  const parts = channels(colour).map((part, at) => Math.round(share * part + (1 - share) * under[at]!))
  return `#${parts.map((part) => part.toString(16).padStart(2, '0')).join('')}`
}

/** The sides at which a place and its neighbour, or what is outside of the map, differ. */
function borders({ cells }: MapPanel, grid: Grid, differ: (place: Place, neighbour: Place) => boolean): Line[] {
  return cells.flatMap((all, row) =>
    all.flatMap((_, column) => {
      const { left, right, bottom, top } = sidesOf(grid, row, column)
      const sides: { neighbour: Place; line: Line }[] = [
        { neighbour: [row, column - 1], line: [left, bottom, left, top] },
        { neighbour: [row, column + 1], line: [right, bottom, right, top] },
        { neighbour: [row - 1, column], line: [left, bottom, right, bottom] },
        { neighbour: [row + 1, column], line: [left, top, right, top] },
      ]
      return sides.filter(({ neighbour }) => differ([row, column], neighbour)).map(({ line }) => line)
    }),
  )
}

function drawLines(pen: CanvasContext, colour: string, width: number, lines: readonly Line[]): void {
  pen.strokeStyle = colour
  pen.lineWidth = width
  strokeLines(pen, lines)
}

/** Each region says whose it is, once: in full where there is room, by its letter where there is less. */
function drawNames(pen: CanvasContext, panel: MapPanel, grid: Grid, look: Theme): void {
  const letters = mapLetters(panel.labels)
  pen.textAlign = 'center'
  pen.textBaseline = 'middle'
  for (const { winner, isClear: isSure, run } of mapRegions(panel)) {
    const [{ left, bottom, top }, { right }] = [sidesOf(grid, run.row, run.from), sidesOf(grid, run.row, run.until)]
    const names = winner === null ? ['none is valid', 'none'] : [panel.labels[winner] ?? '?', letters[winner] ?? '?']
    const text = names.map((name) => (isSure ? name : `${name}?`)).find((one) => widthOf(pen, one, nameFont) + 2 * nameRoom <= right - left)
    if (text === undefined || bottom - top < leastHeight) continue
    const [x, y, width] = [(left + right) / 2, (top + bottom) / 2, widthOf(pen, text, nameFont) + 2 * nameRoom]
    const fill = fillOf(winner, isSure, look)
    pen.fillStyle = fill
    pen.fillRect(x - width / 2, y - leastHeight / 2, width, leastHeight)
    pen.font = nameFont
    pen.fillStyle = inkOn(fill)
    pen.fillText(text, x, y)
  }
}

/** Black or white, whichever is read better on a colour: a contrast of 4.5 at least (WCAG 2.2, relative luminance). */
export function inkOn(colour: string): string {
  const [red = 0, green = 0, blue = 0] = channels(colour).map((part) => {
    const share = part / 255
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
  })
  const luminance = 0.2126 * red + 0.7152 * green + 0.0722 * blue
  return 1.05 / (luminance + 0.05) >= (luminance + 0.05) / 0.05 ? '#ffffff' : '#000000'
}

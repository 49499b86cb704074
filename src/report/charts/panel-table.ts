import { formatNumber } from '../../text/format.ts'
import { mapLetters } from './map-regions.ts'
import { eventTexts, quantiles, type Panel } from './figure.ts'

/** The figures of a chart as a table: for those who cannot see it, and those who want the numbers. */
export interface PanelTable {
  heads: string[]
  rows: string[][]
}

/** Everything that a chart draws, in words and numbers. */
export function panelTable(panel: Panel): PanelTable {
  switch (panel.kind) {
    case 'bars':
      return { heads: ['', panel.title], rows: panel.bars.map(({ label, detail }) => [label, detail]) }
    case 'boxes':
      return {
        heads: ['', ...quantiles, 'in words'],
        rows: panel.boxes.map((box) => [
          box.label,
          ...quantiles.map((name) => (box[name] === null ? 'not drawn' : withUnit(box[name], panel.unit))),
          box.text,
        ]),
      }
    case 'map':
      return mapTable(panel)
    case 'lines':
      return lineTable(panel)
  }
}

function lineTable({ series, xTitle, unit }: Extract<Panel, { kind: 'lines' }>): PanelTable {
  const places = new Map<string, number>()
  for (const { points } of series) for (const { at, x } of points) if (!places.has(at)) places.set(at, x)
  const ordered = [...places].toSorted(([, a], [, b]) => a - b).map(([at]) => at)
  const bySeries = series.map(({ points }) => new Map(points.map((point) => [point.at, point])))
  return {
    heads: [xTitle, ...series.map(({ label, note }) => (note === undefined ? label : `${label} (${note})`))],
    rows: ordered.map((at) => [
      at,
      ...bySeries.map((points) => {
        const point = points.get(at)
        if (point === undefined || (point.y === null && point.event === undefined)) return 'none'
        const range =
          point.low === undefined || point.high === undefined ? '' : ` [${formatNumber(point.low)} – ${formatNumber(point.high)}]`
        const event = point.event === undefined ? '' : `; ${eventTexts[point.event]}`
        return `${point.y === null ? 'none' : withUnit(point.y, unit)}${range}${event}`
      }),
    ]),
  }
}

function mapTable({ xs, ys, xTitle, yTitle, labels, cells }: Extract<Panel, { kind: 'map' }>): PanelTable {
  const letters = mapLetters(labels)
  return {
    heads: [`${yTitle} \\ ${xTitle}; * beyond what was measured`, ...xs.map(formatNumber)],
    rows: ys
      .map((y, row) => [
        formatNumber(y),
        ...cells[row]!.map(({ winner, close, isBeyond }) => {
          const names = winner === null ? 'none' : [winner, ...close].map((style) => letters[style]).join(' or ')
          return isBeyond ? `${names} *` : names
        }),
      ])
      .toReversed(),
  }
}

function withUnit(value: number, unit: string): string {
  return unit === '' ? formatNumber(value) : `${formatNumber(value)} ${unit}`
}

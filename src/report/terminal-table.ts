import Table from 'cli-table3'
import type { Colors } from 'picocolors/types.js'
import { Footnotes, type Cell } from './metric-view.ts'
import { oneLine } from '../text/one-line.ts'
import { textWidth, wrap } from './text-layout.ts'
import type { TradeOff } from './trade-off.ts'
import type { TradeOffRow } from './traffic-rows.ts'

const gap = 2
const narrowestColumn = 13
const columnForOneLine = 20
const listBelow = 60
const wideFrom = 110
const few = 2

const noBorders = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: ' '.repeat(gap),
}

/** A cell over several columns. */
export interface SpanningCell {
  content: string
  colSpan: number
}

/** A section with its heading; nothing for no content. */
export function section(title: string, lines: readonly string[], colours: Colors): string[] {
  return lines.length === 0 ? [] : [colours.bold(colours.underline(title)), ...lines, '']
}

/** Lays cells out in columns as wide as what they hold, without borders. */
export function plainTable(rows: (string | SpanningCell)[][], aligns: ('left' | 'right')[]): string {
  const table = new Table({ chars: noBorders, style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 }, colAligns: aligns })
  table.push(...rows)
  return table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n')
}

function cellText(cell: Cell, width: number, notes: Footnotes): string {
  const mark = notes.markOf(cell)
  const value = mark === '' ? cell.text : `${cell.text} ${mark}`
  if (cell.interval === null) return wrap(oneLine(value), width).join('\n')
  const interval = cell.interval.replace(' – ', '–')
  const line = `${value} ${interval}`
  if (width >= columnForOneLine && line.length <= width) return line
  return [value, ...wrap(interval, width)].join('\n')
}

function padded(text: string, width: number): string {
  return text
    .split('\n')
    .map((line, at) => (at === 0 ? line + ' '.repeat(Math.max(0, width - textWidth(line))) : line))
    .join('\n')
}

function labelText(row: TradeOffRow, width: number, colours: Colors): string {
  if (row.label === '') return wrap(row.group, width).map(colours.bold).join('\n')
  return wrap(row.label, width - gap)
    .map((line) => ' '.repeat(gap) + line)
    .join('\n')
}

function oneTable(
  table: TradeOff,
  from: number,
  to: number,
  widths: { label: number; column: number },
  notes: Footnotes,
  colours: Colors,
): string {
  const heads = table.contenders.slice(from, to).map(({ label }) => padded(wrap(oneLine(label), widths.column).join('\n'), widths.column))
  const lines: (string | SpanningCell)[][] = [['', ...heads.map((head) => head.split('\n').map(colours.bold).join('\n'))]]
  let group = ''
  for (const row of table.rows) {
    if (row.label !== '' && row.group !== group) lines.push([{ content: colours.bold(row.group), colSpan: heads.length + 1 }])
    group = row.group
    lines.push([labelText(row, widths.label, colours), ...row.cells.slice(from, to).map((cell) => cellText(cell, widths.column, notes))])
  }
  return plainTable(lines, ['left', ...heads.map(() => 'left' as const)])
}

/** For terminals too narrow for columns: each contender with its rows below it. */
function list(table: TradeOff, columns: number, notes: Footnotes, colours: Colors): string[] {
  return table.contenders.flatMap(({ label }, at) => [
    '',
    ...wrap(oneLine(label), columns).map(colours.bold),
    ...table.rows.flatMap((row) => {
      const cell = row.cells[at]!
      const name = row.label === '' ? row.group : row.label
      return wrap(`${name}: ${[cell.text, cell.interval ?? '', notes.markOf(cell)].filter((part) => part !== '').join(' ')}`, columns)
    }),
  ])
}

/**
 * The trade-off table for a terminal, never wider than `columns`: contenders side by side, in several tables where they
 * do not fit, one below another under 60 columns.
 */
export function tradeOffLines(table: TradeOff, columns: number, colours: Colors): string[] {
  const notes = new Footnotes()
  const count = table.contenders.length
  if (columns < listBelow) return [...list(table, columns, notes, colours), '', ...notes.lines().flatMap((line) => wrap(line, columns))]
  const label = columns >= wideFrom || count <= few ? 26 : 16
  const fitting = Math.max(1, Math.min(count, Math.floor((columns - label) / (narrowestColumn + gap))))
  const perTable = Math.ceil(count / Math.ceil(count / fitting))
  const column = Math.min(36, Math.floor((columns - label) / perTable) - gap)
  const tables: string[] = []
  for (let from = 0; from < count; from += perTable)
    tables.push(oneTable(table, from, Math.min(count, from + perTable), { label, column }, notes, colours))
  return [...tables.join('\n\n').split('\n'), '', ...notes.lines().flatMap((line) => wrap(line, columns, '    '))]
}

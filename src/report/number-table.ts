import type { Colors } from 'picocolors/types.js'
import { oneLine } from '../text/one-line.ts'
import { textWidth, wrap } from './text-layout.ts'

const indent = 2
const gap = 2
/** A head is wrapped to this width, so that one long name does not push the others out. */
const widestHead = 16
const narrowestColumn = 7
const narrowestLabel = 12
/** Of the width of a terminal, where each contender is a row. */
const nameShare = 0.4

type Paint = (text: string) => string

/** One number, with its mark, and its colour. */
export interface NumberCell {
  text: string
  paint: Paint
}

/** Numbers in columns, one a cell. */
export interface NumberTable {
  heads: readonly NumberCell[]
  rows: readonly { label: string; unit: string; cells: readonly NumberCell[] }[]
}

type Row = NumberTable['rows'][number]

/** How a table is shortened where it would take too many lines. */
export interface TableCut {
  /** Rows in which all are equal become one line. */
  isFolded: boolean
  /** Rows from the end that are left out, and named. */
  leftOutCount: number
  /** Heads that are shown; those after them are counted. */
  headCount: number
}

export const uncut: TableCut = { isFolded: false, leftOutCount: 0, headCount: Number.POSITIVE_INFINITY }

/**
 * A table of numbers for a terminal, no line wider than `columns`: heads side by side, one number a cell. Where they do not fit, each
 * head becomes a row, rows in which all are equal become one line below, and what is still too wide goes into a second table.
 */
export function numberTableLines(whole: NumberTable, columns: number, colours: Colors, cut: TableCut = uncut): string[] {
  if (whole.heads.length === 0 || whole.rows.length === 0) return []
  const table: NumberTable = {
    heads: whole.heads.slice(0, cut.headCount),
    rows: whole.rows.map((row) => ({ ...row, cells: row.cells.slice(0, cut.headCount) })),
  }
  const more = whole.heads.length - table.heads.length
  const isFolded = cut.isFolded || straightLines(table, columns) === null
  const folded = isFolded ? table.rows.filter(isSameForAll) : []
  const others = table.rows.filter((row) => !folded.includes(row))
  const rows = others.slice(0, Math.max(1, others.length - cut.leftOutCount))
  const leftOut = others.slice(rows.length).map(({ label }) => oneLine(label))
  const shown = { heads: table.heads, rows }
  return [
    ...(rows.length === 0 ? [] : (straightLines(shown, columns) ?? turnedLines(shown, columns, colours))),
    ...(folded.length === 0 ? [] : indented(`The same for all: ${folded.map(valueText).join(', ')}`, columns).map(colours.dim)),
    ...(leftOut.length === 0 ? [] : indented(`In --full: ${leftOut.join(', ')}`, columns).map(colours.dim)),
    ...(more === 0 ? [] : indented(`${more} more: --full`, columns).map(colours.dim)),
  ]
}

/** A text as lines of at most `columns`, set in like the table. */
export function indented(text: string, columns: number): string[] {
  return wrap(text, columns - indent, '  ').map((line) => ' '.repeat(indent) + line)
}

function isSameForAll({ cells }: Row): boolean {
  return cells.length > 1 && cells.every(({ text }) => text === cells[0]!.text)
}

/** "Descriptors 1/client", "Lost 0 of 2,394". */
function valueText({ label, unit, cells }: Row): string {
  // What stands before the number is a mark.
  const value = cells[0]!.text.replace(/^\S (?=\S)/u, '')
  return `${oneLine(label)} ${value}${unit === '' || unit.startsWith('/') ? unit : ` ${unit}`}`
}

/** Heads side by side; null where not all of them fit. */
function straightLines({ heads, rows }: NumberTable, columns: number): string[] | null {
  const least = heads.map(({ text }, at) =>
    Math.max(narrowestColumn, longestWord(text), ...rows.map(({ cells }) => textWidth(cells[at]!.text))),
  )
  const room = columns - indent - least.reduce((sum, width) => sum + gap + width, 0)
  const names = rows.map(({ label, unit }) => ({ label: oneLine(label), unit: unit === '' ? '' : ` ${unit}` }))
  const nameWidth = Math.min(room, Math.max(...names.map(({ label, unit }) => textWidth(label + unit))))
  if (names.some(({ label, unit }) => nameWidth - textWidth(unit) < Math.min(textWidth(label), narrowestLabel))) return null
  const named = names.map(({ label, unit }, at) => {
    const [first = '', ...rest] = wrap(label, nameWidth - textWidth(unit))
    return { name: [padEnd(first, nameWidth - textWidth(unit)) + unit, ...rest], cells: rows[at]!.cells, paint: String }
  })
  const wanted = heads.map(({ text }) => textWidth(text))
  return gridLines(heads, named, nameWidth, widened(least, wanted, room - nameWidth))
}

/** Columns as wide as the widest head asks, all alike where there is room; else as much of it as there is. */
function widened(least: readonly number[], wanted: readonly number[], room: number): number[] {
  const target = Math.min(widestHead, Math.max(...wanted, ...least))
  const alike = least.map((width) => Math.max(width, target))
  if (alike.reduce((sum, width, at) => sum + width - least[at]!, 0) <= room) return alike
  let left = room
  return least.map((width, at) => {
    const more = Math.min(left, Math.max(0, Math.min(widestHead, wanted[at]!) - width))
    left -= more
    return width + more
  })
}

/** Each head as a row, as many figures side by side as fit, the others in a table below. */
function turnedLines({ heads, rows }: NumberTable, columns: number, colours: Colors): string[] {
  const widestName = Math.max(...heads.map(({ text }) => textWidth(text)))
  const nameWidth = Math.max(1, Math.min(widestName, Math.floor(columns * nameShare)))
  const room = Math.max(gap + 1, columns - indent - nameWidth)
  const texts = rows.map(({ label, unit }) => (unit === '' ? oneLine(label) : `${oneLine(label)} ${unit}`))
  const widths = rows.map(({ cells }, at) =>
    Math.min(
      room - gap,
      Math.max(Math.min(longestWord(texts[at]!), narrowestLabel), narrowestColumn - 1, ...cells.map(({ text }) => textWidth(text))),
    ),
  )
  const lines: string[] = []
  for (let from = 0; from < rows.length;) {
    let until = from + 1
    let taken = gap + widths[from]!
    while (until < rows.length && taken + gap + widths[until]! <= room) taken += gap + widths[until++]!
    const shown = rows.slice(from, until)
    const titles = texts.slice(from, until).map((text) => ({ text, paint: colours.dim }))
    const named = heads.map(({ text, paint }, at) => ({
      name: wrap(text, nameWidth),
      cells: shown.map(({ cells }) => cells[at]!),
      paint,
    }))
    lines.push(...(from === 0 ? [] : ['']), ...gridLines(titles, named, nameWidth, widths.slice(from, until)))
    from = until
  }
  return lines
}

function gridLines(
  heads: readonly NumberCell[],
  rows: readonly { name: readonly string[]; cells: readonly NumberCell[]; paint: Paint }[],
  nameWidth: number,
  widths: readonly number[],
): string[] {
  const wrapped = heads.map(({ text }, at) => wrap(text, widths[at]!))
  const height = Math.max(...wrapped.map(({ length }) => length))
  const left = ' '.repeat(indent)
  const between = ' '.repeat(gap)
  // Heads stand on the row below them.
  const headLines = Array.from({ length: height }, (_, line) => {
    const cells = wrapped.map((parts, at) => painted(parts[line - height + parts.length] ?? '', widths[at]!, heads[at]!.paint))
    return left + ' '.repeat(nameWidth) + cells.map((cell) => between + cell).join('')
  })
  const body = rows.flatMap(({ name: [first = '', ...rest], cells, paint }) => [
    left + paint(padEnd(first, nameWidth)) + cells.map((cell, at) => between + painted(cell.text, widths[at]!, cell.paint)).join(''),
    ...rest.map((part) => left + paint(part)),
  ])
  return [...headLines, ...body]
}

function painted(text: string, width: number, paint: Paint): string {
  const fitting = textWidth(text) > width ? '…' : text
  return ' '.repeat(Math.max(0, width - textWidth(fitting))) + (fitting === '' ? '' : paint(fitting))
}

function longestWord(text: string): number {
  return Math.min(widestHead, Math.max(...text.split(' ').map(textWidth)))
}

function padEnd(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - textWidth(text)))
}

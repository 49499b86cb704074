import type { Colors } from 'picocolors/types.js'
import type { AnswerCell, AnswerTable, CellMark } from '../answer/answer-table.ts'
import { formatList, formatPlural } from '../text/format.ts'
import { oneLine } from '../text/one-line.ts'
import { indented, numberTableLines, type NumberCell, type TableCut } from './number-table.ts'
import { textWidth } from './text-layout.ts'

const signs: Readonly<Record<CellMark, string>> = { best: '●', open: '○' }
const meanings: Readonly<Record<CellMark, string>> = {
  best: 'best or equal to the best',
  open: 'no reliable difference from the best yet',
}
/** At the head of a contender of which a trial was spoilt. */
const spoiltSign = '▲'

/** The table of an answer for a terminal, as `numberTableLines` lays it out, with what its signs mean. */
export function answerTableLines(table: AnswerTable, columns: number, colours: Colors, cut: TableCut): string[] {
  const heads = table.heads.map(({ label, spoilt }): NumberCell => {
    if (spoilt === null) return { text: oneLine(label), paint: colours.bold }
    return { text: `${oneLine(label)} ${spoiltSign}`, paint: (text) => colours.bold(colours.yellow(text)) }
  })
  const rows = table.rows.map(({ label, unit, cells }) => ({ label, unit, cells: cells.map((cell) => cellOf(cell, colours)) }))
  return [...numberTableLines({ heads, rows }, columns, colours, cut), ...legendLines(table, columns, colours)]
}

function cellOf({ text, mark }: AnswerCell, colours: Colors): NumberCell {
  const number = oneLine(text)
  return mark === null
    ? { text: number, paint: String }
    : { text: `${signs[mark]} ${number}`, paint: mark === 'best' ? colours.green : String }
}

function legendLines({ heads, rows }: AnswerTable, columns: number, colours: Colors): string[] {
  const marks = (['best', 'open'] as const).filter((mark) => rows.some(({ cells }) => cells.some((cell) => cell.mark === mark)))
  const legend = marks.map((mark) => `${signs[mark]} ${meanings[mark]}`)
  return [...(legend.length === 0 ? [] : sideBySide(legend, columns).map(colours.dim)), ...spoiltLines(heads, columns).map(colours.yellow)]
}

/** "▲ long-poll, sse: CPU steal was 1.2 %". */
function spoiltLines(heads: AnswerTable['heads'], columns: number): string[] {
  const byReason = new Map<string, string[]>()
  for (const { label, spoilt } of heads)
    if (spoilt !== null) byReason.set(oneLine(spoilt), [...(byReason.get(oneLine(spoilt)) ?? []), oneLine(label)])
  const [first, ...others] = byReason
  if (first === undefined) return []
  const [reason, labels] = first
  const who = labels.length === heads.length && heads.length > 1 ? 'all' : formatList(labels)
  return indented(`${spoiltSign} ${who}: ${reason}${others.length === 0 ? '' : `; ${formatPlural(others.length, 'more reason')}`}`, columns)
}

/** Texts on one line where they fit. */
function sideBySide(texts: readonly string[], columns: number): string[] {
  const line = texts.join('   ')
  return textWidth(line) + 2 <= columns ? [`  ${line}`] : texts.flatMap((text) => indented(text, columns))
}

import pc from 'picocolors'
import type { Colors } from 'picocolors/types.js'
import type { StudyDocument } from '../../core/study-result.ts'
import { machineLine, questionOf, titleOf, warningLines } from '../facts.ts'
import { Footnotes, type Cell } from '../metric-view.ts'
import { oneLine } from '../../text/one-line.ts'
import type { TerminalOptions } from '../short-report.ts'
import { plainTable, section } from '../terminal-table.ts'
import { bullet, textWidth, wrap } from '../text-layout.ts'
import { breakEvenGroups, breakEvenNote } from './break-even-text.ts'
import { missingLine, partsLine, refusedLines, settingLines, studyBreachLines, studyLine, validityLines } from './facts.ts'
import { limitLines, type StudyTable } from './load-table.ts'
import { answerSentence, limitsText, stepCells, stepColumns } from './search-text.ts'
import { metricGaps, studyTables, tablesNote } from './study-table.ts'

const gap = 2
const narrowestColumn = 13
const widestColumn = 30

/**
 * All of a study as text for a terminal, for `--full`: a table a metric, break-even points in sentences or the steps of a search,
 * validity, warnings. No line is wider than `columns` (60 or more).
 */
export function fullStudyTerminalReport(document: StudyDocument, options: TerminalOptions): string {
  const columns = Math.max(60, options.columns)
  const colours = pc.createColors(options.colour)
  const bullets = (texts: readonly string[]) => texts.flatMap((text) => bullet(text, columns))
  const part = (title: string, lines: readonly string[]) => section(title, lines, colours)
  const missing = missingLine(document)
  const lines = [
    ...wrap(titleOf(document), columns).map(colours.bold),
    ...wrap(questionOf(document), columns),
    ...wrap(studyLine(document), columns).map(colours.dim),
    ...settingLines(document)
      .flatMap((line) => wrap(line, columns))
      .map(colours.dim),
    ...(Object.keys(document.environment).length === 0 ? [] : wrap(machineLine(document), columns).map(colours.dim)),
    ...(missing === null ? [] : wrap(missing, columns).map(colours.yellow)),
    '',
    ...(document.kind === 'search' ? part('Found', searchLines(document, columns, colours)) : sweepLines(document, columns, colours)),
    ...part('At the limit', bullets(limitLines(document)).map(colours.yellow)),
    ...part('Validity', bullets(validityLines(document))),
    ...part('Did not fit this machine', bullets(refusedLines(document)).map(colours.yellow)),
    ...part('Limits exceeded', document.kind === 'search' ? [] : bullets(studyBreachLines(document)).map(colours.red)),
    ...part('Warnings', bullets(warningLines(document)).map(colours.yellow)),
    ...part('Not measured', bullets(metricGaps(document))),
    ...wrap(partsLine(document), columns).map(colours.dim),
  ]
  return `${lines.map((line) => line.trimEnd()).join('\n')}\n`
}

function sweepLines(document: StudyDocument, columns: number, colours: Colors): string[] {
  const notes = new Footnotes()
  const tables = studyTables(document).flatMap((table) => {
    const same = sameEverywhere(table)
    if (same !== null) return [...wrap(`${table.title}: ${same} everywhere`, columns).map(colours.bold), '']
    return [colours.bold(table.title), ...tableLines(table, columns, notes, colours), '']
  })
  const groups = breakEvenGroups(document).flatMap(({ label, sentences }) => [
    colours.bold(label),
    ...sentences.flatMap((sentence) => bullet(sentence, columns)),
  ])
  return [
    ...section(
      'Along the axis',
      [...wrap(tablesNote, columns), '', ...tables, ...notes.lines().flatMap((line) => wrap(line, columns, '    '))],
      colours,
    ),
    ...section('Break-even points', [...wrap(breakEvenNote(document), columns), ...groups], colours),
  ]
}

function searchLines(document: StudyDocument, columns: number, colours: Colors): string[] {
  const widths = [9, 14, 10]
  const why = Math.max(16, columns - widths.reduce((sum, width) => sum + width + gap, 0))
  return document.search
    .flatMap((answer) => [
      ...wrap(answerSentence(document, answer), columns).map(colours.bold),
      ...plainTable(
        [
          [...stepColumns].map(colours.dim),
          ...answer.steps.map((step) => stepCells(document, step).map((cell, at) => wrap(cell, widths[at] ?? why).join('\n'))),
        ],
        ['right', 'left', 'left', 'left'],
      ).split('\n'),
      '',
    ])
    .concat(wrap(limitsText(document), columns))
}

/** The one value of a metric that is the same for everybody at every point; null where there is more to tell. */
function sameEverywhere({ rows }: StudyTable): string | null {
  const texts = new Set(
    rows.flatMap(({ cells: all }) =>
      all.map((cell) => `${cell.text}${isExact(cell) || cell.interval === null ? '' : ' differs'}${cell.reason ?? ''}`),
    ),
  )
  const [first] = rows[0]?.cells ?? []
  return texts.size === 1 && first !== undefined && isExact(first) ? first.text : null
}

/** As many contenders side by side as fit; the others in a table below. */
function tableLines(table: StudyTable, columns: number, notes: Footnotes, colours: Colors): string[] {
  const places = table.axes.map((axis, at) =>
    Math.min(16, Math.max(...[axis, ...table.rows.map(({ place }) => place[at]!)].map(textWidth))),
  )
  const room = columns - places.reduce((sum, width) => sum + width + gap, 0)
  const count = table.contenders.length
  const perTable = Math.ceil(count / Math.ceil(count / Math.max(1, Math.floor((room + gap) / (narrowestColumn + gap)))))
  const width = Math.min(widestColumn, Math.floor(room / perTable) - gap)
  const lines: string[] = []
  for (let from = 0; from < count; from += perTable) {
    const heads = [
      ...table.axes.map((axis, at) => wrap(axis, places[at]!).join('\n')),
      ...table.contenders.slice(from, from + perTable).map((label) => wrap(oneLine(label), width).join('\n')),
    ]
    const rows = table.rows.map(({ place, cells }) => [
      ...place,
      ...cells.slice(from, from + perTable).map((cell) => cellText(cell, width, notes)),
    ])
    lines.push(
      ...plainTable(
        [heads.map((head) => head.split('\n').map(colours.dim).join('\n')), ...rows],
        [...places.map(() => 'right' as const), ...cells(perTable)],
      ).split('\n'),
      ...(from + perTable < count ? [''] : []),
    )
  }
  return lines
}

/** Both ends of the interval are the value itself: blocks did not differ. */
function isExact({ text, interval }: Cell): boolean {
  return interval === `[${text} – ${text}]`
}

function cells(count: number): 'left'[] {
  return Array.from({ length: count }, () => 'left')
}

function cellText(cell: Cell, width: number, notes: Footnotes): string {
  const mark = notes.markOf(cell)
  const value = mark === '' ? cell.text : `${cell.text} ${mark}`
  if (cell.interval === null || isExact(cell)) return value
  const interval = cell.interval.replace(' – ', '–')
  const line = `${value} ${interval}`
  if (textWidth(line) <= width) return line
  return [value, ...(textWidth(interval) <= width ? [interval] : interval.split(/(?<=–)/u).flatMap((part) => wrap(part, width)))].join('\n')
}

import pc from 'picocolors'
import type { Colors } from 'picocolors/types.js'
import type { AnswerTable } from '../answer/answer-table.ts'
import type { Answer } from '../core/answer.ts'
import { answerTableLines } from './answer-table-lines.ts'
import { formatExact, formatPlural, uncapital } from '../text/format.ts'
import { oneLine } from '../text/one-line.ts'
import { indented, uncut, type TableCut } from './number-table.ts'
import { textWidth, wrap } from './text-layout.ts'

/** How wide the terminal is, and whether it takes colour; without colour there is no ESC byte in the text. */
export interface TerminalOptions {
  columns: number
  colour: boolean
}

/** What a terminal shows of a run or a study, unless all of it is asked for. */
export interface ShortReport {
  title: string
  question: string
  /** Clients, traffic, blocks and machine in one line. */
  workload: string
  /** What must be known before the figures are read: that the run was stopped, or that trials failed. */
  notices: readonly string[]
  table: AnswerTable | null
  answer: Answer
  warningCount: number
  /** Where the page is; null where none is written. */
  page: string | null
}

/** A screen; what the command prints beside the report, its plan and warnings, still fits on it. */
export const mostReportLines = 38
const narrowestScreen = 80
const narrowestTerminal = 20
/** The lines of an answer, and one of who is ruled out. */
const mostLines = 6
const mostRuledOut = 3
const mostLeftOut = 10

/** How much of a report is shown. The first that fits on a screen is taken. */
interface Cut {
  table: TableCut
  lineCount: number
}

/** A line of the answer is worth two rows of the table. */
const lineWorth = 2

/** From nothing left out to hardly anything kept, what costs a reader least first. */
const cuts: readonly Cut[] = [
  { table: uncut, lineCount: mostLines },
  ...Array.from({ length: mostLeftOut + 1 }, (_, leftOutCount) =>
    Array.from({ length: mostLines }, (_, less): Cut => ({
      table: { ...uncut, isFolded: true, leftOutCount },
      lineCount: mostLines - less,
    })),
  )
    .flat()
    .toSorted((a, b) => a.table.leftOutCount - lineWorth * a.lineCount - (b.table.leftOutCount - lineWorth * b.lineCount)),
  { table: { isFolded: true, leftOutCount: 6, headCount: 10 }, lineCount: 2 },
  { table: { isFolded: true, leftOutCount: 9, headCount: 4 }, lineCount: 1 },
]

/**
 * Question, workload, table, answer, one line of trust and the way to the rest: from 80 columns on at most `mostReportLines` lines, and
 * none wider than `columns`. What would not fit is left out from the end of the table and of the answer, and named.
 */
export function shortReport(report: ShortReport, options: TerminalOptions): string {
  const columns = Math.max(narrowestTerminal, options.columns)
  const colours = pc.createColors(options.colour)
  const drawn = (cut: Cut): string[] => linesOf(report, cut, columns, colours)
  const fits = (cut: Cut): boolean => columns < narrowestScreen || drawn(cut).length <= mostReportLines
  const lines = drawn(cuts.find(fits) ?? cuts.at(-1)!)
  if (columns >= narrowestScreen && lines.length > mostReportLines) lines.splice(mostReportLines - 1, Infinity, 'The rest: --full')
  return `${lines.map((line) => line.trimEnd()).join('\n')}\n`
}

function linesOf(report: ShortReport, cut: Cut, columns: number, colours: Colors): string[] {
  const { notices, table, answer, workload } = report
  const tableLines = table === null ? [] : answerTableLines(table, columns, colours, cut.table)
  return [
    ...titleLines(report, columns, colours),
    ...wrap(oneLine(workload), columns).map(colours.dim),
    ...notices.flatMap((text) => wrap(oneLine(text), columns)).map(colours.yellow),
    '',
    ...(tableLines.length === 0 ? [] : [...tableLines, '']),
    ...answerLines(answer, cut.lineCount, columns, colours),
    '',
    ...trustLines(answer, columns, colours),
    ...placeLines(report, columns, colours),
  ]
}

/** "Notifications: what does it cost …?" */
function titleLines({ title, question }: ShortReport, columns: number, colours: Colors): string[] {
  const head = `${oneLine(title)}:`
  const [first = '', ...rest] = wrap(`${head} ${inSentence(oneLine(question))}`, columns)
  return [first.startsWith(head) ? colours.bold(head) + first.slice(head.length) : colours.bold(first), ...rest]
}

/** A question after a colon; a name at its beginning keeps its capitals. */
function inSentence(question: string): string {
  return /^(?:An?|Are|At|By|Can|Do|Does|From|How|If|In|Is|May|One|The|To|What|When|Where|Which|Who|Whose|Why|Will|With)\b/u.test(question)
    ? uncapital(question)
    : question
}

function answerLines(answer: Answer, lineCount: number, columns: number, colours: Colors): string[] {
  const { recommendation, open, kind } = answer
  const paint = kind === 'spoilt' ? colours.yellow : String
  const texts = supportingTexts(answer)
  const more = texts.length - lineCount
  return [
    ...wrap(plain(recommendation), columns).map((line) => colours.bold(paint(line))),
    ...texts.slice(0, lineCount).flatMap((text) => indented(text, columns)),
    ...(more > 0 ? indented(`${formatPlural(more, 'more line')}: --full`, columns).map(colours.dim) : []),
    ...(open === null ? [] : wrap(plain(open.text), columns, '  ')),
  ]
}

/** The lines of an answer, then in one who was ruled out and why, where nothing before has said it. */
function supportingTexts({ lines, ruledOut, recommendation }: Answer): string[] {
  const said = lines.map(({ text }) => plain(text))
  const out = [...new Set(ruledOut.map(({ text }) => plain(text)))].filter(
    (text) => !said.includes(text) && !plain(recommendation).includes(text),
  )
  const more = out.length - mostRuledOut
  const shown = more > 1 ? [...out.slice(0, mostRuledOut), `${formatExact(more)} more are ruled out.`] : out
  return shown.length === 0 ? said : [...said, shown.join(' ')]
}

/** A command in a sentence needs no quotes on a terminal. */
function plain(text: string): string {
  return oneLine(text).replaceAll('`', '')
}

/** Parts of the line of trust, broken between them where it is too long. */
function trustLines({ trust }: Answer, columns: number, colours: Colors): string[] {
  const paints = { good: colours.green, neutral: colours.dim, bad: colours.yellow }
  const lines: string[] = []
  let line = ''
  let width = 0
  for (const { text, tone } of trust) {
    for (const [at, part] of wrap(oneLine(text), columns).entries()) {
      const isJoined = at === 0 && line !== '' && width + 3 + textWidth(part) <= columns
      if (!isJoined && line !== '') lines.push(line)
      line = isJoined ? `${line}${colours.dim(' · ')}${paints[tone](part)}` : paints[tone](part)
      width = isJoined ? width + 3 + textWidth(part) : textWidth(part)
    }
  }
  return line === '' ? lines : [...lines, line]
}

/** "Report  results/…/report.html   all figures, 3 warnings and evidence: --full" */
function placeLines({ page, warningCount }: ShortReport, columns: number, colours: Colors): string[] {
  const warnings = warningCount === 0 ? '' : `, ${formatPlural(warningCount, 'warning')}`
  const rest = `all figures${warnings} and evidence: --full`
  if (page === null) return wrap(rest.charAt(0).toUpperCase() + rest.slice(1), columns).map(colours.dim)
  const path = `Report  ${page}`
  const line = `${path}   ${rest}`
  if (textWidth(line) <= columns) return [`${path}   ${colours.dim(rest)}`]
  return [...wrap(path, columns), ...wrap(rest, columns).map(colours.dim)]
}

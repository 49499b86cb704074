import pc from 'picocolors'
import type { Colors } from 'picocolors/types.js'
import { metricIds, metrics } from '../core/metric.ts'
import type { ResultDocument } from '../core/result.ts'
import type { RunComparison, RunVerdict } from '../core/run-comparison.ts'
import { shortConclusionOf, whyNotComparable } from './compare-conclusion.ts'
import { settingsTable } from './compare-report.ts'
import { changeValue, sentencesOfReasons, shortSentencesOf } from './compare-rows.ts'
import { titleOf } from './facts.ts'
import { dash, formatExact, formatPlural } from '../text/format.ts'
import { oneLine } from '../text/one-line.ts'
import { indented, numberTableLines, uncut, type NumberCell, type NumberTable, type TableCut } from './number-table.ts'
import { mostReportLines, type TerminalOptions } from './short-report.ts'
import { wrap } from './text-layout.ts'

export { compareResults } from '../metrics/result-comparison.ts'
export { gateWarning } from './compare-conclusion.ts'
export { fullCompareReport } from './compare-report.ts'

const narrowestColumns = 60
const mostSettings = 12

interface Cut {
  table: TableCut
  sentenceCount: number
}

/** How much is shown; the first that fits on a screen is taken. */
const cuts: readonly Cut[] = [
  { table: uncut, sentenceCount: 6 },
  { table: { ...uncut, isFolded: true }, sentenceCount: 4 },
  { table: { ...uncut, isFolded: true, leftOutCount: 4 }, sentenceCount: 3 },
  { table: { isFolded: true, leftOutCount: 10, headCount: 10 }, sentenceCount: 2 },
]

const signs: Readonly<Partial<Record<RunVerdict['verdict'], string>>> = { regression: '▲', improvement: '▼', undecided: '○' }
const meanings: Readonly<Partial<Record<RunVerdict['verdict'], string>>> = {
  regression: 'worse',
  improvement: 'better',
  undecided: 'undecided',
}

/**
 * A comparison of two runs for a terminal, on one screen, no line wider than `columns` (60 or more): what it comes to in one sentence,
 * the change of every figure that was judged, what got worse with its values, and in one line what was not judged. Of runs that are not
 * comparable it shows what differs.
 */
export function compareReport(comparison: RunComparison, before: ResultDocument, options: TerminalOptions): string {
  const columns = Math.max(narrowestColumns, options.columns)
  const colours = pc.createColors(options.colour)
  const drawn = (cut: Cut): string[] => {
    const { head, body } = comparison.comparable
      ? comparedLines(comparison, cut, columns, colours)
      : refusedLines(comparison, columns, colours)
    return [...head.map(colours.bold), ...runLines(comparison, before, columns).map(colours.dim), '', ...body]
  }
  const shown = cuts.map(drawn)
  const lines = shown.find(({ length }) => length <= mostReportLines) ?? shown.at(-1)!
  return `${lines.map((line) => line.trimEnd()).join('\n')}\n`
}

/** The sentence that comes first, and what follows below the names of the runs. */
interface Parts {
  head: string[]
  body: string[]
}

function runLines({ before, after }: RunComparison, document: ResultDocument, columns: number): string[] {
  return [...wrap(`${titleOf(document)}, before: ${runText(before)}`, columns, '  '), ...wrap(`after: ${runText(after)}`, columns, '  ')]
}

function runText({ file, startedAt, blockCount, interrupted }: RunComparison['before']): string {
  const parts = [oneLine(file), startedAt === null ? 'start unknown' : oneLine(startedAt), formatPlural(blockCount, 'block')]
  return [...parts, ...(interrupted ? ['interrupted'] : [])].join(', ')
}

function refusedLines({ barriers, noted }: RunComparison, columns: number, colours: Colors): Parts {
  const more = barriers.length - mostSettings
  return {
    head: wrap(`Not comparable: ${whyNotComparable(barriers)}.`, columns).map(colours.yellow),
    body: [
      ...settingsTable(barriers.slice(0, mostSettings), columns),
      ...(more > 0 ? [`and ${formatPlural(more, 'more setting')}: --full`] : []),
      ...notedLines(noted, columns),
      '',
      ...wrap('Run both on one machine with one scenario; contenders are compared best within one run.', columns),
    ],
  }
}

function comparedLines(comparison: RunComparison, { table, sentenceCount }: Cut, columns: number, colours: Colors): Parts {
  const { counts, verdicts, withoutTrial, noted } = comparison
  const isDecided = counts.undecided + counts.notJudged + withoutTrial.length === 0 && verdicts.length > 0
  const paint = counts.regression > 0 ? colours.red : isDecided ? colours.green : colours.yellow
  const changes = changeTable(comparison, colours)
  return {
    head: wrap(shortConclusionOf(comparison), columns).map(paint),
    body: [
      ...(changes.rows.length === 0
        ? []
        : [...numberTableLines(changes, columns, colours, table), ...legendLines(comparison, columns), '']),
      ...sentenceLines(shortSentencesOf(comparison, 'regression'), 'Worse', sentenceCount, columns),
      ...sentenceLines(shortSentencesOf(comparison, 'improvement'), 'Better', sentenceCount, columns),
      ...notJudgedLines(comparison, columns),
      ...(withoutTrial.length === 0
        ? []
        : wrap(`No trial that counts in one of the runs: ${withoutTrial.map(oneLine).join(', ')}.`, columns)),
      ...notedLines(noted, columns),
      ...wrap('Values, intervals and the rule: --full', columns).map(colours.dim),
    ],
  }
}

/** After ÷ before of every figure that was judged for somebody. */
function changeTable({ verdicts }: RunComparison, colours: Colors): NumberTable {
  const labels = [...new Set(verdicts.map(({ contender }) => contender))]
  const judged = metricIds.filter((id) => verdicts.some(({ metric, verdict }) => metric === id && verdict !== 'notJudged'))
  return {
    heads: labels.map((label) => ({ text: oneLine(label), paint: colours.bold })),
    rows: judged.map((id) => ({
      label: metrics[id].label,
      unit: '',
      cells: labels.map((label) => {
        const row = verdicts.find(({ contender, metric }) => contender === label && metric === id)
        return row === undefined ? { text: dash, paint: String } : changeCell(row, colours)
      }),
    })),
  }
}

function changeCell(row: RunVerdict, colours: Colors): NumberCell {
  if (row.verdict === 'notJudged') return { text: dash, paint: colours.dim }
  const sign = signs[row.verdict]
  const paint = {
    regression: colours.red,
    improvement: colours.green,
    undecided: colours.yellow,
    practicallyEqual: String,
    negligible: String,
  }
  return { text: sign === undefined ? changeValue(row) : `${sign} ${changeValue(row)}`, paint: paint[row.verdict] }
}

function legendLines({ verdicts }: RunComparison, columns: number): string[] {
  const found = (['regression', 'improvement', 'undecided'] as const).filter((kind) => verdicts.some(({ verdict }) => verdict === kind))
  const difference = verdicts.some(({ scale, verdict }) => scale === 'difference' && verdict !== 'notJudged')
    ? '; after − before where a value is 0'
    : ''
  return indented([`after ÷ before${difference}`, ...found.map((kind) => `${signs[kind]} ${meanings[kind]}`)].join('   '), columns)
}

function sentenceLines(sentences: readonly string[], title: string, count: number, columns: number): string[] {
  const more = sentences.length - count
  const shown = more > 1 ? [...sentences.slice(0, count), `and ${formatExact(more)} more`] : sentences
  return shown.flatMap((sentence) => wrap(`${title}: ${sentence}`, columns, '  '))
}

/** "Not judged: 4 figures (sse server CPU: 4 and 1 blocks …)."; where nothing was, the first sentence has said so. */
function notJudgedLines(comparison: RunComparison, columns: number): string[] {
  const { counts, verdicts } = comparison
  if (counts.notJudged === 0 || counts.notJudged === verdicts.length) return []
  const [first = 'no reason was recorded', ...others] = sentencesOfReasons(comparison, 'notJudged')
  const more = others.length === 0 ? '' : `; ${formatPlural(others.length, 'more reason')}`
  return wrap(`Not judged: ${formatPlural(counts.notJudged, 'figure')} (${first}${more}).`, columns, '  ')
}

function notedLines(noted: RunComparison['noted'], columns: number): string[] {
  if (noted.length === 0) return []
  return wrap(
    `Other differences, which do not prevent the comparison: ${noted.map(({ path }) => oneLine(path)).join(', ')}.`,
    columns,
    '  ',
  )
}

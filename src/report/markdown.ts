import type { ResultDocument } from '../core/result.ts'
import {
  calibrationColumns,
  calibrationLine,
  calibrationNotes,
  calibrationRows,
  calibrationTone,
  findingsNotPassed,
} from './calibration.ts'
import { figuresOf } from './charts/figures.ts'
import { chartAliases, contendersOf } from './contenders.ts'
import {
  breachLines,
  controlLine,
  environmentRows,
  interruptedLine,
  orderLines,
  planLine,
  machineLine,
  provenanceLine,
  questionOf,
  scenarioRows,
  titleOf,
  warningLines,
  workloadLine,
} from './facts.ts'
import { Footnotes } from './footnotes.ts'
import { fieldGaps, summaryGaps } from './gaps.ts'
import { howToRead, redoCommands } from './guidance.ts'
import { metricViews, type Cell } from './metric-view.ts'
import { oneLine } from './name-text.ts'
import { recoveryColumns, recoveryGaps, recoveryNote, recoveryRows, silentReaderLines } from './recovery.ts'
import { steadyLines } from './steady-text.ts'
import { tradeOff } from './trade-off.ts'
import { trialColumns, trialRows } from './trial-table.ts'
import { besideText, mattersText, tierOf, tiers, verdictSentence } from './verdicts.ts'

/** Text that markdown shows as it is. Brackets around numbers, "<0.01" and inner underscores are no markup and stay readable in the source. */
function escaped(text: string): string {
  return oneLine(text).replace(/[\\`*|~]|\[(?![<>\d-])|<(?![\d])|&(?=[#A-Za-z])|(?<![A-Za-z\d])_|_(?![A-Za-z\d])/gu, '\\$&')
}

function table(heads: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  return [line(heads), line(heads.map(() => '---')), ...rows.map(line)]
}

function cellText(cell: Cell, notes: Footnotes): string {
  return [escaped(cell.text), cell.interval === null ? '' : escaped(cell.interval), notes.markOf(cell)]
    .filter((part) => part !== '')
    .join(' ')
}

function bullets(texts: readonly string[]): string[] {
  return texts.map((text) => `- ${escaped(text)}`)
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [`## ${title}`, '', ...lines, '']
}

function tradeOffLines(document: ResultDocument): string[] {
  const notes = new Footnotes()
  const { contenders, rows, note } = tradeOff(document)
  const cells = rows.map((row) => [
    `${escaped(row.group)}${row.label === '' ? '' : `: ${escaped(row.label)}`}`,
    ...row.cells.map((cell) => cellText(cell, notes)),
  ])
  const aliases = chartAliases(contenders)
  const heads = contenders.map(({ label }, at) => escaped(aliases[at] == null ? label : `${oneLine(label)} (in charts: ${aliases[at]})`))
  return [note, '', ...table(['', ...heads], cells), '', ...bullets(notes.lines())]
}

function verdictLines(document: ResultDocument): string[] {
  return document.comparison.metrics.flatMap((comparison) => [
    `### ${escaped(metricViews[comparison.metric].label)}`,
    '',
    escaped(`${tierOf(document, comparison).sentence}. ${mattersText(comparison)}.`),
    '',
    ...bullets(comparison.pairs.map((pair) => verdictSentence(comparison.metric, pair) + besideText(comparison.metric, pair))),
    ...(comparison.pairs.length === 0 ? [`- Nothing was compared: ${escaped(comparison.reasons['pairs'] ?? 'no pair has a value')}`] : []),
    '',
  ])
}

function trialLines(document: ResultDocument): string[] {
  const notes = new Footnotes()
  const rows = trialRows(document)
  const cells = rows.map((row) => [...row.cells.map((cell) => cellText(cell, notes)), row.reasons.map(escaped).join('; ')])
  return [...table([...trialColumns, 'Reasons'], cells), '', ...bullets([...notes.lines(), ...steadyLines(document)])]
}

function recoverySection(document: ResultDocument): string[] {
  const rows = recoveryRows(document)
  const gaps = [...silentReaderLines(document), ...recoveryGaps(document)]
  if (rows.length + gaps.length === 0) return []
  return section('Recovery', [
    escaped(recoveryNote),
    '',
    ...table(
      recoveryColumns,
      rows.map((cells) => cells.map(escaped)),
    ),
    '',
    ...bullets(gaps),
  ])
}

function calibrationLines(document: ResultDocument): string[] {
  const rows = calibrationRows(document).map(({ cells }) => cells.map(escaped))
  return [
    ...(rows.length === 0 ? [] : [...table(calibrationColumns, rows), '']),
    ...bullets([...calibrationNotes(document), ...findingsNotPassed(document)]),
  ]
}

function chartLines(document: ResultDocument, chartsSkipped: string | null): string[] {
  if (chartsSkipped !== null) return [`${escaped(chartsSkipped)}. report.html draws its own.`]
  return figuresOf(document).flatMap((figure) => [`![${escaped(figure.title)}](charts/${figure.id}.png)`, ''])
}

/**
 * The whole report as markdown, with the charts beside it by relative path.
 *
 * @param chartsSkipped why no chart was drawn; null when charts/ holds them
 */
export function markdownReport(document: ResultDocument, chartsSkipped: string | null = null): string {
  const interrupted = interruptedLine(document)
  const lines = [
    `# ${escaped(titleOf(document))}`,
    '',
    escaped(questionOf(document)),
    '',
    escaped(workloadLine(document)),
    '',
    escaped(machineLine(document)),
    '',
    calibrationTone(document) === 'bad' ? `**${escaped(calibrationLine(document))}**` : escaped(calibrationLine(document)),
    '',
    ...(interrupted === null ? [] : [`**${escaped(interrupted)}**`, '']),
    ...section('Who leads', bullets(tiers(document).map(({ sentence }) => sentence))),
    ...section('Trade-off', tradeOffLines(document)),
    ...section('Charts', chartLines(document, chartsSkipped)),
    ...recoverySection(document),
    ...section('Limits exceeded', bullets(breachLines(document))),
    ...section('Warnings', bullets(warningLines(document))),
    ...section('Verdicts', contendersOf(document).length < 2 ? ['One contender: nothing to compare.'] : verdictLines(document)),
    ...section('Trials', trialLines(document)),
    ...section('Calibration', calibrationLines(document)),
    ...section('Not measured', bullets([...new Set([...summaryGaps(document), ...fieldGaps(document)])])),
    ...section(
      'Scenario',
      table(
        ['Setting', 'Value', 'Source'],
        scenarioRows(document).map((row) => [row.path, row.value, row.source].map(escaped)),
      ),
    ),
    ...section('Order', [escaped(planLine(document)), '', ...bullets(orderLines(document)), '', escaped(controlLine(document))]),
    ...section(
      'Environment',
      table(
        ['Name', 'Value'],
        environmentRows(document).map((row) => row.map(escaped)),
      ),
    ),
    ...section('How to read this', bullets(howToRead)),
    ...section('How to do it again', [...redoCommands(document).map((command) => `    ${command}`), '', escaped(provenanceLine(document))]),
  ]
  return `${lines
    .join('\n')
    .replace(/\n{3,}/gu, '\n\n')
    .trimEnd()}\n`
}

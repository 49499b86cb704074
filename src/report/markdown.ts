import { metrics } from '../core/metric.ts'
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
  machineLine,
  orderLines,
  planLine,
  provenanceLine,
  questionOf,
  scenarioRows,
  titleOf,
  warningLines,
} from './facts.ts'
import { Footnotes } from './metric-view.ts'
import { fieldGaps, summaryGaps } from './gaps.ts'
import { howToRead, redoCommands } from './guidance.ts'
import { bullets, cellText, escaped, pictures, section, table, textOf } from './markdown-text.ts'
import { oneLine } from './name-text.ts'
import { recoveryColumns, recoveryNoteOf, recoveryNotes, recoveryRows } from './recovery.ts'
import { steadyLines } from './steady-text.ts'
import { tradeOff } from './trade-off.ts'
import { trialColumns, trialRows } from './trial-table.ts'
import { besideText, mattersText, tierOf, tiers, verdictSentence } from './verdicts.ts'
import { workloadLine } from './headline.ts'

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
    `### ${escaped(metrics[comparison.metric].label)}`,
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
  const notes = recoveryNotes(document)
  if (rows.length + notes.length === 0) return []
  return section('Recovery', [
    escaped(recoveryNoteOf(document)),
    '',
    ...table(
      recoveryColumns,
      rows.map((cells) => cells.map(escaped)),
    ),
    '',
    ...bullets(notes),
  ])
}

function calibrationLines(document: ResultDocument): string[] {
  const rows = calibrationRows(document).map(({ cells }) => cells.map(escaped))
  return [
    ...(rows.length === 0 ? [] : [...table(calibrationColumns, rows), '']),
    ...bullets([...calibrationNotes(document), ...findingsNotPassed(document)]),
  ]
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
    ...section('Charts', pictures(figuresOf(document), chartsSkipped)),
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
  return textOf(lines)
}

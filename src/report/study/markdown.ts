import type { StudyDocument } from '../../core/study-result.ts'
import { environmentRows, machineLine, provenanceLine, questionOf, scenarioRows, titleOf, warningLines } from '../facts.ts'
import { Footnotes } from '../metric-view.ts'
import { bullets, cellText, escaped, pictures, section, table, textOf } from '../markdown-text.ts'
import { breakEvenGroups, breakEvenNote } from './break-even-text.ts'
import {
  missingLine,
  partsLine,
  pointRows,
  pointColumns,
  refusedLines,
  settingLines,
  studyBreachLines,
  studyLine,
  validityLines,
} from './facts.ts'
import { studyFigures } from './figures.ts'
import { howToReadStudy, redoCommands } from '../guidance.ts'
import { limitLines } from './load-table.ts'
import { answerSentence, limitsText, stepCells, stepColumns } from './search-text.ts'
import { metricGaps, studyTables, tablesNote } from './study-table.ts'

/**
 * The report of a study as markdown, with the charts beside it by relative path.
 *
 * @param chartsSkipped why no chart was drawn; null when charts/ holds them
 */
export function studyMarkdown(document: StudyDocument, chartsSkipped: string | null = null): string {
  const missing = missingLine(document)
  return textOf([
    `# ${escaped(titleOf(document))}`,
    '',
    escaped(questionOf(document)),
    '',
    escaped(studyLine(document)),
    '',
    ...bullets(settingLines(document)),
    '',
    ...(Object.keys(document.environment).length === 0 ? [] : [escaped(machineLine(document)), '']),
    ...(missing === null ? [] : [`**${escaped(missing)}**`, '']),
    ...(document.kind === 'search' ? section('Found', searchLines(document)) : section('Break-even points', breakEvenLines(document))),
    ...section('Charts', pictures(studyFigures(document), chartsSkipped)),
    ...(document.kind === 'search' ? [] : section('Along the axis', tableLines(document))),
    ...section('At the limit', bullets(limitLines(document))),
    ...section('Limits exceeded', document.kind === 'search' ? [] : bullets(studyBreachLines(document))),
    ...section('Did not fit this machine', bullets(refusedLines(document))),
    ...section('Warnings', bullets(warningLines(document))),
    ...section('Validity', bullets(validityLines(document))),
    ...section(
      'Points',
      table(
        pointColumns(document).map(escaped),
        pointRows(document).map((row) => row.map(escaped)),
      ),
    ),
    ...section('Not measured', bullets(metricGaps(document))),
    ...section(
      'Scenario',
      table(
        ['Setting', 'Value', 'Source'],
        scenarioRows(document).map((row) => [row.path, row.value, row.source].map(escaped)),
      ),
    ),
    ...section(
      'Environment',
      table(
        ['Name', 'Value'],
        environmentRows(document).map((row) => row.map(escaped)),
      ),
    ),
    ...section('How to read this', bullets(howToReadStudy)),
    ...section('How to do it again', [
      ...redoCommands(document).map((command) => `    ${command}`),
      '',
      escaped(provenanceLine({ harness: document.harness, trials: [] })),
      '',
      escaped(partsLine(document)),
    ]),
  ])
}

function breakEvenLines(document: StudyDocument): string[] {
  return [
    escaped(breakEvenNote(document)),
    '',
    ...breakEvenGroups(document).flatMap(({ label, sentences }) => [`### ${escaped(label)}`, '', ...bullets(sentences), '']),
  ]
}

function searchLines(document: StudyDocument): string[] {
  return [
    ...document.search.flatMap((answer) => [
      `**${escaped(answerSentence(document, answer))}**`,
      '',
      ...(answer.steps.length === 0
        ? []
        : table(
            [...stepColumns],
            answer.steps.map((step) => stepCells(document, step).map((cell) => (cell === '' ? '' : escaped(cell)))),
          )),
      '',
    ]),
    escaped(limitsText(document)),
  ]
}

function tableLines(document: StudyDocument): string[] {
  const notes = new Footnotes()
  const tables = studyTables(document).flatMap(({ title, axes, contenders, rows }) => [
    `### ${escaped(title)}`,
    '',
    ...table(
      [...axes, ...contenders].map(escaped),
      rows.map(({ place, cells }) => [...place.map(escaped), ...cells.map((cell) => cellText(cell, notes))]),
    ),
    '',
  ])
  return [tablesNote, '', ...tables, ...bullets(notes.lines())]
}

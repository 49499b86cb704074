import { studyAnswerFor } from '../../answer/study-answer.ts'
import { studyAnswerTableOf } from '../../answer/study-table.ts'
import type { StudyDocument } from '../../core/study-result.ts'
import { alert, fold, list, notes, section, table, texts, type Block, type Report } from '../blocks.ts'
import { calculatorPart, type StoredProfile } from '../calculator/html.ts'
import { valuesOfScenario } from '../calculator/settings.ts'
import { chartBlocks } from '../chart-blocks.ts'
import { environmentRows, machineInShort, machineLine, provenanceLine, questionOf, scenarioRows, titleOf, warningLines } from '../facts.ts'
import { howToReadStudy, redoCommands } from '../guidance.ts'
import { withoutModel } from '../missing-transports.ts'
import { breakEvenGroups, breakEvenNote } from './break-even-text.ts'
import {
  missingLine,
  partsLine,
  pointColumns,
  pointRows,
  refusedLines,
  settingLines,
  studyBreachLines,
  studyLine,
  validityLines,
} from './facts.ts'
import { studyFigures } from './figures.ts'
import { limitLines } from './load-table.ts'
import { answerSentence, limitsText, stepCells, stepColumns } from './search-text.ts'
import { metricGaps, studyTables, tablesNote } from './study-table.ts'

/** The whole report of a study, as page and markdown show it. */
export function studyReport(document: StudyDocument, stored: StoredProfile | null = null): Report {
  const isSearch = document.kind === 'search'
  return {
    ...headOf(document),
    blocks: [
      ...leadingBlocks(document),
      { kind: 'contents' },
      ...chartBlocks(studyFigures(document)),
      { kind: 'calculator', part: calculatorPart(stored, valuesOfScenario(document.scenario), withoutModel()) },
      ...(isSearch
        ? fold('Every step of the search', stepBlocks(document), 'steps')
        : [
            ...fold('All figures along the axis', tableBlocks(document), 'all-figures'),
            ...fold('Break-even points', breakEvenBlocks(document), 'break-even'),
          ]),
      ...fold('Points and validity', pointBlocks(document), 'points'),
      ...fold('Environment and settings', backgroundBlocks(document), 'environment'),
      ...fold('How to read this', list(howToReadStudy), 'reading'),
    ],
  }
}

/** What of a study fits into a comment on a pull request. */
export function studyComment(document: StudyDocument): Report {
  return {
    ...headOf(document),
    blocks: [
      ...leadingBlocks(document),
      ...fold('Break-even points', breakEvenBlocks(document)),
      ...fold('Validity', list(validityLines(document))),
      ...fold('Machine and command', [
        ...texts(...machineTexts(document), provenanceLine({ harness: document.harness, trials: [] })),
        { kind: 'code', text: redoCommands(document)[0]! },
      ]),
      ...fold('All figures along the axis', tableBlocks(document)),
    ],
  }
}

function headOf(document: StudyDocument): Pick<Report, 'title' | 'question' | 'workload'> {
  const machine = isMachineKnown(document) ? ` · ${machineInShort(document)}` : ''
  return { title: titleOf(document), question: questionOf(document), workload: [`${studyLine(document)}${machine}`] }
}

/** What is read in ten seconds: what must not be missed, the answer and its table. */
function leadingBlocks(document: StudyDocument): Block[] {
  const missing = missingLine(document)
  const answerTable = studyAnswerTableOf(document)
  const breaches = document.kind === 'search' ? [] : studyBreachLines(document)
  return [
    ...(missing === null ? [] : alert('warning', 'Not finished', [missing])),
    { kind: 'answer', answer: studyAnswerFor(document) },
    ...alert('bad', 'Limits exceeded', breaches, ': see “Points and validity”'),
    ...section(
      'trade-off',
      document.kind === 'search' ? 'Found' : 'Along the axis',
      answerTable.rows.length === 0 ? [] : [{ kind: 'answerTable', table: answerTable }],
    ),
  ]
}

function stepBlocks(document: StudyDocument): Block[] {
  const steps = document.search.flatMap((answer) =>
    section(
      `steps-${document.search.indexOf(answer) + 1}`,
      answerSentence(document, answer),
      table(
        stepColumns,
        answer.steps.map((step) => stepCells(document, step)),
      ),
    ),
  )
  return [...notes(limitsText(document)), ...steps]
}

function tableBlocks(document: StudyDocument): Block[] {
  const tables = studyTables(document).flatMap(({ title, axes, contenders, rows }, at) =>
    section(
      `along-${at + 1}`,
      title,
      table(
        [...axes, ...contenders],
        rows.map(({ place, cells }) => [...place, ...cells]),
      ),
    ),
  )
  return tables.length === 0 ? [] : [...notes(tablesNote), ...tables, ...fold('Not measured', list(metricGaps(document)))]
}

function breakEvenBlocks(document: StudyDocument): Block[] {
  if (document.kind === 'search') return []
  const groups = breakEvenGroups(document).flatMap(({ metric, label, sentences }) =>
    section(`break-even-${metric}`, label, list(sentences)),
  )
  return [...notes(breakEvenNote(document)), ...groups]
}

/** Every point with what its trials were, where somebody was at a limit, and what the study warned of. */
function pointBlocks(document: StudyDocument): Block[] {
  const breaches = document.kind === 'search' ? [] : studyBreachLines(document)
  return [
    ...alert('bad', 'Limits exceeded', breaches, '', Number.POSITIVE_INFINITY),
    ...alert('warning', 'Warnings', warningLines(document), '', Number.POSITIVE_INFINITY),
    ...alert('warning', 'Did not fit this machine', refusedLines(document), '', Number.POSITIVE_INFINITY),
    ...section('at-limit', 'At the limit', list(limitLines(document))),
    ...list(validityLines(document)),
    ...table(pointColumns(document), pointRows(document)),
  ]
}

/** What was set, on which machine, and how to do it again. */
function backgroundBlocks(document: StudyDocument): Block[] {
  return [
    ...texts(...machineTexts(document), provenanceLine({ harness: document.harness, trials: [] }), partsLine(document)),
    ...list(settingLines(document)),
    ...redoCommands(document).map((text): Block => ({ kind: 'code', text })),
    ...fold('What is known of the machine', table(['Name', 'Value'], environmentRows(document))),
    ...fold(
      'Every setting with its source',
      table(
        ['Setting', 'Value', 'Source'],
        scenarioRows(document).map(({ path, value, source }) => [path, value, source]),
      ),
    ),
  ]
}

function isMachineKnown({ environment }: StudyDocument): boolean {
  return Object.keys(environment).length > 0
}

function machineTexts(document: StudyDocument): string[] {
  return isMachineKnown(document) ? [machineLine(document)] : []
}

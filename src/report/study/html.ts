import type { StudyDocument } from '../../core/study-result.ts'
import { calculatorPart, type StoredProfile } from '../calculator/html.ts'
import { valuesOfScenario } from '../calculator/settings.ts'
import { environmentRows, machineLine, provenanceLine, questionOf, scenarioRows, titleOf, warningLines } from '../facts.ts'
import { figureSection } from '../html-figures.ts'
import { htmlPage } from '../html-page.ts'
import { contents, folded, html, list, row, section, table } from '../html-text.ts'
import { Footnotes, type Cell } from '../metric-view.ts'
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
import { howToReadStudy, redoCommands } from '../guidance.ts'
import { limitLines } from './load-table.ts'
import { answerSentence, limitsText, stepCells, stepColumns } from './search-text.ts'
import { metricGaps, studyTables, tablesNote } from './study-table.ts'
import { withoutModel } from '../missing-transports.ts'

const parts = [
  ['break-even', 'Break-even points'],
  ['found', 'Found'],
  ['charts', 'Charts'],
  ['along', 'Along the axis'],
  ['calculator', 'Calculator'],
  ['validity', 'Validity'],
  ['points', 'Points'],
  ['reading', 'How to read this'],
  ['background', 'Background'],
] as const

/** The report of a study as one page. */
export function studyHtml(document: StudyDocument, stored: StoredProfile | null = null): Promise<string> {
  const isSearch = document.kind === 'search'
  const missing = missingLine(document)
  const figures = studyFigures(document)
  const calculator = calculatorPart(stored, valuesOfScenario(document.scenario), withoutModel())
  const settings = settingLines(document)
  const lists: [title: string, id: string, texts: readonly string[]][] = [
    ['At the limit', 'at-limit', limitLines(document)],
    ['Limits exceeded', 'limits', isSearch ? [] : studyBreachLines(document)],
    ['Did not fit this machine', 'refused', refusedLines(document)],
    ['Warnings', 'warnings', warningLines(document)],
    ['Validity', 'validity', validityLines(document)],
    ['Not measured', 'gaps', metricGaps(document)],
  ]
  const head = [
    `<h1>${html(titleOf(document))}</h1>`,
    `<p class="question">${html(questionOf(document))}</p>`,
    `<p class="workload">${html(studyLine(document))}${Object.keys(document.environment).length === 0 ? '' : `<br>${html(machineLine(document))}`}</p>`,
  ].join('\n')
  const sections = [
    settings.length === 0 ? '' : list(settings),
    missing === null ? '' : `<div class="alert bad"><p>${html(missing)}</p></div>`,
    isSearch ? searchSection(document) : breakEvenSection(document),
    figureSection(figures),
    isSearch ? '' : tableSection(document),
    calculator.section,
    ...lists.map(([title, id, texts]) => (texts.length === 0 ? '' : section(title, list(texts), id))),
    section(
      'Points',
      table(
        pointColumns(document).map(html),
        pointRows(document).map((cells) => row(cells.map(html))),
      ),
      'points',
    ),
    section('How to read this', list(howToReadStudy), 'reading'),
    section(
      'Background',
      folded(
        'Scenario',
        table(
          ['Setting', 'Value', 'Source'],
          scenarioRows(document).map(({ path, value, source }) => row([path, value, source].map(html))),
          'facts',
        ),
      ) +
        folded(
          'Environment',
          table(
            ['Name', 'Value'],
            environmentRows(document).map((cells) => row(cells.map(html))),
            'facts',
          ),
        ),
      'background',
    ),
    section(
      'How to do it again',
      `<pre>${redoCommands(document).map(html).join('\n')}</pre><p>${html(provenanceLine({ harness: document.harness, trials: [] }))}</p><p>${html(partsLine(document))}</p>`,
      'again',
    ),
  ]
  const body = sections.filter((part) => part !== '').join('\n')
  return htmlPage({
    ...calculator,
    title: titleOf(document),
    figures: [...figures, ...calculator.figures],
    body: `${head}\n${contents(parts, body)}\n${body}`,
  })
}

function breakEvenSection(document: StudyDocument): string {
  const groups = breakEvenGroups(document).map(({ label, sentences }) => `<h3>${html(label)}</h3>${list(sentences)}`)
  return section('Break-even points', `<p>${html(breakEvenNote(document))}</p>${groups.join('')}`, 'break-even')
}

function searchSection(document: StudyDocument): string {
  const answers = document.search.map((answer) => {
    const steps = answer.steps.map((step) => row(stepCells(document, step).map((cell) => (cell === '' ? '' : html(cell)))))
    return `<h3>${html(answerSentence(document, answer))}</h3>${steps.length === 0 ? '' : table(stepColumns.map(html), steps)}`
  })
  return section('Found', `${answers.join('')}<p class="notes">${html(limitsText(document))}</p>`, 'found')
}

function tableSection(document: StudyDocument): string {
  const notes = new Footnotes()
  const tables = studyTables(document).map(({ title, axes, contenders, rows }) => {
    const lines = rows.map(({ place, cells }) => row([...place.map(html), ...cells.map((cell) => cellHtml(cell, notes))]))
    return `<h3>${html(title)}</h3>${table([...axes, ...contenders].map(html), lines)}`
  })
  const remarks = notes.lines().map((line) => `<p class="notes">${html(line)}</p>`)
  return section('Along the axis', `<p>${tablesNote}</p>${tables.join('')}${remarks.join('')}`, 'along')
}

function cellHtml(cell: Cell, notes: Footnotes): string {
  const mark = notes.markOf(cell)
  const interval = cell.interval === null ? '' : `<span class="interval">${html(cell.interval)}</span>`
  return `<span class="${cell.state}">${html(cell.text)}</span>${mark === '' ? '' : `<span class="mark">${html(mark)}</span>`}${interval}`
}

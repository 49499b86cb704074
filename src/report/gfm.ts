import { metrics } from '../core/metric.ts'
import type { ResultDocument } from '../core/result.ts'
import type { StudyDocument } from '../core/study-result.ts'
import { calibrationLine } from './calibration.ts'
import { validityText, contendersOf } from './contenders.ts'
import { breachLines, interruptedLine, machineLine, provenanceLine, questionOf, titleOf, warningLines } from './facts.ts'
import { Footnotes } from './metric-view.ts'
import { bullets, cellText, escaped, folded, table, textOf } from './markdown-text.ts'
import { oneLine } from './name-text.ts'
import { breakEvenGroups } from './study/break-even-text.ts'
import { studyLine, validityLines } from './study/facts.ts'
import { answerSentence } from './study/search-text.ts'
import { studyTables } from './study/study-table.ts'
import { lostLabel, tradeOff } from './trade-off.ts'
import { trialRows } from './trial-table.ts'
import { tiers, verdictSentence } from './verdicts.ts'
import { workloadLine } from './headline.ts'
import { redoCommands } from './guidance.ts'

/** Longest comment that GitHub takes, in characters. */
const mostCharacters = 65_536

/**
 * A run as a comment on a pull request in GitHub's Markdown: head line, table, who leads, validity, and the rest folded. Where
 * that is longer than a comment may be, the verdicts on every pair are left out, and it says so.
 */
export function gfmReport(document: ResultDocument): string {
  const whole = gfmText(
    document,
    document.comparison.metrics.flatMap(({ metric, pairs }) => bullets(pairs.map((pair) => verdictSentence(metric, pair)))),
  )
  return whole.length <= mostCharacters ? whole : gfmText(document, ['Too many for a comment: report.md and report.html hold them.'])
}

function gfmText(document: ResultDocument, verdicts: readonly string[]): string {
  const interrupted = interruptedLine(document)
  const { contenders, rows } = tradeOff(document)
  const notes = new Footnotes()
  const shown = rows.filter(({ label, metric }) => (metric === undefined ? label === lostLabel : metrics[metric].isInComment))
  const lines = table(
    ['', ...contenders.map(({ label }) => escaped(label))],
    shown.map(({ label, cells }) => [escaped(label), ...cells.map((cell) => cellText(cell, notes))]),
  )
  const breaches = breachLines(document)
  const warnings = warningLines(document)
  const invalid = trialRows(document).filter(({ status }) => status !== 'valid')
  return textOf([
    `### ${escaped(titleOf(document))}: ${escaped(questionOf(document))}`,
    '',
    escaped(workloadLine(document)),
    '',
    ...(interrupted === null ? [] : ['> [!WARNING]', `> ${escaped(interrupted)}`, '']),
    ...(breaches.length === 0 ? [] : ['> [!CAUTION]', '> Limits exceeded:', ...breaches.map((line) => `> - ${escaped(line)}`), '']),
    ...lines,
    '',
    ...bullets(tiers(document).map(({ sentence }) => sentence)),
    '',
    `**Validity:** ${contendersOf(document)
      .map(({ label, row }) => escaped(`${oneLine(label)}: ${validityText(row)}`))
      .join('; ')}.`,
    '',
    ...folded(
      'Trials that are not valid',
      invalid.flatMap(({ cells, reasons }) =>
        bullets([`block ${cells[0]!.text}, ${cells[2]!.text}, ${cells[3]!.text}: ${reasons.join('; ')}`]),
      ),
    ),
    ...folded('Every verdict with its interval', verdicts),
    ...folded('Notes and warnings', bullets([...notes.lines(), ...warnings])),
    ...folded(
      'Machine, calibration, command',
      background(document, machineLine(document), provenanceLine(document), calibrationLine(document)),
    ),
  ])
}

/** A study as a comment on a pull request, in the same form. */
export function studyGfm(document: StudyDocument): string {
  const answers = document.search.map((answer) => answerSentence(document, answer))
  const groups = breakEvenGroups(document)
  return textOf([
    `### ${escaped(titleOf(document))}: ${escaped(questionOf(document))}`,
    '',
    escaped(studyLine(document)),
    '',
    ...bullets(answers),
    ...groups.flatMap(({ label, sentences }) => [`**${escaped(label)}**`, '', ...bullets(sentences), '']),
    ...folded('Validity', bullets(validityLines(document))),
    ...studyTables(document).flatMap(({ title, axes, contenders, rows }) => {
      const notes = new Footnotes()
      const cells = rows.map((row) => [...row.place.map(escaped), ...row.cells.map((cell) => cellText(cell, notes))])
      return folded(title, [...table([...axes, ...contenders].map(escaped), cells), '', ...bullets(notes.lines())])
    }),
    ...folded(
      'Machine and command',
      background(document, machineLine(document), provenanceLine({ harness: document.harness, trials: [] })),
    ),
  ])
}

function background(document: Parameters<typeof redoCommands>[0], ...texts: string[]): string[] {
  return [...bullets(texts), '', '```', redoCommands(document)[0]!, '```']
}

import { metrics } from '../core/metric.ts'
import type { ResultDocument } from '../core/result.ts'
import type { StudyDocument } from '../core/study-result.ts'
import { calibrationLine } from './calibration.ts'
import { validityText, contendersOf } from './contenders.ts'
import { breachLines, interruptedLine, machineLine, provenanceLine, questionOf, titleOf, warningLines } from './facts.ts'
import { commentText, fixed, listed, missing, type CommentPart } from './comment.ts'
import { Footnotes } from './metric-view.ts'
import { bullets, cellText, escaped, folded, table } from './markdown-text.ts'
import { oneLine } from './name-text.ts'
import { breakEvenGroups } from './study/break-even-text.ts'
import { studyLine, validityLines } from './study/facts.ts'
import { answerSentence } from './study/search-text.ts'
import type { StudyTable } from './study/load-table.ts'
import { studyTables } from './study/study-table.ts'
import { lostLabel, tradeOff } from './trade-off.ts'
import { trialRows } from './trial-table.ts'
import { tiers, verdictSentence } from './verdicts.ts'
import { workloadLine } from './headline.ts'
import { redoCommands } from './guidance.ts'

/** Which lists of a comment give way first where it is too long. */
const ranks = { verdicts: 0, notes: 1, trials: 2, validity: 2, breaches: 3, leaders: 4, table: 5 }

/**
 * A run as a comment on a pull request in GitHub's Markdown: head line, table, who leads, validity, and the rest folded. It is
 * never longer than a comment may be; what it leaves out, it says.
 */
export function gfmReport(document: ResultDocument): string {
  const interrupted = interruptedLine(document)
  const { contenders, rows } = tradeOff(document)
  const notes = new Footnotes()
  const shown = rows.filter(({ label, metric }) => (metric === undefined ? label === lostLabel : metrics[metric].isInComment))
  const [heads, ruler, ...cells] = table(
    ['', ...contenders.map(({ label }) => escaped(label))],
    shown.map(({ label, cells: values }) => [escaped(label), ...values.map((cell) => cellText(cell, notes))]),
  )
  const breaches = breachLines(document)
  const invalid = trialRows(document).filter(({ status }) => status !== 'valid')
  const validity = contendersOf(document).map(({ label, row }) => escaped(`${oneLine(label)}: ${validityText(row)}`))
  const verdicts = document.comparison.metrics.flatMap(({ metric, pairs }) => pairs.map((pair) => verdictSentence(metric, pair)))
  return commentText([
    ...head(document, workloadLine(document)),
    fixed(...(interrupted === null ? [] : ['> [!WARNING]', `> ${escaped(interrupted)}`, ''])),
    ...(breaches.length === 0
      ? []
      : [
          fixed('> [!CAUTION]', '> Limits exceeded:'),
          listed(
            ranks.breaches,
            breaches.map((line) => `> - ${escaped(line)}`),
            { mark: '> - ' },
          ),
        ]),
    fixed(''),
    listed(ranks.table, cells, { wrap: (lines) => [heads!, ruler!, ...lines, ''], mark: '\n' }),
    listed(ranks.leaders, bullets(tiers(document).map(({ sentence }) => sentence))),
    fixed('', `**Validity:** ${validity.join('; ')}.`, ''),
    listed(
      ranks.trials,
      bullets(
        invalid.map(
          ({ cells: values, reasons }) => `block ${values[0]!.text}, ${values[2]!.text}, ${values[3]!.text}: ${reasons.join('; ')}`,
        ),
      ),
      { wrap: (lines) => folded('Trials that are not valid', lines) },
    ),
    listed(ranks.verdicts, bullets(verdicts), { wrap: (lines) => folded('Every verdict with its interval', lines) }),
    listed(ranks.notes, bullets([...notes.lines(), ...warningLines(document)]), { wrap: (lines) => folded('Notes and warnings', lines) }),
    fixed(
      ...folded(
        'Machine, calibration, command',
        background(document, machineLine(document), provenanceLine(document), calibrationLine(document)),
      ),
    ),
  ])
}

/** A study as a comment on a pull request, in the same form. Its last tables are the first to give way. */
export function studyGfm(document: StudyDocument): string {
  const answers = document.search.map((answer) => answerSentence(document, answer))
  return commentText([
    ...head(document, studyLine(document)),
    listed(ranks.leaders, bullets(answers)),
    ...breakEvenGroups(document).flatMap(({ label, sentences }) => [
      listed(ranks.leaders, bullets(sentences), { wrap: (lines) => [`**${escaped(label)}**`, '', ...lines, ''] }),
    ]),
    listed(ranks.validity, bullets(validityLines(document)), { wrap: (lines) => folded('Validity', lines) }),
    ...studyTables(document).map(tablePart),
    fixed(
      ...folded(
        'Machine and command',
        background(document, machineLine(document), provenanceLine({ harness: document.harness, trials: [] })),
      ),
    ),
  ])
}

function head(document: Parameters<typeof titleOf>[0], line: string): CommentPart[] {
  return [fixed(`### ${escaped(titleOf(document))}: ${escaped(questionOf(document))}`, '', escaped(line), '')]
}

/** Footnotes are those of the rows that are kept. */
function tablePart({ title, axes, contenders, rows }: StudyTable, at: number): CommentPart {
  return {
    rank: -at,
    count: rows.length,
    lines: (kept) => {
      const notes = new Footnotes()
      const cells = rows.slice(0, kept).map((row) => [...row.place.map(escaped), ...row.cells.map((cell) => cellText(cell, notes))])
      const shown = kept === 0 ? [] : table([...axes, ...contenders].map(escaped), cells)
      return folded(title, [...shown, '', ...bullets(notes.lines()), ...missing(rows.length - kept, '- ')])
    },
  }
}

function background(document: Parameters<typeof redoCommands>[0], ...texts: string[]): string[] {
  const command = redoCommands(document)[0]!
  const longest = Math.max(2, ...[...command.matchAll(/`+/gu)].map(([ticks]) => ticks.length))
  const fence = '`'.repeat(longest + 1)
  return [...bullets(texts), '', fence, command, fence]
}

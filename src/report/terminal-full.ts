import pc from 'picocolors'
import type { Colors } from 'picocolors/types.js'
import type { ResultDocument } from '../core/result.ts'
import { calibrationLine, calibrationTone } from './calibration.ts'
import { contendersOf, evidenceText } from './contenders.ts'
import { breachLines, controlLine, interruptedLine, machineLine, questionOf, titleOf, warningLines } from './facts.ts'
import { formatExact, formatPlural } from '../text/format.ts'
import { summaryGaps } from './gaps.ts'
import { oneLine } from '../text/one-line.ts'
import { recoveryLines, recoveryNotes } from './recovery.ts'
import type { TerminalOptions } from './short-report.ts'
import { steadyLines } from './steady-text.ts'
import { section, tradeOffLines } from './terminal-table.ts'
import { bullet, wrap } from './text-layout.ts'
import { tradeOff } from './trade-off.ts'
import { trialRows } from './trial-table.ts'
import { behindSentences, openSentences, tierOf, shownComparisons } from './verdicts.ts'
import { workloadLine } from './headline.ts'

/** Of many contenders, more pairs than this would hide the rest of the report. */
const sentencesPerMetric = 8

function verdictLines(document: ResultDocument, columns: number, colours: Colors): string[] {
  return shownComparisons(document).flatMap((comparison) => {
    const tier = tierOf(document, comparison)
    const sentences = [...behindSentences(comparison, tier), ...openSentences(comparison, tier)]
    const rest = sentences.length - sentencesPerMetric
    const shown = rest > 1 ? [...sentences.slice(0, sentencesPerMetric), `and ${formatPlural(rest, 'more pair')} in report.md`] : sentences
    return [...wrap(tier.sentence, columns).map(colours.bold), ...shown.flatMap((sentence) => bullet(sentence, columns)), '']
  })
}

function validityLines(document: ResultDocument, columns: number, colours: Colors): string[] {
  const paint = { valid: colours.green, tainted: colours.yellow, unknown: colours.yellow, invalid: colours.red, failed: colours.red }
  const perContender = contendersOf(document).flatMap(({ label, row }) => bullet(`${oneLine(label)}: ${evidenceText(row)}`, columns))
  const noted = new Map<string, { status: keyof typeof paint; trials: string[] }>()
  for (const { cells, status, reasons } of trialRows(document)) {
    if (status === 'valid') continue
    const text = `${status}: ${reasons.join('; ') || 'no reason was recorded'}`
    const group = noted.get(text) ?? { status, trials: [] }
    group.trials.push(`${cells[2]!.text} in block ${cells[0]!.text}`)
    noted.set(text, group)
  }
  const notes = [...noted].flatMap(([text, { status, trials }]) => bullet(`${trials.join(', ')}: ${text}`, columns).map(paint[status]))
  return [...perContender, ...notes, ...steadyLines(document).flatMap((text) => bullet(text, columns))]
}

/**
 * All of a run as text for a terminal, for `--full`: question, trade-off table, verdicts with their intervals, validity, limits
 * exceeded, warnings, and what was not measured and why. No line is wider than `columns`.
 */
export function fullTerminalReport(document: ResultDocument, options: TerminalOptions): string {
  const columns = Math.max(20, options.columns)
  const colours = pc.createColors(options.colour)
  const bullets = (texts: string[]) => texts.flatMap((text) => bullet(text, columns))
  const table = tradeOff(document)
  const interrupted = interruptedLine(document)
  const pairs = document.comparison.metrics.reduce((sum, comparison) => sum + comparison.pairs.length, 0)
  const lines = [
    ...wrap(titleOf(document), columns).map(colours.bold),
    ...wrap(questionOf(document), columns),
    ...wrap(workloadLine(document), columns).map(colours.dim),
    ...wrap(machineLine(document), columns).map(colours.dim),
    ...wrap(calibrationLine(document), columns).map(
      { good: colours.green, bad: colours.red, unknown: colours.dim }[calibrationTone(document)],
    ),
    ...(interrupted === null ? [] : wrap(interrupted, columns).map(colours.yellow)),
    '',
    ...section('Trade-off', [...wrap(table.note, columns), '', ...tradeOffLines(table, columns, colours)], colours),
    ...section('Verdicts', pairs === 0 ? ['Nothing was compared.'] : verdictLines(document, columns, colours).slice(0, -1), colours),
    ...section('Recovery', bullets([...recoveryLines(document), ...recoveryNotes(document)]), colours),
    ...section('Validity', validityLines(document, columns, colours), colours),
    ...section('Limits exceeded', bullets(breachLines(document)).map(colours.red), colours),
    ...section('Warnings', bullets(warningLines(document)).map(colours.yellow), colours),
    ...section('Not measured', bullets(summaryGaps(document)), colours),
    ...wrap(controlLine(document), columns).map(colours.dim),
    ...wrap(`Every pair (${formatExact(pairs)}), every trial and every setting: report.md and report.html beside the result.`, columns).map(
      colours.dim,
    ),
  ]
  return `${lines.map((line) => line.trimEnd()).join('\n')}\n`
}

import { answerFor } from '../answer/answer.ts'
import type { AnswerTable } from '../answer/answer-table.ts'
import { answerTableOf } from '../answer/table.ts'
import { metrics } from '../core/metric.ts'
import type { ResultDocument } from '../core/result.ts'
import { alert, fold, list, notes, section, table, texts, type Block, type BlockRow, type Hints, type Report } from './blocks.ts'
import { calibrationColumns, calibrationNotes, calibrationRows, expectedText, findingsNotPassed, measuredText } from './calibration.ts'
import { calculatorPart, type StoredProfile } from './calculator/html.ts'
import { valuesOfScenario } from './calculator/settings.ts'
import type { Figure } from './charts/figure.ts'
import { figuresOf } from './charts/figures.ts'
import { chartBlocks } from './chart-blocks.ts'
import { chartAliases } from './contenders.ts'
import {
  breachLines,
  controlLine,
  environmentRows,
  interruptedLine,
  machineInShort,
  machineLine,
  orderLines,
  planLine,
  provenanceLine,
  questionOf,
  scenarioRows,
  titleOf,
  warningLines,
} from './facts.ts'
import { fieldGaps, summaryGaps } from './gaps.ts'
import { howToRead, redoCommands } from './guidance.ts'
import { workloadLine } from './headline.ts'
import { metricText } from './metric-view.ts'
import { withoutModel } from './missing-transports.ts'
import { oneLine } from '../text/one-line.ts'
import { recoveryColumns, recoveryNoteOf, recoveryNotes, recoveryRows } from './recovery.ts'
import { steadyLines } from './steady-text.ts'
import { tradeOff } from './trade-off.ts'
import { trialColumns, trialRows } from './trial-table.ts'
import { mattersText, tierOf, verdictSentence } from './verdicts.ts'

/** The whole report of a run, as page and markdown show it. */
export function runReport(document: ResultDocument, stored: StoredProfile | null = null): Report {
  const calculator = calculatorPart(stored, valuesOfScenario(document.scenario, document.plan), withoutModel())
  const figures = figuresOf(document)
  return {
    ...headOf(document),
    blocks: [
      ...leadingBlocks(document),
      { kind: 'contents' },
      ...chartBlocks(chartsInOrder(figures)),
      { kind: 'calculator', part: calculator },
      ...fold('All figures with intervals', figureBlocks(document, figures.filter(isOfTable)), 'all-figures'),
      ...fold('Recovery from faults', recoveryBlocks(document), 'recovery'),
      ...fold('Verdicts on every pair', verdictBlocks(document), 'verdicts'),
      ...fold('Trials and validity', trialBlocks(document), 'trials'),
      ...fold('Environment and settings', backgroundBlocks(document), 'environment'),
      ...fold('How to read this', list(howToRead), 'reading'),
    ],
  }
}

/** What of a run fits into a comment on a pull request. */
export function runComment(document: ResultDocument): Report {
  const { contenders, rows } = tradeOff(document)
  const figures = rows.filter(({ metric }) => metric !== undefined && metrics[metric].isInComment === true)
  const uncounted = trialRows(document)
    .filter(({ status }) => status !== 'valid')
    .map(({ cells: [block, , contender, status], reasons }) => {
      return `${contender!.text} in block ${block!.text}, ${status!.text}: ${reasons.join('; ')}`
    })
  return {
    ...headOf(document),
    blocks: [
      ...leadingBlocks(document),
      ...fold('Trials that are not valid', list(uncounted)),
      ...fold(
        'Figures with intervals',
        table(
          ['', ...contenders.map(({ label }) => oneLine(label))],
          figures.map(({ label, cells }) => [label, ...cells]),
        ),
      ),
      ...fold('Machine and command', [
        ...texts(machineLine(document), provenanceLine(document)),
        { kind: 'code', text: redoCommands(document)[0]! },
      ]),
      ...fold('Warnings', list(warningLines(document))),
    ],
  }
}

function headOf(document: ResultDocument): Pick<Report, 'title' | 'question' | 'workload'> {
  return {
    title: titleOf(document),
    question: questionOf(document),
    workload: [`${workloadLine(document)} · ${machineInShort(document)}`],
  }
}

/** What is read in ten seconds: what must not be missed, the answer, and its table. */
function leadingBlocks(document: ResultDocument): Block[] {
  const interrupted = interruptedLine(document)
  const answer = answerFor(document)
  const said = new Set(answer.ruledOut.filter(({ by }) => by === 'limit' || by === 'loss').map(({ contender }) => contender))
  return [
    ...(interrupted === null ? [] : alert('warning', 'Not finished', [interrupted])),
    { kind: 'answer', answer },
    ...alert(
      'bad',
      'Limits exceeded',
      breachLines(document, ({ contender }) => !said.has(contender)),
      ': see “Trials and validity”',
    ),
    ...section('trade-off', 'Trade-off', answerTableBlocks(document)),
  ]
}

/** The table that stands with the answer; nothing where it has no row. */
export function answerTableBlocks(document: ResultDocument): Block[] {
  const answerTable = answerTableOf(document)
  return answerTable.rows.length === 0 ? [] : [{ kind: 'answerTable', table: answerTable, hints: hintsOf(document, answerTable) }]
}

/** The median of each cell with its interval. A table has the contenders of the summary first, in their order; labels may look alike. */
function hintsOf({ summary }: ResultDocument, { heads, rows }: AnswerTable): Hints {
  return rows.map(({ metric }) =>
    heads.map((_, at) => {
      const row = summary[at]
      return metric === null || row === undefined ? null : metricText(metric, row.metrics[metric])
    }),
  )
}

/** The chart of the trade-off shows what the answer's table has as bars, with intervals: it stands with the figures. */
function isOfTable({ id }: Figure): boolean {
  return id === 'trade-off'
}

/** What a run with faults is about comes first, and what says the same as the latencies in fewer words last. */
function chartsInOrder(figures: readonly Figure[]): Figure[] {
  const rank = ({ id }: Figure): number => (id === 'recovery' ? 0 : id === 'spread' ? 2 : 1)
  return figures.filter((figure) => !isOfTable(figure)).toSorted((a, b) => rank(a) - rank(b))
}

/** Every figure of the trade-off table but those that a protocol declares, and what was not measured. */
export function figureBlocks(document: ResultDocument, figures: readonly Figure[] = []): Block[] {
  const { contenders, rows, note } = tradeOff(document)
  const aliases = chartAliases(contenders)
  const heads = contenders.map(({ label }, at) => (aliases[at] == null ? oneLine(label) : `${oneLine(label)} (in charts: ${aliases[at]})`))
  const measured = rows
    .filter(({ basis }) => basis !== 'declared')
    .map(({ group, label, cells }): BlockRow => ({ group, cells: [label, ...cells] }))
  const gaps = summaryGaps(document)
  return [
    ...notes(note),
    { kind: 'table', heads: ['', ...heads], rows: measured },
    ...fold('Not measured', list(gaps)),
    ...(figures.length === 0 ? [] : [{ kind: 'figures', figures } as const]),
  ]
}

function recoveryBlocks(document: ResultDocument): Block[] {
  const rows = recoveryRows(document)
  const remarks = recoveryNotes(document)
  if (rows.length + remarks.length === 0) return []
  return [...notes(recoveryNoteOf(document)), ...table(recoveryColumns, rows), ...list(remarks)]
}

function verdictBlocks(document: ResultDocument): Block[] {
  return document.comparison.metrics.flatMap((comparison) => {
    const { metric, pairs, reasons } = comparison
    const none = `Nothing was compared: ${oneLine(reasons['pairs'] ?? 'no pair has a value')}.`
    return fold(`${metrics[metric].label} (${pairs.length} pair${pairs.length === 1 ? '' : 's'})`, [
      ...texts(`${tierOf(document, comparison).sentence}. ${mattersText(comparison)}.`),
      ...(pairs.length === 0 ? texts(none) : list(pairs.map((pair) => verdictSentence(metric, pair)))),
    ])
  })
}

const trialTones = { valid: 'neutral', tainted: 'warning', unknown: 'warning', invalid: 'bad', failed: 'bad' } as const

/** Every trial with its validity, what the run warned of, and the self-test of the harness. */
function trialBlocks(document: ResultDocument): Block[] {
  const rows = trialRows(document).map(({ status, cells, reasons }): BlockRow => {
    return { cells: [...cells, reasons.join('; ')], tone: trialTones[status] }
  })
  return [
    ...alert('bad', 'Limits exceeded', breachLines(document), '', Number.POSITIVE_INFINITY),
    ...alert('warning', 'Warnings', warningLines(document), '', Number.POSITIVE_INFINITY),
    { kind: 'table', heads: [...trialColumns, 'Reasons'], rows },
    ...list(steadyLines(document)),
    ...fold('Self-test of the harness', calibrationBlocks(document)),
    ...fold('Order of trials', [...texts(planLine(document)), ...list(orderLines(document)), ...texts(controlLine(document))]),
    ...fold('Every field of the trials that has no value', list(fieldGaps(document))),
  ]
}

/** Every check, what did not pass, and every finding. */
function calibrationBlocks(document: ResultDocument): Block[] {
  const checks = calibrationRows(document)
  const findings = checks.flatMap(({ check }) =>
    check.findings.map((finding) => [
      `${check.id} ${oneLine(finding.what)}`,
      expectedText(finding),
      measuredText(finding),
      finding.tolerance,
      finding.verdict,
    ]),
  )
  return [
    ...list([...calibrationNotes(document), ...findingsNotPassed(document)]),
    ...table(
      calibrationColumns,
      checks.map(({ cells }) => cells),
    ),
    ...fold(`Every finding (${findings.length})`, table(['Finding', 'Expected', 'Measured', 'Tolerance', 'Verdict'], findings)),
  ]
}

/** What was set, on which machine, and how to do it again. */
function backgroundBlocks(document: ResultDocument): Block[] {
  const { contenders, rows } = tradeOff(document)
  const declared = rows.filter(({ basis }) => basis === 'declared')
  return [
    ...texts(machineLine(document), provenanceLine(document)),
    ...redoCommands(document).map((text): Block => ({ kind: 'code', text })),
    ...fold('What is known of the machine', table(['Name', 'Value'], environmentRows(document))),
    ...fold(
      'Every setting with its source',
      table(
        ['Setting', 'Value', 'Source'],
        scenarioRows(document).map(({ path, value, source }) => [path, value, source]),
      ),
    ),
    ...fold(
      'What each transport is, by its protocol',
      table(
        ['', ...contenders.map(({ label }) => oneLine(label))],
        declared.map(({ group, cells }) => [group, ...cells]),
      ),
    ),
  ]
}

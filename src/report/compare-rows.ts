import type { Colors } from 'picocolors/types.js'
import { metrics } from '../core/metric.ts'
import type { LedgerVerdict, RunComparison, RunVerdict } from '../core/run-comparison.ts'
import { mostBlocks } from '../metrics/statistics.ts'
import { dash, formatExact, formatFactor, formatInterval, formatLevel, formatNumber, formatPlural } from '../text/format.ts'
import { amountText, labelInSentence, labelWithUnit, withUnit } from './metric-view.ts'
import { oneLine } from '../text/one-line.ts'
import { plainTable, type SpanningCell } from './terminal-table.ts'
import { wrap } from './text-layout.ts'

const gap = 2
const listBelow = 78
const widths = { metric: 26, value: 9, change: 20 }

export const ledgerTexts = {
  lostCount: 'lost',
  duplicatedCount: 'duplicated',
  reorderedCount: 'reordered',
  unexpectedCount: 'unexpected',
  corruptedCount: 'corrupted',
} as const

/** "sse: server CPU 33.0 → 49.5 ms/s; after ÷ before = 1.50 [1.45 – 1.55], 99.9 % interval, 3 and 3 blocks; from 1.10 × on it matters". */
function verdictOfRunSentence(row: RunVerdict): string {
  const values = withUnit(row.metric, `${shown(row, row.before)} → ${shown(row, row.after)}`)
  const blocks = `${row.beforeBlockCount} and ${formatPlural(row.afterBlockCount, 'block')}`
  const matters =
    row.scale === 'ratio'
      ? formatFactor(row.differenceThatMatters ?? Number.NaN)
      : withUnit(row.metric, shown(row, row.differenceThatMatters))
  const sign = row.scale === 'ratio' ? '÷' : '−'
  return `${oneLine(row.contender)}: ${labelInSentence(row.metric)} ${values}; after ${sign} before = ${changeText(row)}, ${formatLevel(row.level)} interval, ${blocks}; ${matters} or more matters`
}

/** "sse: lost 0 of 2,394 → 3 of 2,394 expected". */
function ledgerSentence({ contender, figure, before, after, beforeExpectedCount, afterExpectedCount }: LedgerVerdict): string {
  const of = (count: number, expected: number): string => `${formatExact(count)} of ${formatExact(expected)}`
  return `${oneLine(contender)}: ${ledgerTexts[figure]} ${of(before, beforeExpectedCount)} → ${of(after, afterExpectedCount)} expected`
}

/** "sse server CPU 33.0 → 49.5 ms/s, 1.50 × [1.45 – 1.55]": what got worse, or better, in a few words each. */
export function shortSentencesOf({ verdicts, ledger }: RunComparison, kind: 'regression' | 'improvement'): string[] {
  return [
    ...ledger.filter(({ verdict }) => verdict === kind).map(ledgerSentence),
    ...verdicts
      .filter(({ verdict }) => verdict === kind)
      .map(
        (row) =>
          `${nameOfRow(row)} ${withUnit(row.metric, `${shown(row, row.before)} → ${shown(row, row.after)}`)}, ${changeWithUnit(row)}`,
      ),
  ]
}

function changeWithUnit(row: RunVerdict): string {
  const [value = '', ...interval] = changeText(row).split(' ')
  return [row.scale === 'ratio' ? `${value} ×` : withUnit(row.metric, value), ...interval].join(' ')
}

/** The change of a figure in one number: "1.50", "+3.20 ms" where a value is 0, a dash where there is none. */
export function changeValue(row: RunVerdict): string {
  const [value = ''] = changeText(row).split(' ')
  return row.scale === 'ratio' || row.estimate === null ? value : withUnit(row.metric, value)
}

/** What got worse, or better, in sentences. */
export function sentencesOf({ verdicts, ledger }: RunComparison, kind: 'regression' | 'improvement'): string[] {
  return [
    ...ledger.filter(({ verdict }) => verdict === kind).map(ledgerSentence),
    ...verdicts.filter(({ verdict }) => verdict === kind).map(verdictOfRunSentence),
  ]
}

/** Why rows were not judged, or were judged and barred; each reason once. */
export function sentencesOfReasons({ verdicts }: RunComparison, kind: 'notJudged' | 'undecided'): string[] {
  const byReason = new Map<string, RunVerdict[]>()
  for (const row of verdicts) {
    const reason = row.reasons['verdict']
    if (row.verdict !== kind || reason === undefined) continue
    byReason.set(reason, [...(byReason.get(reason) ?? []), row])
  }
  return [...byReason].map(([reason, rows]) => `${namesOf(rows, verdicts).join(', ')}: ${oneLine(reason)}`)
}

/** What figures are called together: one by one, by contender where they are all of its figures, or all at once. */
function namesOf(rows: readonly RunVerdict[], all: readonly RunVerdict[]): string[] {
  if (rows.length === all.length) return [`all ${formatPlural(rows.length, 'figure')}`]
  const labels = [...new Set(rows.map(({ contender }) => contender))]
  return labels.flatMap((label) => {
    const [mine, whole] = [rows, all].map((some) => some.filter(({ contender }) => contender === label))
    return mine!.length === whole!.length ? [`every figure of ${oneLine(label)}`] : mine!.map(nameOfRow)
  })
}

/** "sse delivery latency p99". */
export function nameOfRow({ contender, metric }: Pick<RunVerdict, 'contender' | 'metric'>): string {
  return `${oneLine(contender)} ${labelInSentence(metric)}`
}

/** "5.13 ×", or "±3.20 ms" where a value is 0: the smallest change that would show. Null where that is not known. */
export function effectText({ minimumDetectableEffect: effect, scale, metric }: RunVerdict): string | null {
  if (effect === null) return null
  return scale === 'ratio' ? formatFactor(effect) : `±${amountText(metric, effect)}`
}

/** Every figure of every contender in both runs, with its verdict. */
export function contenderTables({ verdicts }: RunComparison, columns: number, colours: Colors): string[] {
  const metric = columns < 100 ? widths.metric - 4 : widths.metric + 4
  const verdict = columns - metric - 2 * widths.value - widths.change - 4 * gap
  const labels = [...new Set(verdicts.map(({ contender }) => contender))]
  if (columns < listBelow) return labels.flatMap((label) => list(label, verdicts, columns, colours))
  const cell = (text: string, width: number): string => wrap(text, width).join('\n')
  return labels.flatMap((label) => {
    const rows = verdicts.filter(({ contender }) => contender === label)
    const head: (string | SpanningCell)[] = [...wrap(oneLine(label), metric)].map(colours.bold).slice(0, 1)
    const lines = rows.map((row) => [
      cell(labelWithUnit(metrics[row.metric]), metric),
      cell(shown(row, row.before), widths.value),
      cell(shown(row, row.after), widths.value),
      cell(changeText(row), widths.change),
      paintOf(row, colours)(cell(verdictText(row), verdict)),
    ])
    const table = plainTable(
      [[...head, 'before', 'after', 'after ÷ before', 'verdict'], ...lines],
      ['left', 'left', 'left', 'left', 'left'],
    )
    const note = rows.some(({ scale }) => scale === 'difference') ? wrap('Where a value is 0, the change is after − before.', columns) : []
    return [...table.split('\n'), ...note.map(colours.dim), '']
  })
}

/** For terminals too narrow for columns. */
function list(label: string, verdicts: readonly RunVerdict[], columns: number, colours: Colors): string[] {
  const rows = verdicts.filter(({ contender }) => contender === label)
  const lines = rows.flatMap((row) => {
    const name = labelWithUnit(metrics[row.metric])
    const text = `${name}: ${shown(row, row.before)} → ${shown(row, row.after)}, ${changeText(row)}: ${verdictText(row)}`
    return wrap(text, columns, '  ').map((line) => paintOf(row, colours)(line))
  })
  return [...wrap(oneLine(label), columns).map(colours.bold), ...lines, '']
}

function verdictText(row: RunVerdict): string {
  const { verdict, blocksToDecide, reasons } = row
  if (verdict === 'practicallyEqual') return 'practically equal'
  if (verdict === 'notJudged') return 'not judged'
  if (verdict !== 'undecided') return verdict
  if (reasons['verdict'] !== undefined) return 'undecided, see below'
  const effect = effectText(row)
  const shows = effect === null ? 'no change would show' : `${effect} or more would show`
  const cure =
    blocksToDecide === null
      ? `more than ${formatExact(mostBlocks)} blocks would decide`
      : `${formatPlural(blocksToDecide, 'block')} on each side would decide`
  return `undecided; ${shows}; ${cure}`
}

function changeText(row: RunVerdict): string {
  if (row.estimate === null) return dash
  const { divisor } = metrics[row.metric].unit
  const scaled = (value: number | null): number | null => (value === null || row.scale === 'ratio' ? value : value / divisor)
  const sign = row.scale === 'difference' && row.estimate > 0 ? '+' : ''
  return [`${sign}${formatNumber(scaled(row.estimate)!)}`, formatInterval(scaled(row.low), scaled(row.high)) ?? ''].join(' ').trim()
}

function shown(row: RunVerdict, value: number | null): string {
  return value === null ? dash : formatNumber(value / metrics[row.metric].unit.divisor)
}

function paintOf({ verdict }: RunVerdict, colours: Colors): (text: string) => string {
  const paint = {
    regression: colours.red,
    improvement: colours.green,
    undecided: colours.yellow,
    notJudged: colours.yellow,
    practicallyEqual: String,
    negligible: String,
  }[verdict]
  return (text) => text.split('\n').map(paint).join('\n')
}

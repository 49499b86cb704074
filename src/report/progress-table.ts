import { metricIds, metrics } from '../core/metric.ts'
import type { TrialResult } from '../core/result.ts'
import { readingOf } from '../metrics/metric-value.ts'
import { counts } from '../metrics/validity.ts'
import { median } from '../metrics/statistics.ts'
import { dash, formatExact, formatNumber } from '../text/format.ts'
import { lostText } from './lost-text.ts'
import { Footnotes, numberCell } from './metric-view.ts'
import { oneLine } from '../text/one-line.ts'
import { plainTable } from './terminal-table.ts'
import { cut, textWidth, wrap } from './text-layout.ts'

/** A contender with the trials of it that have ended. */
export interface ProgressRow {
  contender: string
  trials: TrialResult[]
}

/** Metrics in the order of their list. */
const columns = metricIds.flatMap((metric) => {
  const { progress, unit } = metrics[metric]
  return progress === undefined ? [] : [{ ...progress, metric, divisor: unit.divisor }]
})

type Column = (typeof columns)[number]

function figure(column: Column, trials: readonly TrialResult[], notes: Footnotes, withRange: boolean): string {
  if (trials.length === 0) return ''
  const counted = trials.filter((trial) => counts(trial, metrics[column.metric].family))
  const found = (counted.length === 0 ? trials : counted).map((trial) => readingOf(trial, column.metric))
  const values = found.flatMap(({ value }) => (value === null ? [] : [value / column.divisor]))
  if (values.length === 0) {
    const cell = numberCell(null, found[0]?.reason)
    return `${dash} ${notes.markOf(cell)}`
  }
  const shown = formatNumber(median(values))
  if (!withRange || values.length < 2) return shown
  return `${shown}\n${formatNumber(Math.min(...values))}–${formatNumber(Math.max(...values))}`
}

function statusText(trials: readonly TrialResult[]): string {
  if (trials.length === 0) return 'waiting'
  const counts = new Map<string, number>()
  for (const { validity } of trials) counts.set(validity.status, (counts.get(validity.status) ?? 0) + 1)
  return counts.size === 1 ? trials[0]!.validity.status : [...counts].map(([status, count]) => `${count} ${status}`).join('\n')
}

function draw(
  rows: readonly ProgressRow[],
  shown: readonly Column[],
  nameWidth: number,
  withRange: boolean,
): { table: string; notes: string[] } {
  const notes = new Footnotes()
  const heads = ['', 'blocks', ...shown.map((column) => column.head), 'lost', 'validity']
  const lines = rows.map(({ contender, trials }) => {
    const lost = trials.reduce((sum, { ledger }) => sum + ledger.lostCount, 0)
    const notReceived = trials.reduce((sum, { ledger }) => sum + ledger.notReceivedCount, 0)
    return [
      wrap(oneLine(contender), nameWidth).join('\n'),
      formatExact(trials.length),
      ...shown.map((column) => figure(column, trials, notes, withRange)),
      trials.length === 0 ? '' : lostText({ lostCount: lost, notReceivedCount: notReceived }),
      statusText(trials),
    ]
  })
  const table = plainTable([heads, ...lines], ['left', 'right', ...shown.map(() => 'right' as const), 'right', 'left'])
  return { table, notes: notes.lines() }
}

/**
 * The table of a run under way: one row a contender, with medians over the blocks done so far and, where the terminal has
 * room, their range below. It tightens as blocks come in. Plain text, never wider than `width`; figures of least weight go first.
 */
export function progressTable(rows: readonly ProgressRow[], width: number): string {
  const fits = ({ table }: { table: string }) => table.split('\n').every((line) => textWidth(line) <= width)
  const named = Math.max(1, ...rows.map(({ contender }) => textWidth(oneLine(contender))))
  for (let keep = columns.length; keep >= 0; keep -= 1) {
    const shown = columns.filter(({ rank }) => rank < keep)
    for (const withRange of [true, false]) {
      for (const nameWidth of [Math.min(named, 28), 12]) {
        const drawn = draw(rows, shown, nameWidth, withRange)
        if (fits(drawn)) return [drawn.table, ...drawn.notes.flatMap((line) => wrap(line, width))].join('\n')
      }
    }
  }
  return draw(rows, [], 8, false)
    .table.split('\n')
    .map((line) => cut(line, width))
    .join('\n')
}

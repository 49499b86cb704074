import type { MicroBenchmarkFigure, MicroBenchmarkResult } from '../core/micro-benchmark.ts'
import { formatNumber } from '../text/format.ts'
import { commitText, environmentRows, machineLine } from './facts.ts'
import { plainTable } from './terminal-table.ts'
import { wrap } from './text-layout.ts'

/** All that a micro-benchmark found, for a terminal of so many columns and `--full`. */
export function fullMicroBenchmarkTerminal(result: MicroBenchmarkResult, columns: number): string {
  const rows = groupsOf(result.figures).flatMap(({ group, figures }) => [
    [group, '', '', ''],
    ...figures.map((figure) => [`  ${figure.label}`, formatNumber(figure.median), rangeOf(figure), figure.unit]),
    ['', '', '', ''],
  ])
  return [
    result.title,
    ...wrap(result.question, columns),
    ...wrap(headOf(result), columns),
    '',
    plainTable([['', 'median', 'range', ''], ...rows], ['left', 'right', 'left', 'left']).trimEnd(),
    '',
    ...result.notes.flatMap((text) => wrap(`- ${text}`, columns, '  ')),
    '',
  ].join('\n')
}

function headOf(result: MicroBenchmarkResult): string {
  const { harness } = result
  const startedAt = environmentRows(result).find(([key]) => key === 'startedAt')?.[1] ?? 'start unknown'
  return [`${roundsOf(result)}, ${startedAt}`, `\`${harness.command}\``, commitText(harness), machineLine(result)].join(' · ')
}

/** "10 of 10 rounds". */
export function roundsOf({ figures, settings, isComplete }: MicroBenchmarkResult): string {
  return `${figures[0]?.values.length ?? 0} of ${String(settings['roundCount'])} rounds${isComplete ? '' : ', stopped before the last'}`
}

/** Smallest and largest of the rounds. */
export function rangeOf({ low, high }: MicroBenchmarkFigure): string {
  return low === high ? 'the same' : `${formatNumber(low)} – ${formatNumber(high)}`
}

/** Figures that stand together, in their order. */
export function groupsOf(figures: readonly MicroBenchmarkFigure[]): { group: string; figures: MicroBenchmarkFigure[] }[] {
  return [...new Set(figures.map(({ group }) => group))].map((group) => ({ group, figures: figures.filter((one) => one.group === group) }))
}

import { microAnswerOf } from '../answer/micro-answer.ts'
import type { MicroBenchmarkFigure, MicroBenchmarkResult } from '../core/micro-benchmark.ts'
import { formatNumber } from './format.ts'
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

/** The same as Markdown. */
export function microBenchmarkMarkdown(result: MicroBenchmarkResult): string {
  const tables = groupsOf(result.figures).map(({ group, figures }) =>
    [
      `## ${group}`,
      '',
      '| | median | range of the rounds | unit |',
      '|---|--:|---|---|',
      ...figures.map((figure) => `| ${figure.label} | ${formatNumber(figure.median)} | ${rangeOf(figure)} | ${figure.unit} |`),
    ].join('\n'),
  )
  const { recommendation, lines } = microAnswerOf(result)
  const answer = `**${recommendation}**\n\n${lines.map((text) => `- ${text}\n`).join('')}`
  return `# ${result.title}\n\n${result.question}\n\n${answer}\n${headOf(result)}\n\n${tables.join('\n\n')}\n\n${result.notes.map((text) => `- ${text}\n`).join('')}`
}

function headOf(result: MicroBenchmarkResult): string {
  const { harness, figures, settings } = result
  const startedAt = environmentRows(result).find(([key]) => key === 'startedAt')?.[1] ?? 'start unknown'
  const done = figures[0]?.values.length ?? 0
  const rounds = `${done} of ${String(settings['roundCount'])} rounds${result.isComplete ? '' : ', stopped before the last'}`
  return [`${rounds}, ${startedAt}`, `\`${harness.command}\``, commitText(harness), machineLine(result)].join(' · ')
}

function rangeOf({ low, high }: MicroBenchmarkFigure): string {
  return low === high ? 'the same' : `${formatNumber(low)} – ${formatNumber(high)}`
}

function groupsOf(figures: readonly MicroBenchmarkFigure[]): { group: string; figures: MicroBenchmarkFigure[] }[] {
  return [...new Set(figures.map(({ group }) => group))].map((group) => ({ group, figures: figures.filter((one) => one.group === group) }))
}

import { microAnswerOf } from '../answer/micro-answer.ts'
import type { MicroBenchmarkResult } from '../core/micro-benchmark.ts'
import { fold, list, notes, section, table, texts, type Block, type Report } from './blocks.ts'
import { commitText, environmentRows, machineInShort, machineLine } from './facts.ts'
import { formatNumber } from '../text/format.ts'
import { groupsOf, rangeOf, roundsOf } from './micro-report.ts'

/** The report of a micro-benchmark, as page and markdown show it. */
export function microReport(result: MicroBenchmarkResult): Report {
  const { title, question, figures, harness } = result
  const { recommendation, lines } = microAnswerOf(result)
  const startedAt = environmentRows(result).find(([key]) => key === 'startedAt')?.[1] ?? 'start unknown'
  return {
    title,
    question,
    workload: [`${roundsOf(result)} · ${machineInShort(result)}`],
    blocks: [
      { kind: 'text', text: recommendation, role: 'lead' },
      ...list(lines),
      ...groupsOf(figures).flatMap(({ group, figures: ofGroup }, at) =>
        section(
          `group-${at + 1}`,
          group,
          table(
            ['', 'Median', 'Range of the rounds', 'Unit'],
            ofGroup.map((figure) => [figure.label, formatNumber(figure.median), rangeOf(figure), figure.unit]),
          ),
        ),
      ),
      ...fold('How to read this', list(result.notes), 'reading'),
      ...fold(
        'Environment',
        [
          ...texts(machineLine(result)),
          ...notes(`${startedAt} · ${commitText(harness)}`),
          { kind: 'code', text: harness.command } satisfies Block,
        ],
        'environment',
      ),
    ],
  }
}

import { microAnswerOf } from '../answer/micro-answer.ts'
import { answerRulesVersion } from '../core/answer.ts'
import type { MicroBenchmarkResult } from '../core/micro-benchmark.ts'
import { machineInShort } from './facts.ts'
import { roundsOf } from './micro-report.ts'
import { microTableOf } from './micro-table.ts'
import { shortReport, type TerminalOptions } from './short-report.ts'

/** A micro-benchmark for a terminal, on one screen. */
export function microBenchmarkTerminal(result: MicroBenchmarkResult, page: string, options: TerminalOptions): string {
  const { recommendation, lines } = microAnswerOf(result)
  const { title, question } = result
  return shortReport(
    {
      title,
      question,
      workload: `${roundsOf(result)} · ${machineInShort(result)}`,
      notices: [],
      table: microTableOf(result),
      answer: {
        rulesVersion: answerRulesVersion,
        kind: 'nothing',
        recommendation,
        choose: [],
        simplest: null,
        ruledOut: [],
        lines: lines.map((text) => ({ topic: 'cpu', text })),
        open: null,
        trust: [{ text: 'medians of the rounds, in which nothing is judged', tone: 'neutral' }],
      },
      warningCount: 0,
      page,
    },
    options,
  )
}

import { answerRulesVersion } from '../core/answer.ts'
import type { MicroBenchmarkResult } from '../core/micro-benchmark.ts'
import { shortMachine } from './headline.ts'
import { microAnswerOf, roundsText } from './micro-answer.ts'
import { shortReport, type TerminalOptions } from './short-report.ts'

/** A micro-benchmark for a terminal, on one screen. */
export function microBenchmarkTerminal(result: MicroBenchmarkResult, page: string, options: TerminalOptions): string {
  const { recommendation, lines, table } = microAnswerOf(result)
  const { title, question, isComplete } = result
  return shortReport(
    {
      title,
      question,
      workload: [roundsText(result), ...shortMachine(result)].join(' · '),
      notices: isComplete ? [] : ['It was stopped before its last round.'],
      table,
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

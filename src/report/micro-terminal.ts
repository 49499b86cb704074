import { microAnswerOf } from '../answer/micro-answer.ts'
import { answerRulesVersion } from '../core/answer.ts'
import type { MicroBenchmarkResult } from '../core/micro-benchmark.ts'
import { shortMachine } from './headline.ts'
import { formatExact } from './format.ts'
import { microTableOf } from './micro-table.ts'
import { shortReport, type TerminalOptions } from './short-report.ts'

/** A micro-benchmark for a terminal, on one screen. */
export function microBenchmarkTerminal(result: MicroBenchmarkResult, page: string, options: TerminalOptions): string {
  const { recommendation, lines } = microAnswerOf(result)
  const { title, question, isComplete, figures, settings } = result
  const rounds = `${formatExact(figures[0]?.values.length ?? 0)} of ${String(settings['roundCount'])} rounds`
  return shortReport(
    {
      title,
      question,
      workload: [rounds, ...shortMachine(result)].join(' · '),
      notices: isComplete ? [] : ['It was stopped before its last round.'],
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

import type { MetricId } from '../src/core/metric.ts'
import type { ResultDocument, SummaryRow } from '../src/core/result.ts'
import type { TransportId } from '../src/core/transports/registry.ts'
import { settingOf } from '../src/report/facts.ts'
import { dash, formatNumber, formatPlural } from '../src/report/format.ts'
import { escaped, table } from '../src/report/markdown-text.ts'
import { amountText } from '../src/report/metric-view.ts'
import { pairOf, winnerOf } from '../src/report/verdicts.ts'
import { keptAnswer } from './kept-answer.ts'
import { keptResult, shortAnswerNames, type KeptResult } from './kept-results.ts'

/** One of each family, in the order of the lines of a cell. */
const shownMetrics = ['deliveryLatencyP50', 'wireBytesPerDelivery', 'serverMemoryPerClient', 'serverCpu'] as const satisfies MetricId[]
const transports = ['short-poll', 'long-poll', 'sse', 'websocket'] as const satisfies TransportId[]

/** The short answer of README.md, from the kept results. */
export function shortAnswer(): string {
  return shortAnswerOf(shortAnswerNames.map((name) => ({ name, result: keptResult(name) })))
}

/**
 * A table with a row for each workload and a column for each of the four transports, of which the first contender of the scenario
 * stands for it. A workload of which no run is kept has a row that says so.
 */
export function shortAnswerOf(kept: readonly { name: string; result: KeptResult | undefined }[]): string {
  const machines = new Set(kept.flatMap(({ result }) => (result?.kind === 'run' ? [shortMachine(result.document)] : [])))
  return [
    `Medians over blocks, on ${[...machines].join('; and on ')}, over the loopback. A cell holds, line by line: median delivery latency, wire bytes per delivery, server memory per client, server CPU.`,
    '● best, or equal to the best within what matters · ○ no reliable difference from the best yet · **bold**: what the answer names.',
    '',
    ...table(
      ['workload', ...transports, 'answer'],
      kept.map(({ name, result }) =>
        result?.kind === 'run'
          ? rowOf(name, result.document, result.place, keptAnswer(result))
          : [name, ...transports.map(() => dash), 'not measured yet'],
      ),
    ),
  ].join('\n')
}

function rowOf(name: string, document: ResultDocument, place: string, answer: ReturnType<typeof keptAnswer>): string[] {
  const firsts = transports.map((transport) => document.summary.find((row) => row.transport === transport))
  const shown = shownMetrics.filter((metric) => firsts.some((row) => medianOf(row, metric) !== null))
  const clients = settingOf(document, 'clientCount')
  return [
    `[${name}](${place}/report.md)<br>${typeof clients === 'number' ? `${formatPlural(clients, 'client')}, ` : ''}${formatNumber(document.plan.totalMessagesPerSecond)} messages/s`,
    ...firsts.map((row) => {
      if (row === undefined) return dash
      const lines = shown.map((metric) => figureText(document, metric, row, firsts))
      const isNamed = answer?.choose.includes(row.contender) ?? false
      return lines.map((line) => (isNamed ? `**${line}**` : line)).join('<br>')
    }),
    escaped(answer?.recommendation ?? ''),
  ]
}

function figureText(document: ResultDocument, metric: MetricId, row: SummaryRow, among: readonly (SummaryRow | undefined)[]): string {
  const median = medianOf(row, metric)
  return median === null ? dash : `${markOf(document, metric, row, among)}${amountText(metric, median)}`
}

/** By the verdicts of the run, among the four that are shown. */
function markOf(document: ResultDocument, metric: MetricId, row: SummaryRow, among: readonly (SummaryRow | undefined)[]): string {
  const comparison = document.comparison.metrics.find((one) => one.metric === metric)
  if (comparison === undefined || comparison.pairs.length === 0) return ''
  const rows = among.filter((one) => one !== undefined && medianOf(one, metric) !== null) as SummaryRow[]
  const unbeaten = rows
    .filter(({ contender }) =>
      rows.every((other) => {
        const pair = pairOf(comparison, contender, other.contender)
        const winner = pair === undefined ? null : winnerOf(pair)
        return winner === null || winner === contender
      }),
    )
    .toSorted((a, b) => medianOf(a, metric)! - medianOf(b, metric)!)
  if (!unbeaten.includes(row)) return ''
  const toBest = pairOf(comparison, unbeaten[0]!.contender, row.contender)
  return toBest === undefined || toBest.verdict !== 'undecided' ? '● ' : '○ '
}

function medianOf(row: SummaryRow | undefined, metric: MetricId): number | null {
  return row?.metrics[metric]?.median ?? null
}

/** "2 × AMD EPYC, Node v20.20.2". */
function shortMachine({ environment }: ResultDocument): string {
  const { coreCount, cpuModel, node } = environment as Record<string, unknown>
  return escaped(`${String(coreCount)} × ${String(cpuModel)}, Node ${String(node)}`)
}

import { answerFor } from '../src/answer/answer.ts'
import { answerTableOf } from '../src/answer/table.ts'
import { metrics, type MetricId } from '../src/core/metric.ts'
import type { ResultDocument } from '../src/core/result.ts'
import type { TransportId } from '../src/core/transports/registry.ts'
import { machineInShort, settingOf } from '../src/report/facts.ts'
import { dash, formatPlural, formatTick } from '../src/text/format.ts'
import { escaped, table } from '../src/report/markdown-text.ts'
import { keptResult, shortAnswerNames, type KeptResult } from './kept-results.ts'

/** One of each family, in the order of the lines of a cell. */
const shownMetrics: readonly MetricId[] = ['deliveryLatencyP50', 'wireBytesPerDelivery', 'serverMemoryPerClient', 'serverCpu']
const transports: readonly TransportId[] = ['short-poll', 'long-poll', 'sse', 'websocket']
/** A figure stays in one line: columns are as narrow as their words allow. */
const noBreak = '\u00a0'
const marks = { best: '● ', open: '○ ' } as const

/** The short answer of README.md, from the kept results. */
export function shortAnswer(): string {
  return shortAnswerOf(shortAnswerNames.map((name) => ({ name, result: keptResult(name) })))
}

/**
 * A table with a row for each workload and a column for each of the four transports, of which the first contender of the scenario
 * stands for it. A workload of which no run is kept has a row that says so.
 */
export function shortAnswerOf(kept: readonly { name: string; result: KeptResult | undefined }[]): string {
  const machines = new Set(kept.flatMap(({ result }) => (result?.kind === 'run' ? [escaped(machineInShort(result.document))] : [])))
  const rows = kept.map(({ name, result }) =>
    result?.kind === 'run' ? rowOf(name, result) : [name, ...transports.map(() => dash), 'not measured yet'],
  )
  return [
    `Medians over blocks, on ${[...machines].join('; and on ')}, over the loopback. A cell holds delivery latency (ms), wire bytes per delivery (B), server memory per client (KiB) and server CPU (ms/s).`,
    '● best, or equal to the best within what matters · ○ no reliable difference from the best yet · **bold**: what the answer names.',
    '',
    ...table(['workload', ...transports, 'answer'], rows),
  ].join('\n')
}

function rowOf(name: string, kept: KeptResult & { kind: 'run' }): string[] {
  const { document, place } = kept
  const { choose, recommendation } = answerFor(document)
  const clients = settingOf(document, 'clientCount')
  const load = `${formatTick(document.plan.totalMessagesPerSecond)} messages/s`
  const { heads, rows } = answerTableOf(firstOfEach(document))
  const shown = shownMetrics.flatMap((metric) => rows.find((row) => row.metric === metric) ?? [])
  const cells = transports.map((transport) => {
    const label = document.summary.find((row) => row.transport === transport)?.contender
    const at = heads.findIndex((head) => head.label === label)
    const isNamed = label !== undefined && choose.includes(label)
    const lines = shown.flatMap(({ metric, cells: ofRow }) => {
      const cell = ofRow[at]
      if (cell === undefined || metric === null) return []
      const text = cell.text === dash ? dash : `${cell.mark === null ? '' : marks[cell.mark]}${cell.text} ${metrics[metric].unit.shown}`
      const unbroken = text.replaceAll(' ', noBreak)
      return [isNamed ? `**${unbroken}**` : unbroken]
    })
    return lines.length === 0 ? dash : lines.join('<br>')
  })
  return [
    `[${name}](${place}/report.md)<br>${typeof clients === 'number' ? `${formatPlural(clients, 'client')}, ` : ''}${load}`,
    ...cells,
    escaped(recommendation),
  ]
}

/** The document as if it had one contender of each transport: the marks of its table are then among these. */
function firstOfEach(document: ResultDocument): ResultDocument {
  const firsts = transports.flatMap((transport) => document.summary.find((row) => row.transport === transport) ?? [])
  const isFirst = (label: string): boolean => firsts.some(({ contender }) => contender === label)
  return {
    ...document,
    summary: firsts,
    plan: { ...document.plan, blockOrder: document.plan.blockOrder.map((labels) => labels.filter(isFirst)) },
    failedTrials: document.failedTrials.filter(({ contender }) => isFirst(contender)),
  }
}

import type { MetricId } from '../core/metric.ts'
import type { ResultDocument } from '../core/result.ts'
import { owedCount } from '../metrics/ledger.ts'
import { formatExact } from '../text/format.ts'
import { oneLine } from '../text/one-line.ts'
import type { AnswerCell, AnswerRow, AnswerTable, CellMark } from './answer-table.ts'
import { answerContenders, type AnswerContender } from './contenders.ts'
import { jobKindOf, type JobKind } from './families.ts'
import { amountOf, timesText } from './sentences.ts'
import { spoiltInShort } from './spoilt.ts'
import type { Standings } from './standings.ts'
import { subjectOf } from './subject.ts'

/** A row of a metric, with the unit as a table has it. */
interface RowPlan {
  metric: MetricId
  label: string
  unit: string
  /** Where it is of jobs of one kind only. */
  jobs?: JobKind
}

export const rowPlans: readonly RowPlan[] = [
  { metric: 'deliveryLatencyP50', label: 'Latency, median', unit: 'ms' },
  { metric: 'deliveryLatencyP99', label: 'Latency, p99', unit: 'ms' },
  { metric: 'firstMessageP99', label: 'First message, p99', unit: 'ms', jobs: 'stream' },
  { metric: 'messageGapP99', label: 'Gap between messages, p99', unit: 'ms', jobs: 'stream' },
  { metric: 'deliveryLatencyP90', label: 'Delay of a result, p90', unit: 'ms', jobs: 'single' },
  { metric: 'addedToSessionP90', label: 'Added to a chain, p90', unit: 'ms', jobs: 'chain' },
  { metric: 'requestsPerSecond', label: 'Requests', unit: '/s' },
  { metric: 'wireBytesPerDelivery', label: 'Wire bytes', unit: 'B/delivery' },
  { metric: 'serverMemoryPerClient', label: 'Server memory', unit: 'KiB/client' },
  { metric: 'serverKernelMemoryPerClient', label: 'Kernel memory', unit: 'KiB/client' },
  { metric: 'serverCpu', label: 'Server CPU', unit: 'ms/s' },
  { metric: 'serverDescriptorsPerClient', label: 'Descriptors', unit: '/client' },
]

/** From so many times the lowest on, a single run shows a factor. */
const shownRatio = 2
const noCell: AnswerCell = { text: '–', mark: null, factor: null, share: null }

/** The table that stands with the answer of a result: a row for each family of figures of which somebody has a value. */
export function answerTableOf(document: ResultDocument): AnswerTable {
  const contenders = answerContenders(document)
  const { standings } = subjectOf(document)
  return {
    heads: contenders.map(({ label }) => ({ label: oneLine(label), spoilt: spoiltInShort(document, label) })),
    rows: [
      ...rowPlans
        .filter(({ jobs }) => jobs === undefined || jobs === jobKindOf(document))
        .flatMap((plan) => metricRow(plan, contenders, standings)),
      ...lostRow(contenders, standings),
    ],
  }
}

function metricRow({ metric, label, unit }: RowPlan, contenders: readonly AnswerContender[], standings: Standings): AnswerRow[] {
  const medians = contenders.map(({ row }) => row?.metrics[metric]?.median ?? null)
  if (medians.every((median) => median === null)) return []
  const texts = medians.map((median) => (median === null ? null : amountOf(metric, median)))
  return [{ label, unit, metric, cells: cellsOf({ metric, medians, contenders, standings, texts }) }]
}

interface Cells {
  metric: MetricId
  medians: readonly (number | null)[]
  contenders: readonly AnswerContender[]
  standings: Standings
  texts: readonly (string | null)[]
}

function cellsOf({ metric, medians, contenders, standings, texts }: Cells): AnswerCell[] {
  const known = medians.filter((median) => median !== null)
  // One that failed may be named better in nothing, however low its figure is.
  const fit = medians.filter((median, at) => median !== null && !standings.isExcluded(metric, contenders[at]!.label))
  const lowest = Math.min(...(fit.length === 0 ? known : (fit as number[])))
  const highest = Math.max(...known)
  const first = medians.findIndex(
    (median, at) => median === lowest && (fit.length === 0 || !standings.isExcluded(metric, contenders[at]!.label)),
  )
  const isJudged = known.length > 1 && contenders.some(({ label }) => isJudgedWith(contenders[first]!.label, label, metric, standings))
  return medians.map((median, at): AnswerCell => {
    if (median === null) return noCell
    const mark = isJudged ? markOf(contenders[first]!.label, contenders[at]!.label, metric, standings) : null
    const ratio = lowest > 0 ? median / lowest : null
    const isFar = isJudged ? mark === null : (ratio ?? 0) >= shownRatio
    return {
      text: texts[at]!,
      mark,
      factor: ratio !== null && ratio > 1 && isFar ? timesText(ratio) : null,
      share: highest > 0 ? Math.max(0, median / highest) : null,
    }
  })
}

/** One block judges nothing, and gets no mark. */
function isJudgedWith(best: string, label: string, metric: MetricId, standings: Standings): boolean {
  return (standings.pairOf(metric, best, label)?.blockCount ?? 0) > 1
}

/** How a contender stands to the lowest of its row. Without a block in common with it nothing is decided. */
function markOf(best: string, label: string, metric: MetricId, standings: Standings): CellMark | null {
  if (label === best) return 'best'
  const standing = standings.of(metric, label, best)
  return standing === 'equal' ? 'best' : standing === 'worse' ? null : 'open'
}

/** What was lost, by the ledger; no row where nothing was to be delivered. */
function lostRow(contenders: readonly AnswerContender[], standings: Standings): AnswerRow[] {
  // Of one to which nothing was due, or of which nothing counts, nothing is known.
  const ledgers = contenders.map(({ row }) => (row === undefined || row.ledger.expectedCount === 0 ? null : row.ledger))
  const expected = [...new Set(ledgers.flatMap((ledger) => (ledger === null ? [] : [ledger.expectedCount])))]
  if (expected.length === 0) return []
  const texts = ledgers.map((ledger) => (ledger === null ? null : formatExact(owedCount(ledger))))
  // Shares are compared: of one of which fewer trials count, less was due.
  const shares = ledgers.map((ledger) => (ledger === null ? null : owedCount(ledger) / ledger.expectedCount))
  const cells = cellsOf({ metric: 'lostRatio', medians: shares, contenders, standings, texts })
  const unit = expected.length === 1 ? `of ${formatExact(expected[0]!)}` : 'deliveries'
  return [{ label: 'Lost', unit, metric: 'lostRatio', cells }]
}

import { metrics, type MetricId } from '../core/metric.ts'
import type { ResultDocument } from '../core/result.ts'
import { owedCount } from '../metrics/ledger.ts'
import { formatExact } from '../text/format.ts'
import { oneLine } from '../text/one-line.ts'
import { mostRows, type AnswerCell, type AnswerRow, type AnswerTable, type CellMark } from './answer-table.ts'
import { answerContenders, type AnswerContender } from './contenders.ts'
import { jobKindOf, losesByPlan, type JobKind } from './families.ts'
import type { FigureId } from './figures.ts'
import { amountOf, timesText } from './sentences.ts'
import { spoiltInShort } from './spoilt.ts'
import type { Standings } from './standings.ts'
import { subjectOf } from './subject.ts'

/** A row of a figure, with the unit as a table has it. */
interface RowPlan {
  figure: FigureId
  label: string
  unit: string
  /** Where it is of jobs of one kind only. */
  jobs?: JobKind
}

export const rowPlans: readonly RowPlan[] = [
  { figure: 'allBack', label: 'All clients back', unit: 's' },
  { figure: 'peakAttempts', label: 'Busiest second', unit: 'attempts' },
  { figure: 'deadKept', label: 'Vanished, kept', unit: 'at the end' },
  { figure: 'sentInVain', label: 'Sent to vanished', unit: 'messages' },
  { figure: 'deliveryLatencyP50', label: 'Latency, median', unit: 'ms' },
  { figure: 'deliveryLatencyP99', label: 'Latency, p99', unit: 'ms' },
  { figure: 'firstMessageP99', label: 'First message, p99', unit: 'ms', jobs: 'stream' },
  { figure: 'messageGapP99', label: 'Gap between messages, p99', unit: 'ms', jobs: 'stream' },
  { figure: 'deliveryLatencyP90', label: 'Delay of a result, p90', unit: 'ms', jobs: 'single' },
  { figure: 'addedToSessionP90', label: 'Added to a chain, p90', unit: 'ms', jobs: 'chain' },
  { figure: 'requestsPerSecond', label: 'Requests', unit: '/s' },
  { figure: 'wireBytesPerDelivery', label: 'Wire bytes', unit: 'B/delivery' },
  { figure: 'serverMemoryPerClient', label: 'Server memory', unit: 'KiB/client' },
  { figure: 'serverKernelMemoryPerClient', label: 'Kernel memory', unit: 'KiB/client' },
  { figure: 'serverCpu', label: 'Server CPU', unit: 'ms/s' },
  { figure: 'serverDescriptorsPerClient', label: 'Descriptors', unit: '/client' },
]

/** From so many times the lowest on, a single run shows a factor. */
const shownRatio = 2
const noCell: AnswerCell = { text: '–', mark: null, factor: null, share: null }

/** What the cells of a table are made from. */
interface Compared {
  contenders: readonly AnswerContender[]
  standings: Standings
  /** False where clients vanish by plan: who loses by plan is never named better, so a mark would say nothing. */
  isJudged: boolean
}

/** The table that stands with the answer of a result: a row for each family of figures of which somebody has a value. */
export function answerTableOf(document: ResultDocument): AnswerTable {
  const contenders = answerContenders(document)
  const compared = { contenders, standings: subjectOf(document).standings, isJudged: !losesByPlan(document) }
  const plans = rowPlans.filter(({ jobs }) => jobs === undefined || jobs === jobKindOf(document))
  const lost = lostRow(compared)
  return {
    heads: contenders.map(({ label }) => ({ label: oneLine(label), spoilt: spoiltInShort(document, label) })),
    rows: [...plans.flatMap((plan) => figureRow(plan, compared)).slice(0, mostRows - lost.length), ...lost],
  }
}

function figureRow({ figure, label, unit }: RowPlan, compared: Compared): AnswerRow[] {
  const medians = compared.contenders.map(({ medianOf }) => medianOf(figure))
  if (medians.every((median) => median === null)) return []
  const texts = medians.map((median) => (median === null ? null : amountOf(figure, median)))
  const cells = cellsOf({ figure, medians, texts }, compared)
  return [{ label, unit, metric: isMetric(figure) ? figure : null, cells }]
}

function isMetric(figure: FigureId): figure is MetricId {
  return figure in metrics
}

interface Cells {
  figure: FigureId
  medians: readonly (number | null)[]
  texts: readonly (string | null)[]
}

function cellsOf({ figure, medians, texts }: Cells, { contenders, standings, ...compared }: Compared): AnswerCell[] {
  const known = medians.filter((median) => median !== null)
  // One that failed may be named better in nothing, however low its figure is.
  const fit = medians.filter((median, at) => median !== null && !standings.isExcluded(figure, contenders[at]!.label))
  const lowest = Math.min(...(fit.length === 0 ? known : (fit as number[])))
  const highest = Math.max(...known)
  const first = medians.findIndex(
    (median, at) => median === lowest && (fit.length === 0 || !standings.isExcluded(figure, contenders[at]!.label)),
  )
  const isJudged =
    compared.isJudged &&
    known.length > 1 &&
    contenders.some(({ label }) => isJudgedWith(contenders[first]!.label, label, figure, standings))
  return medians.map((median, at): AnswerCell => {
    if (median === null) return noCell
    const mark = isJudged ? markOf(contenders[first]!.label, contenders[at]!.label, figure, standings) : null
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
function isJudgedWith(best: string, label: string, figure: FigureId, standings: Standings): boolean {
  return (standings.pairOf(figure, best, label)?.blockCount ?? 0) > 1
}

/** How a contender stands to the lowest of its row. Without a block in common with it nothing is decided. */
function markOf(best: string, label: string, figure: FigureId, standings: Standings): CellMark | null {
  if (label === best) return 'best'
  const standing = standings.of(figure, label, best)
  return standing === 'equal' ? 'best' : standing === 'worse' ? null : 'open'
}

/** What was lost, by the ledger; no row where nothing was to be delivered. */
function lostRow(compared: Compared): AnswerRow[] {
  // Of one to which nothing was due, or of which nothing counts, nothing is known.
  const ledgers = compared.contenders.map(({ row }) => (row === undefined || row.ledger.expectedCount === 0 ? null : row.ledger))
  const expected = [...new Set(ledgers.flatMap((ledger) => (ledger === null ? [] : [ledger.expectedCount])))]
  if (expected.length === 0) return []
  const texts = ledgers.map((ledger) => (ledger === null ? null : formatExact(owedCount(ledger))))
  // Shares are compared: of one of which fewer trials count, less was due.
  const shares = ledgers.map((ledger) => (ledger === null ? null : owedCount(ledger) / ledger.expectedCount))
  const cells = cellsOf({ figure: 'lostRatio', medians: shares, texts }, compared)
  const unit = expected.length === 1 ? `of ${formatExact(expected[0]!)}` : 'deliveries'
  return [{ label: 'Lost', unit, metric: 'lostRatio', cells }]
}

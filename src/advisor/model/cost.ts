import { dominators, type Standing } from '../../answer/dominance.ts'
import type { WeightedFigure } from '../../core/requirement.ts'
import { bytesPerMiB, usPerMs } from '../../core/units.ts'
import type { PredictedFigure, TransportPrediction } from './predict.ts'
import type { Evaluated, Prediction } from './prediction.ts'
import type { ModelTransport } from './workload.ts'

/** A figure by which transports are compared. Lower is better in each. */
export interface CostFigure {
  id: WeightedFigure
  label: string
  parts: readonly PredictedFigure[]
  /** A difference smaller than this is none, whatever its ratio: it buys nothing. In the unit of the figure. */
  floor: number
}

const bytesPerGb = 1e9

/** Ratio of two figures from which on they differ, declared before any is computed. */
export const matteringRatio = 1.1
/** Of what may be late, so much is no difference. */
const stalenessShare = 0.1

/**
 * What transports are compared by, in the order in which a tie is broken. Latency within the stated staleness is no cost,
 * and requests cost nothing that processor and bytes do not hold already: both are shown, and weighed on demand.
 */
export const costFigures: readonly CostFigure[] = [
  { id: 'cpu', label: 'processor', parts: ['serverCores'], floor: 0.1 },
  { id: 'memory', label: 'memory', parts: ['residentBytes', 'kernelBytes'], floor: 64 * bytesPerMiB },
  { id: 'egress', label: 'egress', parts: ['egressBytesPerMonth'], floor: 100 * bytesPerGb },
]

/** Latency, for weights. */
export function latencyFigure(stalenessMs: number): CostFigure {
  return { id: 'latency', label: 'latency', parts: ['deliveryLatencyP99Us'], floor: stalenessShare * stalenessMs * usPerMs }
}

/** Requests, for weights. */
export const requestFigure: CostFigure = { id: 'requests', label: 'requests', parts: ['requestsPerSecond'], floor: 1 }

/** A figure of one transport, with its parts added up; null when it has none. */
export function costOf({ figures }: TransportPrediction, { parts }: CostFigure): Evaluated | null {
  let [value, low, high] = [0, 0, 0]
  for (const part of parts) {
    const found: Prediction = figures[part]
    if (found.value === null || found.low === null || found.high === null) return null
    value += found.value
    low += found.low
    high += found.high
  }
  return { value, low, high }
}

/** How two transports compare in one figure. */
export interface Comparison {
  figure: WeightedFigure
  label: string
  /** a over b. */
  ratio: number | null
  /** "no difference": below the declared one. "unclear": the intervals overlap, so the model cannot decide. */
  verdict: 'less' | 'more' | 'no difference' | 'unclear'
}

/**
 * Compares a with b. Different = by more than the declared ratio and the floor, and with intervals apart. A transport
 * without the figure (its queue only grows) costs more than any that has it.
 */
export function compareIn(a: TransportPrediction, b: TransportPrediction, figure: CostFigure): Comparison {
  const [x, y] = [costOf(a, figure), costOf(b, figure)]
  const shared = { figure: figure.id, label: figure.label }
  if (x === null || y === null) return { ...shared, ratio: null, verdict: x === y ? 'no difference' : x === null ? 'more' : 'less' }
  const ratio = y.value === 0 ? null : x.value / y.value
  const larger = Math.max(x.value, y.value)
  const smaller = Math.min(x.value, y.value)
  if (larger - smaller < figure.floor || larger < smaller * matteringRatio) return { ...shared, ratio, verdict: 'no difference' }
  if (x.low <= y.high && y.low <= x.high) return { ...shared, ratio, verdict: 'unclear' }
  return { ...shared, ratio, verdict: x.value < y.value ? 'less' : 'more' }
}

/** Transports that cost more than another in something and less in nothing. */
export interface Dominance {
  transport: ModelTransport
  by: ModelTransport
  /** Labels of the figures in which it costs more. */
  costsMoreIn: string[]
}

const standings = { less: 'better', more: 'worse', 'no difference': 'equal', unclear: 'open' } as const satisfies Record<
  Comparison['verdict'],
  Standing
>

/**
 * Every transport that another one dominates, by the rule of the answers of runs. Differences that do not matter, or that the model
 * cannot decide, count on neither side.
 */
export function dominances(predictions: readonly TransportPrediction[], figures: readonly CostFigure[]): Dominance[] {
  const compared = (one: TransportPrediction, other: TransportPrediction): Comparison[] =>
    figures.map((figure) => compareIn(one, other, figure))
  const found = dominators(predictions, (one, other) => compared(one, other).map(({ verdict }) => standings[verdict]))
  return [...found].flatMap(([one, others]) =>
    others.map((other) => ({
      transport: one.transport,
      by: other.transport,
      costsMoreIn: compared(one, other).flatMap(({ verdict, label }) => (verdict === 'more' ? [label] : [])),
    })),
  )
}

import type { WeightedFigure } from '../../core/requirement.ts'
import { costFigures, costOf, latencyFigure, requestFigure, type CostFigure } from './cost.ts'
import type { TransportPrediction } from './predict.ts'
import type { ModelTransport } from './workload.ts'

export type Weights = Partial<Record<WeightedFigure, number>>

/** What weights say, and how far they are from saying something else. */
export interface Weighed {
  winner: ModelTransport
  /** Σ weight × ln(figure ÷ least figure): 0 = the least of all in everything that has a weight. */
  scores: { transport: ModelTransport; score: number }[]
  /** Weights at which another transport would win, the others as they are. */
  turns: { figure: WeightedFigure; weight: number; winner: ModelTransport }[]
}

/** Weighs logarithms, so that "twice as much" counts alike in every figure; below its floor a figure counts as the floor. */
export function weigh(predictions: readonly TransportPrediction[], weights: Weights, stalenessMs: number): Weighed | null {
  const figures = [...costFigures, latencyFigure(stalenessMs), requestFigure]
  const rows = predictions.flatMap((prediction) => {
    const logs = figures.map((figure) => logOf(prediction, figure))
    return logs.includes(null) ? [] : [{ transport: prediction.transport, logs: logs as number[] }]
  })
  if (rows.length === 0) return null
  const least = figures.map((_, at) => Math.min(...rows.map(({ logs }) => logs[at]!)))
  const relative = rows.map(({ transport, logs }) => ({ transport, logs: logs.map((log, at) => log - least[at]!) }))
  const weightOf = (figure: CostFigure): number => weights[figure.id] ?? 0
  const scores = relative
    .map(({ transport, logs }) => ({ transport, score: logs.reduce((sum, log, at) => sum + weightOf(figures[at]!) * log, 0) }))
    .toSorted((a, b) => a.score - b.score)
  const winner = scores[0]!.transport
  return { winner, scores, turns: figures.flatMap((figure, at) => turnsOf(figure, at)) }

  function turnsOf(figure: CostFigure, at: number): Weighed['turns'] {
    const now = weightOf(figure)
    const own = scoresAt(winner)
    const found = relative.flatMap(({ transport }) => {
      const other = scoresAt(transport)
      const slope = own.slope - other.slope
      if (transport === winner || slope === 0) return []
      const weight = now + (other.score - own.score) / slope
      return weight >= 0 ? [{ figure: figure.id, weight, winner: transport }] : []
    })
    const nearest = (side: typeof found) => side.toSorted((a, b) => Math.abs(a.weight - now) - Math.abs(b.weight - now)).slice(0, 1)
    return [...nearest(found.filter(({ weight }) => weight < now)), ...nearest(found.filter(({ weight }) => weight >= now))]

    function scoresAt(transport: ModelTransport): { score: number; slope: number } {
      return {
        score: scores.find((entry) => entry.transport === transport)!.score,
        slope: relative.find((entry) => entry.transport === transport)!.logs[at]!,
      }
    }
  }
}

function logOf(prediction: TransportPrediction, figure: CostFigure): number | null {
  const cost = costOf(prediction, figure)
  return cost === null ? null : Math.log(Math.max(cost.value, figure.floor))
}

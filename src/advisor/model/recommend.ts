import type { Requirement } from '../../core/requirement.ts'
import { simplicityRank } from '../../core/simplicity.ts'
import { usPerMs } from '../../core/units.ts'
import { compareIn, costFigures, costOf, dominances, type Comparison, type CostFigure, type Dominance } from './cost.ts'
import type { TransportPrediction } from './predict.ts'
import type { ModelTransport } from './workload.ts'

/** Why a transport that is not ruled out is still no candidate. */
export interface Unfit {
  transport: ModelTransport
  text: string
}

/** Who wins, and on which ground. */
export interface Recommendation {
  /** All that nobody dominates, the simplest first. */
  choose: ModelTransport[]
  /** Of these the one that the plan is for; null where nothing meets what is asked. */
  transport: ModelTransport | null
  /** Label of the figure that decided; "simplicity" when none made a difference; "only one" when there was no choice, "none left" when every transport was ruled out. */
  ground: string
  /** Candidates that differ from the winner in nothing that matters; it is then the simplest of them. */
  equals: ModelTransport[]
  unfit: Unfit[]
  dominances: Dominance[]
  /** The winner against each other candidate. */
  against: { transport: ModelTransport; comparisons: Comparison[] }[]
}

/** Transports whose predicted p99 keeps the staleness, and why the others do not. */
function timely(
  predictions: readonly TransportPrediction[],
  { staleness }: Pick<Requirement, 'staleness'>,
): { fit: TransportPrediction[]; unfit: Unfit[] } {
  const unfit: Unfit[] = []
  const fit = predictions.filter(({ transport, figures }) => {
    const { value, reason } = figures.deliveryLatencyP99Us
    const cores = figures.serverCores
    if (cores.value === null) unfit.push({ transport, text: cores.reason! })
    else if (value === null) unfit.push({ transport, text: reason! })
    else if (value > staleness * usPerMs)
      unfit.push({ transport, text: `its p99 is ${Math.round(value / usPerMs)} ms, above the accepted ${staleness} ms` })
    else return true
    return false
  })
  return { fit, unfit }
}

/**
 * Recommends one of the transports that remain and that no other dominates, by an order that is declared and not weighed: processor first, then memory,
 * then egress, each only where the difference matters and the model can decide; where none does, the simplest.
 */
export function recommend(predictions: readonly TransportPrediction[], requirement: Pick<Requirement, 'staleness'>): Recommendation {
  const { fit, unfit } = timely(predictions, requirement)
  const found = dominances(fit, costFigures)
  const candidates = fit.filter(({ transport }) => !found.some((one) => one.transport === transport))
  const choose = candidates.toSorted((a, b) => rank(a) - rank(b)).map(({ transport }) => transport)
  const shared = { unfit, choose, dominances: found }
  if (fit.length === 0) return { transport: null, ground: 'none left', equals: [], against: [], ...shared }
  const left = costFigures.reduce(cheapest, candidates)
  const [winner] = left.toSorted((a, b) => rank(a) - rank(b))
  const others = fit.filter((other) => other !== winner)
  const against = others.map((other) => ({
    transport: other.transport,
    comparisons: costFigures.map((figure) => compareIn(winner!, other, figure)),
  }))
  const equals = left.filter((other) => other !== winner).map(({ transport }) => transport)
  const beaten = against.filter(({ transport }) => !equals.includes(transport))
  const ground = fit.length === 1 ? 'only one' : (groundOf(beaten.map(({ comparisons }) => comparisons)) ?? 'simplicity')
  return { transport: winner!.transport, ground, equals, against, ...shared }
}

/**
 * The figure that the recommendation rests on. Each beaten transport has a first figure in which it costs more; of these, the one that
 * comes last in the order of `costFigures`. Undefined when no transport is beaten.
 */
function groundOf(beaten: readonly Comparison[][]): string | undefined {
  const firsts = beaten.flatMap((comparisons) => comparisons.find(({ verdict }) => verdict === 'less') ?? [])
  return costFigures.findLast(({ id }) => firsts.some(({ figure }) => figure === id))?.label
}

/** Those that no other undercuts: the least, and all that differ from it by nothing that matters. */
function cheapest(predictions: readonly TransportPrediction[], figure: CostFigure): TransportPrediction[] {
  const valueOf = (prediction: TransportPrediction): number => costOf(prediction, figure)?.value ?? Number.POSITIVE_INFINITY
  const least = predictions.reduce((best, one) => (valueOf(one) < valueOf(best) ? one : best))
  return predictions.filter((one) => one === least || compareIn(one, least, figure).verdict !== 'more')
}

function rank({ transport }: TransportPrediction): number {
  return simplicityRank(transport)!
}

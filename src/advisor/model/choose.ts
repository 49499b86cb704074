import type { Profile } from '../../core/profile-result.ts'
import type { Requirement } from '../../core/requirement.ts'
import { axes, breakEvens, crossings, type Axis, type BreakEven } from './break-even.ts'
import { remaining, type Constraint } from './constraints.ts'
import { costFigures } from './cost.ts'
import { planOf, type PlanLine } from './deployment-plan.ts'
import { predictTransport, type TransportPrediction } from './predict.ts'
import { transportProfile } from './prediction.ts'
import { recommend, type Recommendation } from './recommend.ts'
import { weigh, type Weighed, type Weights } from './weighted-ranking.ts'
import { modelTransports, type ModelTransport, type Workload } from './workload.ts'

/** Where the processor of two transports is the same. */
export interface Crossing {
  axis: Axis
  at: number
  pair: readonly [ModelTransport, ModelTransport]
}

/** The whole answer to a requirement. */
export interface Choice {
  requirement: Requirement
  workload: Workload
  constraints: Constraint[]
  /** Of all transports, those that are ruled out too. */
  predictions: TransportPrediction[]
  recommendation: Recommendation
  breakEvens: BreakEven[]
  /** Of the recommended transport with each other that is not ruled out. */
  processorCrossings: Crossing[]
  plan: PlanLine[]
  weighed: Weighed | null
}

/**
 * Chooses a transport: constraints, predictions, recommendation, and where the answer turns.
 *
 * @param weights a second opinion by weights; it never changes the recommendation
 */
export function choose(profile: Profile, requirement: Requirement, weights?: Weights): Choice {
  const known = modelTransports.filter((transport) => transportProfile(profile, transport) !== undefined)
  const { constraints, workload, transports } = remaining(requirement, profile, known)
  const predictions = known.map((transport) => predictTransport(transport, transportProfile(profile, transport)!, workload))
  const left = predictions.filter(({ transport }) => transports.includes(transport))
  const recommendation = recommend(left, requirement)
  const winner = recommendation.transport
  const fit = left.filter(({ transport }) => !recommendation.unfit.some((unfit) => unfit.transport === transport))
  const names = Object.keys(axes) as Axis[]
  const [processor] = costFigures(requirement.staleness)
  return {
    requirement,
    workload,
    constraints,
    predictions,
    recommendation,
    breakEvens: names.flatMap((axis) => breakEvens(profile, requirement, known, axis)),
    processorCrossings:
      winner === null
        ? []
        : transports
            .filter((transport) => transport !== winner)
            .flatMap((transport) => {
              const pair = [winner, transport] as const
              return names.flatMap((axis) =>
                crossings(profile, requirement, pair, { axis, figure: processor! }).map((at) => ({ axis, at, pair })),
              )
            }),
    plan:
      winner === null
        ? []
        : planOf(
            predictions.find(({ transport }) => transport === winner)!,
            workload,
          ),
    weighed: weights === undefined ? null : weigh(fit, weights, requirement.staleness),
  }
}

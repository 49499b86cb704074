import type { Profile } from '../../core/profile-result.ts'
import type { Requirement } from '../../core/requirement.ts'
import { msPerSecond } from '../../core/units.ts'
import { axes, breakEvens, crossings, type Axis, type BreakEven } from './break-even.ts'
import { remaining, type Constraint } from './constraints.ts'
import { costFigures } from './cost.ts'
import { heldRatio } from './activity.ts'
import { predict, type TransportPrediction } from './predict.ts'
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
  const known = modelTransports.filter((transport) => profile.transports.some((part) => part.transport === transport))
  const { constraints, workload, transports } = remaining(requirement, profile, known)
  const predictions = predict(profile, workload, known)
  const left = predictions.filter(({ transport }) => transports.includes(transport))
  const recommendation = recommend(left, requirement)
  const winner = recommendation.transport
  const fit = left.filter(({ transport }) => !recommendation.unfit.some((unfit) => unfit.transport === transport))
  const names = Object.keys(axes) as Axis[]
  const [processor] = costFigures
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
    plan: predictions.filter(({ transport }) => transport === winner).flatMap((prediction) => planOf(prediction, workload)),
    weighed: weights === undefined ? null : weigh(fit, weights, requirement.staleness),
  }
}

/** One number of a plan on paper, with what it assumes. */
export interface PlanLine {
  what: string
  value: number
  unit: string
  assumption: string
}

/** Local ports that Linux gives out to one address by default (net.ipv4.ip_local_port_range 32768 to 60999). */
const portsPerAddress = 28_232
/** Usable ports per backend; above it the kernel's port search gets slow. */
const usablePortsPerAddress = 25_000

/** Instances, connections, memory and ports of a deployment: arithmetic on the predictions, nothing that was measured at this size. */
function planOf({ transport, figures }: TransportPrediction, workload: Workload): PlanLine[] {
  const { instanceCount, residentBytes, kernelBytes, descriptorCount, utilisationRatio } = figures
  const count = instanceCount.value ?? 1
  const held = heldRatio(transport, workload)
  const perInstance = (workload.clientCount * held) / count
  const lines: PlanLine[] = [
    {
      what: 'instances',
      value: count,
      unit: 'processes',
      assumption: `${instanceCount.source}; clients are spread evenly, and instances share only the source of the messages`,
    },
    {
      what: 'connections per instance',
      value: Math.ceil(perInstance),
      unit: 'connections',
      assumption:
        held < 1
          ? `the average number open: each poll opens one, which the keep-alive timeout closes after ${workload.keepAliveMs / msPerSecond} s`
          : 'one per client; short polling keeps its connection between polls',
    },
    {
      what: 'CPU utilisation per instance',
      value: utilisationRatio.value!,
      unit: 'of one CPU',
      assumption: 'the average; bursts above it have to wait. Without TLS, authentication and your own work',
    },
    {
      what: 'resident memory per instance',
      value: residentBytes.value! / count,
      unit: 'bytes',
      assumption: 'the peak of a short run; add your own state and a longer message history',
    },
    {
      what: 'kernel memory per instance',
      value: kernelBytes.value! / count,
      unit: 'bytes',
      assumption: 'idle sockets; counts towards the container limit but not RSS; add buffers for slow readers',
    },
    {
      what: 'open files per instance',
      value: Math.ceil(descriptorCount.value! / count),
      unit: 'descriptors',
      assumption: 'ulimit -n must be above it; a proxy in front needs two per client',
    },
    {
      what: 'addresses that a proxy needs per instance',
      value: Math.ceil(perInstance / usablePortsPerAddress),
      unit: 'addresses',
      assumption: `only behind a proxy: ${usablePortsPerAddress} of the ${portsPerAddress} local ports of Linux's default range`,
    },
  ]
  if (count > 1)
    lines.push({
      what: 'with one spare instance',
      value: count + 1,
      unit: 'processes',
      assumption: 'the clients of a lost instance reconnect within seconds; the figures above do not include these connects',
    })
  return lines
}

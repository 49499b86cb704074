import type { Profile } from '../../core/profile-result.ts'
import type { Requirement } from '../../core/requirement.ts'
import { remaining } from './constraints.ts'
import { costOf, type CostFigure } from './cost.ts'
import { predict } from './predict.ts'
import { recommend } from './recommend.ts'
import type { ModelTransport } from './workload.ts'

/** Settings along which the answer is followed, with the ends of the walk. */
export const axes = {
  staleness: { low: 10, high: 3_600_000, unit: 'ms' },
  clients: { low: 10, high: 10_000_000, unit: 'clients' },
  messagesPerSecond: { low: 0.000_1, high: 1_000, unit: 'messages/s' },
} as const

export type Axis = keyof typeof axes

/** The point of an axis at which the recommendation changes. */
export interface BreakEven {
  axis: Axis
  at: number
  /** Recommended below it, and above it; null = none is left. */
  below: ModelTransport | null
  above: ModelTransport | null
}

const stepsPerWalk = 48
const bisections = 14

/** The recommendation for a requirement; what `choose` and every walk ask. */
export function winnerOf(profile: Profile, requirement: Requirement, transports: readonly ModelTransport[]): ModelTransport | null {
  const { workload, transports: left } = remaining(requirement, profile, transports)
  return recommend(predict(profile, workload, left), requirement).transport
}

/**
 * Walks along an axis, everything else as required, and finds where the recommendation changes: by steps of equal ratio,
 * then by bisection. Two changes within one step are not seen.
 */
export function breakEvens(profile: Profile, requirement: Requirement, transports: readonly ModelTransport[], axis: Axis): BreakEven[] {
  const at = (value: number): ModelTransport | null => winnerOf(profile, moved(requirement, axis, value), transports)
  return changesAlong(axes[axis], at).map((change) => ({ axis, ...change }))
}

/**
 * Where two transports cost the same in one figure: the point of the axis at which their order changes, without regard to
 * what matters or is ruled out.
 *
 * @returns the nearest to what is required on each side, ascending: where instances are added, costs leap and cross more often
 */
export function crossings(
  profile: Profile,
  requirement: Requirement,
  pair: readonly [ModelTransport, ModelTransport],
  { axis, figure }: { axis: Axis; figure: CostFigure },
): number[] {
  const at = (value: number): string => {
    const { workload } = remaining(moved(requirement, axis, value), profile, pair)
    const [a, b] = predict(profile, workload, pair).map((one) => costOf(one, figure)?.value ?? Number.POSITIVE_INFINITY)
    return a === undefined || b === undefined ? 'unknown' : a < b ? 'first' : 'second'
  }
  const found = changesAlong(axes[axis], at).map((change) => change.at)
  const here = requirement[axis]
  return [...found.filter((value) => value < here).slice(-1), ...found.filter((value) => value >= here).slice(0, 1)]
}

function changesAlong<T>({ low, high }: { low: number; high: number }, at: (value: number) => T): { at: number; below: T; above: T }[] {
  const changes: { at: number; below: T; above: T }[] = []
  const factor = (high / low) ** (1 / stepsPerWalk)
  let from = low
  let before = at(low)
  for (let step = 1; step <= stepsPerWalk; step++) {
    const to = low * factor ** step
    const after = at(to)
    if (after !== before) changes.push({ at: between(from, to, before, at), below: before, above: after })
    from = to
    before = after
  }
  return changes
}

function between<T>(from: number, to: number, before: T, at: (value: number) => T): number {
  let [low, high] = [from, to]
  for (let step = 0; step < bisections; step++) {
    const middle = Math.sqrt(low * high)
    if (at(middle) === before) low = middle
    else high = middle
  }
  return Math.sqrt(low * high)
}

function moved(requirement: Requirement, axis: Axis, value: number): Requirement {
  const next = { ...requirement, [axis]: axis === 'clients' ? Math.round(value) : value }
  // The interval follows from what may be late.
  if (axis === 'staleness') delete next.pollInterval
  return next
}

import type { MetricSummary } from '../core/result.ts'
import { criticalT, defaultLevel, halfWidth, moments } from './student.ts'
import type { Moments } from './student.ts'

/** Running more blocks than this is unrealistic; the answer is then a reason and not a number. */
export const mostBlocks = 10_000

/** Level of the interval whose position inside ±δ is the test of equivalence at 5 % (TOST; Schuirmann 1987). */
export const equivalenceLevel = 0.9

/** Middle of at least one value, the mean of the two middle ones when their number is even. +∞ counts as a value. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >>> 1
  const upper = sorted[middle]!
  // A mean of two equal values could lose a digit.
  const lower = sorted.length % 2 === 0 ? sorted[middle - 1]! : upper
  return lower === upper ? upper : (lower + upper) / 2
}

/** `median`, or null of no value. */
export function medianOf(values: readonly number[]): number | null {
  return values.length === 0 ? null : median(values)
}

/** An interval, or why there is none. */
export type Interval = Pick<MetricSummary, 'low' | 'high' | 'level' | 'reasons'>

/**
 * Student t interval of a figure over blocks at 95 %: on logarithms when all values are above 0, since figures of cost
 * and latency are skewed to the right, else on the values themselves.
 *
 * One block has no interval.
 */
export function intervalOverBlocks(values: readonly number[]): Interval {
  if (values.length < 2) return noInterval(values.length === 1 ? '1 block' : 'no block')
  const onLogs = values.every((value) => value > 0)
  const found = moments(onLogs ? values.map(Math.log) : values)
  if (found.deviation === 0) return boundedInterval(values[0]!, values[0]!, defaultLevel)
  const half = halfWidth(found, defaultLevel)
  const end = (value: number): number => (onLogs ? Math.exp(value) : value)
  return boundedInterval(end(found.mean - half), end(found.mean + half), defaultLevel)
}

/**
 * An interval whose ends are null, with the reason, where they are unbounded: too large to be separated from the
 * sentinels that other tools print. Two blocks far apart on the log scale get there.
 */
export function boundedInterval(low: number, high: number, level: number): Interval {
  const reasons: Record<string, string> = {}
  const end = (key: 'low' | 'high', value: number): number | null => {
    if (Math.abs(value) < Number.MAX_SAFE_INTEGER) return value
    reasons[key] = 'unbounded'
    return null
  }
  return { low: end('low', low), high: end('high', high), level, reasons }
}

/** An interval without ends. */
export function noInterval(reason: string, level = defaultLevel): Interval {
  return { low: null, high: null, level, reasons: { low: reason, high: reason } }
}

/**
 * Levels at which each of k intervals is to be drawn so that all hold together at 95 % (Holm 1979, step-down).
 *
 * The smallest p is compared with 0.05 / k, the next with 0.05 / (k − 1), and so on; from the first that fails on, all
 * keep its level, so that an interval excludes 0 exactly when Holm rejects.
 *
 * @returns levels in the order of `pValues`
 */
export function holmLevels(pValues: readonly number[]): number[] {
  const alpha = 1 - defaultLevel
  const order = [...pValues.keys()].sort((a, b) => pValues[a]! - pValues[b]!)
  const levels = new Array<number>(pValues.length).fill(defaultLevel)
  let failedShare: number | undefined
  for (const [step, index] of order.entries()) {
    const share = failedShare ?? alpha / (pValues.length - step)
    levels[index] = 1 - share
    if (pValues[index]! > share) failedShare = share
  }
  return levels
}

/** True when the 90 % interval of the mean lies inside ±`matters`: practically equal (TOST). Needs two values. */
export function isEquivalent(found: Moments, matters: number): boolean {
  return Math.abs(found.mean) + halfWidth(found, equivalenceLevel) < matters
}

/**
 * Fewest blocks n with n ≥ (t × s / h)², t of n − 1 degrees of freedom: at which the half-width of an interval no longer
 * exceeds the distance h that is to be resolved, if spread and mean stay as they are.
 *
 * The t is that of the blocks planned for. With the t of the blocks at hand (12.7 at two) the answer would be up to forty
 * times too large. Null when h is 0 or when it takes more than 10,000.
 *
 * @param sides 2 for the difference of two means that are not paired, each of n blocks: then t has 2 (n − 1) degrees of
 * freedom, and `deviation` is √(s₁² + s₂²)
 */
export function blocksToResolve(deviation: number, distance: number, level: number, sides = 1): number | null {
  const isEnough = (count: number): boolean => (criticalT(level, sides * (count - 1)) * deviation) / Math.sqrt(count) <= distance
  if (distance <= 0 || !isEnough(mostBlocks)) return null
  let tooFew = 1
  let enough = mostBlocks
  while (enough - tooFew > 1) {
    const middle = (tooFew + enough) >>> 1
    if (isEnough(middle)) enough = middle
    else tooFew = middle
  }
  return enough
}

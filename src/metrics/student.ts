import cdf from '@stdlib/stats-base-dists-t-cdf'
import quantile from '@stdlib/stats-base-dists-t-quantile'

/** Level of an interval that stands alone; pairs of contenders share its complement by Holm. */
export const defaultLevel = 0.95

/** Mean and spread of a few values, one a block. */
export interface Moments {
  mean: number
  /** Sample standard deviation (n − 1); 0 for one value. */
  deviation: number
  count: number
}

/** Mean of at least one value. */
export function mean(values: readonly number[] | Float64Array): number {
  let sum = 0
  for (const value of values) sum += value
  return sum / values.length
}

/** Mean and sample standard deviation of at least one value. Values that differ only by rounding have deviation 0. */
export function moments(values: readonly number[]): Moments {
  const count = values.length
  const middle = mean(values)
  const squares = values.reduce((sum, value) => sum + (value - middle) ** 2, 0)
  const deviation = count > 1 ? Math.sqrt(squares / (count - 1)) : 0
  const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
  // Three times 0.1 has a mean that is not 0.1; such dust must not pass for a spread between blocks.
  return deviation <= largest * 1e-12 ? { mean: values[0] ?? 0, deviation: 0, count } : { mean: middle, deviation, count }
}

/** The t that a two-sided interval of this level reaches to, for `freedom` degrees of freedom (1 or more). */
export function criticalT(level: number, freedom: number): number {
  return quantile((1 + level) / 2, freedom)
}

/** Two-sided p-value of a Student t. */
export function twoSidedP(t: number, freedom: number): number {
  return Math.min(1, 2 * cdf(-Math.abs(t), freedom))
}

/** Half the width of the Student t interval of a mean, at `level`; needs two values. */
export function halfWidth({ deviation, count }: Moments, level: number): number {
  return deviation === 0 ? 0 : (criticalT(level, count - 1) * deviation) / Math.sqrt(count)
}

/**
 * The difference of two means whose values are not paired, by Welch's t (Welch 1947), with the degrees of freedom of
 * Satterthwaite (1946).
 *
 * It comes in the form of the moments of one sample whose Student t interval is that of Welch: mean = after − before,
 * deviation ÷ √count = √(s₁²/n₁ + s₂²/n₂), count − 1 = the degrees of freedom (no whole number). So all that judges
 * paired differences judges these as well. Needs two values on each side.
 */
export function welchMoments(before: Moments, after: Moments): Moments {
  const shares = [before, after].map(({ deviation, count }) => deviation ** 2 / count)
  const variance = shares[0]! + shares[1]!
  const mean = after.mean - before.mean
  // Without any spread the answer is exact, and its degrees of freedom do not matter.
  if (variance === 0) return { mean, deviation: 0, count: before.count + after.count }
  // Never below that of the smaller side, but for rounding.
  const least = Math.min(before.count, after.count) - 1
  const freedom = Math.max(least, variance ** 2 / (shares[0]! ** 2 / (before.count - 1) + shares[1]! ** 2 / (after.count - 1)))
  const count = freedom + 1
  return { mean, deviation: Math.sqrt(variance * count), count }
}

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

/** Mean and sample standard deviation of at least one value. Values that differ only by rounding have deviation 0. */
export function moments(values: readonly number[]): Moments {
  const count = values.length
  const mean = values.reduce((sum, value) => sum + value, 0) / count
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0)
  const deviation = count > 1 ? Math.sqrt(squares / (count - 1)) : 0
  const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
  // Three times 0.1 has a mean that is not 0.1; such dust must not pass for a spread between blocks.
  return deviation <= largest * 1e-12 ? { mean: values[0] ?? 0, deviation: 0, count } : { mean, deviation, count }
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

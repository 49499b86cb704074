import type { Estimate } from '../core/result.ts'
import { criticalT, defaultLevel, mean } from './student.ts'

/** A slope, or why there is none. */
export type SlopeResult = { estimate: Estimate; reason?: undefined } | { estimate: null; reason: string }

const fewestPoints = 3

/**
 * Least-squares slope of ys over xs with its Student t interval at 95 % (n − 2 degrees of freedom), in units of y per
 * unit of x; the memory per client is one (docs/method.md#cost).
 *
 * Needs three points at two places or more, all of them finite. Known answer: NIST StRD, Norris.
 */
export function slope(xs: readonly number[], ys: readonly number[]): SlopeResult {
  const n = Math.min(xs.length, ys.length)
  if (xs.length !== ys.length) return { estimate: null, reason: `x and y must have the same length, got ${xs.length} and ${ys.length}` }
  if (n < fewestPoints) return { estimate: null, reason: `needs at least ${fewestPoints} points, got ${n}` }
  if (![...xs, ...ys].every(Number.isFinite)) return { estimate: null, reason: 'a point was not measured' }
  const [meanX, meanY] = [mean(xs), mean(ys)]
  let squares = 0
  let products = 0
  for (const [index, x] of xs.entries()) {
    squares += (x - meanX) ** 2
    products += (x - meanX) * (ys[index]! - meanY)
  }
  if (squares === 0) return { estimate: null, reason: `all points lie at ${xs[0]}` }
  const value = products / squares
  let residuals = 0
  for (const [index, x] of xs.entries()) residuals += (ys[index]! - meanY - value * (x - meanX)) ** 2
  const half = criticalT(defaultLevel, n - 2) * Math.sqrt(residuals / (n - 2) / squares)
  return { estimate: { value, low: value - half, high: value + half, level: defaultLevel, n, reasons: {} } }
}

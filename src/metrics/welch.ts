import type { Moments } from './student.ts'

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

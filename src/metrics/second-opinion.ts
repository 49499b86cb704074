import type { PairVerdict } from '../core/result.ts'
import { median } from './statistics.ts'

/** From here on the smallest two-sided p, 2 ÷ 2^8, is below Holm's first share of four contenders, 0.05 ÷ 6. */
const fewestBlocks = 8
/** Two halves of 16 blocks are 65,536 sums each; more would keep a reader waiting after every block. */
const mostExactBlocks = 32
/** Sums that are equal on paper differ in their last digits; this share of the largest sum is no difference. */
const tieRatio = 1e-9

/** What stands beside the Student t of a pair and never decides (docs/method.md#verdicts), on the scale of the differences. */
export type SecondOpinion = Pick<PairVerdict, 'hodgesLehmann' | 'signFlipPValue' | 'reasons'>

/**
 * Hodges–Lehmann estimate and exact sign-flip p of paired differences, from eight blocks on. Neither asks for a normal
 * distribution, so a reader sees what the verdict owes to that assumption.
 *
 * Above 32 blocks the p is null: the t interval needs no help there.
 */
export function secondOpinion(differences: readonly number[]): SecondOpinion {
  const blockCount = differences.length
  if (blockCount < fewestBlocks) {
    const reason = `${fewestBlocks} blocks at least`
    return { hodgesLehmann: null, signFlipPValue: null, reasons: { hodgesLehmann: reason, signFlipPValue: reason } }
  }
  const isExact = blockCount <= mostExactBlocks
  return {
    hodgesLehmann: hodgesLehmann(differences),
    signFlipPValue: isExact ? signFlipPValue(differences) : null,
    reasons: isExact ? {} : { signFlipPValue: `${mostExactBlocks} blocks at most` },
  }
}

/** Median of the Walsh averages (dᵢ + dⱼ) ÷ 2, i ≤ j, of at least one difference (Hodges and Lehmann 1963). */
export function hodgesLehmann(differences: readonly number[]): number {
  return median(differences.flatMap((one, index) => differences.slice(index).map((other) => (one + other) / 2)))
}

/**
 * Exact two-sided p of a mean of 0: the share of all 2^n ways to set the signs of the differences whose sum is at least as
 * far from 0 as the one found (Fisher 1935). The sums of two halves are made apart and met in order, so that n blocks cost
 * 2^(n/2).
 */
export function signFlipPValue(differences: readonly number[]): number {
  const half = differences.length >>> 1
  const first = signedSums(differences.slice(0, half))
  const second = signedSums(differences.slice(half))
  const found = Math.abs(differences.reduce((sum, value) => sum + value, 0))
  const tie = tieRatio * differences.reduce((sum, value) => sum + Math.abs(value), 0)
  const least = found - tie
  if (least <= 0) return 1
  let reachingCount = 0
  let from = second.length
  for (const sum of first) {
    while (from > 0 && sum + second[from - 1]! >= least) from--
    reachingCount += second.length - from
  }
  // Each way has its mirror image below 0.
  return (2 * reachingCount) / (first.length * second.length)
}

/** All sums ±d₁ ± d₂ …, ascending. */
function signedSums(differences: readonly number[]): Float64Array {
  let sums = Float64Array.of(0)
  for (const value of differences) sums = Float64Array.from([...sums].flatMap((sum) => [sum - value, sum + value]))
  return sums.sort()
}

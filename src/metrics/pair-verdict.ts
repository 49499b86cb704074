import type { PairVerdict } from '../core/result.ts'
import { secondOpinion } from './second-opinion.ts'
import { blocksToResolve, boundedInterval, equivalenceLevel, isEquivalent, median, mostBlocks, noInterval } from './statistics.ts'
import type { Interval } from './statistics.ts'
import { halfWidth, moments, twoSidedP } from './student.ts'
import type { Moments } from './student.ts'

/** Two contenders on one metric, by common block, with what the comparison rests on. */
export interface PairedBlocks {
  a: string
  b: string
  scale: PairVerdict['scale']
  /** ln(a ÷ b) or a − b, by block. */
  differences: readonly number[]
  found: Moments
  /** Smallest difference that matters, on the scale of `found`. */
  matters: number
}

/** The difference that matters, as declared or by default. */
export interface Threshold {
  ratio: number
  /** In the unit of the metric; a smaller difference never matters. */
  floor: number | null
}

/**
 * Pairs the values of two contenders by block, over the blocks in which both have one: log-ratios when all are above 0, else
 * differences. Null without such a block.
 *
 * A floor is folded into the ratio that matters, as 1 + floor ÷ the smaller of both geometric means, so that verdict and
 * equivalence use one number. Among differences, ratio means (ratio − 1) × the larger median.
 */
export function pairBlocks(a: BlockValues, b: BlockValues, threshold: Threshold): PairedBlocks | null {
  const common = [...a.values.keys()].filter((block) => b.values.has(block))
  if (common.length === 0) return null
  const [ofA, ofB] = [sideOf(a, common), sideOf(b, common)]
  const scale = scaleOf(ofA, ofB)
  const differences = ofA.values.map((value, at) => (scale === 'ratio' ? Math.log(value / ofB.values[at]!) : value - ofB.values[at]!))
  const matters = differenceThatMatters(scale, ofA, ofB, threshold)
  return { a: a.label, b: b.label, scale, differences, found: moments(differences), matters }
}

function sideOf({ values }: BlockValues, blocks: readonly number[]): Side {
  const paired = blocks.map((block) => values.get(block)!)
  return { values: paired, median: median(paired) }
}

/** Log-ratios when all values are above 0, else differences. */
export function scaleOf(a: Side, b: Side): PairVerdict['scale'] {
  return [...a.values, ...b.values].every((value) => value > 0) ? 'ratio' : 'difference'
}

/** The smallest difference that matters, on the scale on which two sides are compared (as a logarithm among ratios). */
export function differenceThatMatters(scale: PairVerdict['scale'], a: Side, b: Side, { ratio, floor }: Threshold): number {
  if (scale === 'difference') return Math.max((ratio - 1) * Math.max(Math.abs(a.median), Math.abs(b.median)), floor ?? 0)
  const logMean = (values: readonly number[]): number => values.reduce((sum, value) => sum + Math.log(value), 0) / values.length
  const smaller = Math.exp(Math.min(logMean(a.values), logMean(b.values)))
  return Math.max(Math.log(ratio), floor === null ? 0 : Math.log1p(floor / smaller))
}

/** Values by block and their median. */
export interface Side {
  values: readonly number[]
  median: number
}

/** One contender's values, by block. */
export interface BlockValues {
  label: string
  values: ReadonlyMap<number, number>
}

/** p-value of no difference, for Holm. Without any spread between blocks the answer is exact: 0 or 1. */
export function pairPValue({ found }: Pick<PairedBlocks, 'found'>): number {
  if (found.count < 2) return 1
  if (found.deviation === 0) return found.mean === 0 ? 1 : 0
  return twoSidedP((found.mean * Math.sqrt(found.count)) / found.deviation, found.count - 1)
}

/**
 * The verdict on a pair (docs/method.md#verdicts). Lower is better in each metric.
 *
 * `better`: the interval at Holm's level excludes 0 and the estimate reaches what matters. `negligible`: it excludes 0,
 * but the estimate is smaller. `practicallyEqual`: the 90 % interval lies inside ± what matters (TOST). Else `undecided`
 * with the blocks that would decide. One block decides nothing.
 *
 * @param excluded why a contender may not be named better, by label: it did not deliver
 */
export function judgePair(pair: PairedBlocks, level: number, excluded: ReadonlyMap<string, string>): PairVerdict {
  const { a, b, scale, found, matters } = pair
  const { count, mean, deviation } = found
  let verdict = count < 2 ? 'undecided' : verdictOf(pair, level)
  // The interval shown is the one that the verdict rests on: equivalence is judged at 90 % (TOST), all else at Holm's level.
  const shownLevel = verdict === 'practicallyEqual' ? equivalenceLevel : level
  const interval = count < 2 ? noInterval('1 block', level) : boundedOnScale(pair, shownLevel)
  const beside = secondOpinion(pair.differences)
  const reasons: Record<string, string> = { ...interval.reasons, ...beside.reasons }
  const isExact = count >= 2 && deviation === 0
  const pValue = count < 2 || isExact ? null : pairPValue(pair)
  if (pValue === null) reasons['pValue'] = isExact ? 'no spread between blocks: decided exactly' : '1 block'
  const winner = mean < 0 ? a : b
  const bar = verdict === 'better' ? excluded.get(winner) : undefined
  if (bar !== undefined) verdict = 'undecided'
  const better = verdict === 'better' ? winner : null
  if (better === null) reasons['better'] = bar === undefined ? noWinner[verdict] : `${winner} ${bar}`
  let blocksToDecide: number | null = null
  if (verdict !== 'undecided') reasons['blocksToDecide'] = 'decided'
  else if (bar !== undefined) reasons['blocksToDecide'] = 'more blocks do not help against lost deliveries'
  else if (count < 2) reasons['blocksToDecide'] = 'one block has no spread to plan with'
  else {
    blocksToDecide = fewestBlocks(found, matters, level)
    if (blocksToDecide === null) reasons['blocksToDecide'] = `more than ${mostBlocks}`
  }
  const onScale = (value: number): number => (scale === 'ratio' ? Math.exp(value) : value)
  return {
    a,
    b,
    scale,
    estimate: onScale(mean),
    low: interval.low,
    high: interval.high,
    level: shownLevel,
    pValue,
    hodgesLehmann: beside.hodgesLehmann === null ? null : onScale(beside.hodgesLehmann),
    signFlipPValue: beside.signFlipPValue,
    blockCount: count,
    verdict,
    better,
    blocksToDecide,
    reasons,
  }
}

const noWinner = {
  better: '',
  negligible: 'the difference is real but smaller than what matters',
  practicallyEqual: 'any difference is smaller than what matters',
  undecided: 'the interval leaves open which is better, or whether the difference matters',
} as const

/** The verdict that an estimate and its interval come to; needs two blocks. */
export function verdictOf({ found, matters }: Pick<PairedBlocks, 'found' | 'matters'>, level: number): PairVerdict['verdict'] {
  const distance = Math.abs(found.mean)
  const isDifferent = distance > halfWidth(found, level)
  if (isDifferent) return distance >= matters ? 'better' : 'negligible'
  // Equal to the last digit in every block is equal, even where no difference was said to be too small to matter.
  return isEquivalent(found, matters) || (found.deviation === 0 && distance === 0) ? 'practicallyEqual' : 'undecided'
}

/** The interval of the estimate, as a ratio or a difference. */
export function boundedOnScale({ scale, found }: Pick<PairedBlocks, 'scale' | 'found'>, level: number): Interval {
  const half = halfWidth(found, level)
  const end = (value: number): number => (scale === 'ratio' ? Math.exp(value) : value)
  return boundedInterval(end(found.mean - half), end(found.mean + half), level)
}

/**
 * Either the difference from 0 gets resolved, or, when it is smaller than what matters, its distance from that.
 *
 * @param sides 2 where the blocks are not paired, so that each side has so many
 */
export function fewestBlocks({ mean, deviation }: Omit<Moments, 'count'>, matters: number, level: number, sides = 1): number | null {
  const distance = Math.abs(mean)
  const answers = [
    blocksToResolve(deviation, distance, level, sides),
    blocksToResolve(deviation, matters - distance, equivalenceLevel, sides),
  ]
  return answers.reduce((least, answer) => (answer !== null && (least === null || answer < least) ? answer : least), null)
}

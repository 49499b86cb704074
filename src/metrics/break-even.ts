import { metricIds, type MetricId } from '../core/metric.ts'
import type { Scenario } from '../core/scenario.ts'
import type { BreakEven, Crossing, PointRow, StudyAxis } from '../core/study-result.ts'
import { thresholdOf } from './comparison.ts'
import { pairBlocks, verdictOf, type BlockValues, type Threshold } from './pair-verdict.ts'
import { defaultLevel, halfWidth } from './student.ts'

/** Values that span at least this ratio are interpolated by their logarithm. */
const logSpread = 10

/** Where a pair stands at one value of the axis: the mean of its paired log-ratios ln(a ÷ b), and half of its interval's width. */
export interface PairAtPoint {
  value: number
  mean: number
  /** Null with one block, which has no spread. */
  half: number | null
  /** Smallest log-ratio that matters here. */
  matters: number
  /** Decided to differ by less than that: practically equal, or different but negligible. */
  isClose?: boolean
}

/** What a finished point of a study has of each contender. */
interface FinishedPoint {
  values: readonly number[]
  rows: readonly PointRow[]
}

type Side = 'a' | 'b'
type Reading = Pick<BreakEven, 'scale' | 'from' | 'to' | 'pointCount' | 'verdict' | 'open' | 'reasons'> & {
  lower: Side | null
  crossings: (Omit<Crossing, 'lowerBelow' | 'lowerAbove'> & { lowerBelow: Side })[]
}

/** "log" where the values are positive and span a decade, so that 100 to 1,000 is as long as 1,000 to 10,000; else "linear". */
export function scaleOfAxis(values: readonly number[]): BreakEven['scale'] {
  const least = Math.min(...values)
  return least > 0 && Math.max(...values) / least >= logSpread ? 'log' : 'linear'
}

/**
 * Where two contenders change places along an axis.
 *
 * The mean log-ratio and both ends of its Student t interval are interpolated linearly between points, over the axis or
 * its logarithm. A crossing is where the mean is 0; its interval is the stretch around it in which the band holds 0 (the
 * confidence set of the axis values at which both may be equal, as Fieller's is for a straight line). Points are
 * independent, so that between them the band is wider than needed and the set covers at least as often as its level says.
 * A stretch in which the band holds 0 and the mean does not cross it from one decided side to the other is open.
 *
 * @param points at least two, in ascending order of their values
 */
export function breakEvenOf(points: readonly PairAtPoint[]): Reading {
  const scale = scaleOfAxis(points.map(({ value }) => value))
  const on = scale === 'log' ? Math.log : (value: number) => value
  const off = scale === 'log' ? Math.exp : (value: number) => value
  const us = points.map(({ value }) => on(value))
  const roots = rootsOf(points, us)
  const from = points[0]!.value
  const to = points.at(-1)!.value
  const hasWeight = (side: Side, isThere: (u: number) => boolean): boolean =>
    points.some(
      ({ mean, half, matters }, at) =>
        isThere(us[at]!) && sideOf(mean) === side && Math.abs(mean) > (half ?? 0) && Math.abs(mean) >= matters,
    )
  const weighs = (root: { u: number; lowerBelow: Side }): boolean =>
    hasWeight(root.lowerBelow, (u) => u <= root.u) && hasWeight(root.lowerBelow === 'a' ? 'b' : 'a', (u) => u >= root.u)
  const shared = { scale, from, to, pointCount: points.length }
  const inRange = (u: number): number => Math.min(to, Math.max(from, off(u)))
  if (points.some(({ half }) => half === null)) {
    const why = 'a point has only one block, which gives no interval'
    const crossings = roots.map(({ u, lowerBelow }) => ({
      value: inRange(u),
      matters: weighs({ u, lowerBelow }),
      low: null,
      high: null,
      lowerBelow,
      reasons: { low: why, high: why },
    }))
    const apart = points.find(({ mean }) => mean !== 0)
    const lower = roots.length === 0 && apart !== undefined ? sideOf(apart.mean) : null
    return { ...shared, verdict: roots.length === 0 ? 'undecided' : 'crosses', lower, crossings, open: [], reasons: { interval: why } }
  }
  const stretches = undecidedStretches(points as readonly (PairAtPoint & { half: number })[], us)
  const crossings: Reading['crossings'] = []
  const open: Reading['open'] = []
  for (const { low, high } of stretches) {
    const inside = roots.filter(({ u }) => u >= low - 1e-12 && u <= high + 1e-12)
    // An even number of roots ends on the side where it began: nothing has changed places. And where neither end of the
    // axis is decided, nothing shows that anything has.
    if (inside.length % 2 === 0 || (low <= us[0]! && high >= us.at(-1)!)) {
      open.push({ from: inRange(low), to: inRange(high) })
      continue
    }
    const root = inside[(inside.length - 1) / 2]!
    const reasons: Record<string, string> = {}
    if (low <= us[0]!) reasons['low'] = 'undecided down to the first value of the axis'
    if (high >= us.at(-1)!) reasons['high'] = 'undecided up to the last value of the axis'
    crossings.push({
      value: inRange(root.u),
      matters: weighs(root),
      low: 'low' in reasons ? null : inRange(low),
      high: 'high' in reasons ? null : inRange(high),
      lowerBelow: root.lowerBelow,
      reasons,
    })
  }
  const isNever = crossings.length === 0 && open.length === 0
  // Who is close everywhere has no place to change, however often the interval holds 0.
  if (crossings.length === 0 && !isNever && points.every(({ isClose }) => isClose === true))
    return { ...shared, verdict: 'equal', lower: null, crossings, open: [], reasons: {} }
  return {
    ...shared,
    verdict: crossings.length > 0 ? 'crosses' : isNever ? 'never' : 'undecided',
    lower: isNever ? sideOf(points[0]!.mean) : null,
    crossings,
    open,
    reasons: {},
  }
}

/**
 * Every metric and pair of contenders along the first axis, for each value of the second. A pair without two points at
 * which both have values above 0 in a common block is left out.
 *
 * @param points finished points with the value of each axis
 * @param matters the differences that matter, as the scenario declares them
 */
export function breakEvens(axes: readonly StudyAxis[], points: readonly FinishedPoint[], matters: Scenario['matters']): BreakEven[] {
  const seconds = axes.length === 1 ? [null] : [...axes[1]!.values].sort((a, b) => a - b)
  return seconds.flatMap((at) => {
    const line = points.filter(({ values }) => at === null || values[1] === at).sort((p, q) => p.values[0]! - q.values[0]!)
    const labels = [...new Set(line.flatMap(({ rows }) => rows.map(({ contender }) => contender)))]
    return metricIds.flatMap((metric) =>
      labels.flatMap((a, index) =>
        labels.slice(index + 1).flatMap((b) => breakEvenOfPair({ metric, a, b, at }, line, thresholdOf(metric, matters))),
      ),
    )
  })
}

function breakEvenOfPair(
  pair: { metric: MetricId; a: string; b: string; at: number | null },
  line: readonly FinishedPoint[],
  threshold: Threshold,
): BreakEven[] {
  const found = line.flatMap(({ values, rows }) => pairAtPoint(pair, values[0]!, rows, threshold))
  if (found.length < 2) return []
  const { crossings, lower, ...rest } = breakEvenOf(found)
  const name = (side: Side): string => pair[side]
  const reasons = { ...rest.reasons }
  if (found.length < line.length)
    reasons['points'] = `${line.length - found.length} of ${line.length} points have no ratio: a value is missing or 0`
  return [
    {
      ...pair,
      ...rest,
      level: defaultLevel,
      lower: lower === null ? null : name(lower),
      crossings: crossings.map((crossing) => ({
        ...crossing,
        lowerBelow: name(crossing.lowerBelow),
        lowerAbove: name(crossing.lowerBelow === 'a' ? 'b' : 'a'),
      })),
      reasons,
    },
  ]
}

/** The pair at one point, over the blocks in which both have a value above 0; nothing without such a block. */
function pairAtPoint(
  { metric, a, b }: { metric: MetricId; a: string; b: string },
  value: number,
  rows: readonly PointRow[],
  threshold: Threshold,
): PairAtPoint[] {
  const valuesOf = (label: string): BlockValues => {
    const summary = rows.find(({ contender }) => contender === label)?.metrics[metric]
    const entries = (summary?.blocks ?? []).map((block, at): [number, number] => [block, summary!.values[at]!])
    return { label, values: new Map(entries.filter(([, figure]) => figure > 0)) }
  }
  const pair = pairBlocks(valuesOf(a), valuesOf(b), threshold)
  if (pair === null) return []
  const { found, matters } = pair
  if (found.count < 2) return [{ value, mean: found.mean, half: null, matters }]
  const verdict = verdictOf({ found, matters }, defaultLevel)
  const isClose = verdict === 'practicallyEqual' || verdict === 'negligible'
  return [{ value, mean: found.mean, half: halfWidth(found, defaultLevel), matters, isClose }]
}

/** Where the polyline of the means passes from one side of 0 to the other; a run of zeros counts once, at its middle. */
function rootsOf(points: readonly PairAtPoint[], us: readonly number[]): { u: number; lowerBelow: Side }[] {
  const roots: { u: number; lowerBelow: Side }[] = []
  let last: { u: number; mean: number } | null = null
  for (const [at, { mean }] of points.entries()) {
    if (mean === 0) continue
    const u = us[at]!
    if (last !== null && last.mean * mean < 0) roots.push({ u: rootBetween(last, { u, mean }, points, us), lowerBelow: sideOf(last.mean) })
    last = { u, mean }
  }
  return roots
}

function rootBetween(
  before: { u: number; mean: number },
  after: { u: number; mean: number },
  points: readonly PairAtPoint[],
  us: readonly number[],
): number {
  const zeros = us.filter((u, at) => u > before.u && u < after.u && points[at]!.mean === 0)
  if (zeros.length > 0) return (zeros[0]! + zeros.at(-1)!) / 2
  return before.u + ((after.u - before.u) * before.mean) / (before.mean - after.mean)
}

/** Maximal stretches in which the interpolated band holds 0. */
function undecidedStretches(points: readonly (PairAtPoint & { half: number })[], us: readonly number[]): { low: number; high: number }[] {
  const stretches: { low: number; high: number }[] = []
  for (let at = 0; at + 1 < points.length; at++) {
    const [p, q] = [points[at]!, points[at + 1]!]
    // Lower end at or below 0, upper end at or above 0: two half-lines of t in [0, 1].
    const below = partAtMost(p.mean - p.half, q.mean - q.half)
    const above = partAtMost(-(p.mean + p.half), -(q.mean + q.half))
    if (below === null || above === null) continue
    const [start, end] = [Math.max(below[0], above[0]), Math.min(below[1], above[1])]
    if (start > end) continue
    const span = us[at + 1]! - us[at]!
    const low = us[at]! + start * span
    const high = us[at]! + end * span
    const last = stretches.at(-1)
    if (last !== undefined && low <= last.high + 1e-12) last.high = high
    else stretches.push({ low, high })
  }
  return stretches
}

/** The part of [0, 1] in which the straight line from p to q is at most 0. */
function partAtMost(p: number, q: number): [number, number] | null {
  if (p <= 0 && q <= 0) return [0, 1]
  if (p > 0 && q > 0) return null
  const root = p / (p - q)
  return p <= 0 ? [0, root] : [root, 1]
}

function sideOf(mean: number): Side {
  return mean <= 0 ? 'a' : 'b'
}

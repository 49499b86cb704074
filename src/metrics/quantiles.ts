import { harnessError } from '../core/errors.ts'
import { nullReasons } from '../core/result-parts.ts'
import type { Distribution } from '../core/result.ts'
import { encodeHistogram, rankOf } from './histogram.ts'
import { mean } from './student.ts'

export { histogramQuantile, mergeHistograms } from './histogram.ts'

/** Values that must lie beyond a quantile before it is shown: with fewer a single one moves it. */
const tailCount = 4

/** The quantiles of a distribution by their key in the result document. */
export const quantileKeys = { p50: 0.5, p90: 0.9, p99: 0.99, p999: 0.999 } as const

export interface DistributionOptions {
  /** Pairs without a delivery: they stand above every value, as +∞ (K07). */
  censoredCount: number
  /** Cluster of each value, in the order of the values: its message, since the deliveries of one message are alike. */
  clusterOf?: Uint32Array
}

/**
 * Exact distribution of values in µs, quantiles by nearest rank, with what is missing counted as +∞ (docs/method.md#quantiles).
 *
 * A quantile is null, with the reason, while fewer than four values lie beyond it and when it falls among what was never
 * delivered; mean and max are null as soon as anything is missing. The values stay as they are.
 *
 * @throws {HarnessError} ERR_LEDGER when a value is negative or not finite: it is never clamped, since it means that the
 * clock or the schedule is wrong.
 */
export function distribution(valuesUs: Float64Array, options: DistributionOptions): Distribution {
  return distributionOfSorted(valuesUs, valuesUs.slice().sort(), options)
}

/** `distribution` for a caller that has the values ascending as well; sorting millions of them is most of the work. */
export function distributionOfSorted(
  valuesUs: Float64Array,
  sorted: Float64Array,
  { censoredCount, clusterOf }: DistributionOptions,
): Distribution {
  refuseImpossible(sorted)
  const count = sorted.length
  const n = count + censoredCount
  if (n === 0) return noDistribution('no sample')
  const reasons: Record<string, string> = {}
  const quantile = (key: keyof typeof quantileKeys): number | null => {
    const reason = whyNoQuantile(quantileKeys[key], count, censoredCount)
    if (reason !== null) reasons[key] = reason
    return reason === null ? sorted[rankOf(quantileKeys[key], n) - 1]! : null
  }
  const worth = effectiveCount(valuesUs, n, clusterOf)
  if (worth.reason !== undefined) reasons['effectiveCount'] = worth.reason
  if (censoredCount > 0) {
    reasons['mean'] = unbounded(censoredCount, n)
    reasons['max'] = unbounded(censoredCount, n)
  }
  return {
    count,
    censoredCount,
    effectiveCount: worth.value,
    mean: censoredCount > 0 ? null : mean(sorted),
    p50: quantile('p50'),
    p90: quantile('p90'),
    p99: quantile('p99'),
    p999: quantile('p999'),
    max: censoredCount > 0 ? null : sorted[count - 1]!,
    histogram: encodeHistogram(sorted),
    reasons,
  }
}

/** A distribution without any number, for what was not measured or must not be shown; `reason` stands at each null. */
export function noDistribution(reason: string): Distribution {
  const figures = { effectiveCount: null, mean: null, p50: null, p90: null, p99: null, p999: null, max: null }
  return {
    count: 0,
    censoredCount: 0,
    ...figures,
    histogram: encodeHistogram(new Float64Array(0)),
    reasons: nullReasons(figures, reason),
  }
}

/**
 * The q-quantile of ascending values by nearest rank, however few there are; null when there are none or when the rank
 * falls among the censored. For gates and limits, which must decide; a reader sees `distribution`, which says when
 * there are too few.
 */
export function nearestRank(sorted: Float64Array, q: number, censoredCount = 0): number | null {
  return sorted[rankOf(q, sorted.length + censoredCount) - 1] ?? null
}

/** Why the q-quantile of a sample may not be shown, or null when it may. */
export function whyNoQuantile(q: number, count: number, censoredCount: number): string | null {
  const n = count + censoredCount
  if (n === 0) return 'no sample'
  // Rounded, since 1 − 0.9 is a little less than 0.1 in binary and would ask for a 41st value.
  const neededCount = Math.ceil(tailCount / (1 - q) - 1e-6)
  if (n < neededCount) return `needs at least ${neededCount}, got ${n}`
  return rankOf(q, n) > count ? unbounded(censoredCount, n) : null
}

/** True for the reason of a quantile that is +∞, as against one that could not be measured. */
export function isUnbounded(reason: string | undefined): boolean {
  return reason?.startsWith('∞') === true
}

function unbounded(censoredCount: number, n: number): string {
  const percent = (censoredCount / n) * 100
  return `∞ (${percent >= 0.1 ? percent.toFixed(1) : String(Number(percent.toPrecision(1)))} % undelivered)`
}

function refuseImpossible(sorted: Float64Array): void {
  // Sorted, so the first is the least and NaN, like +Infinity, stands last.
  const first = sorted[0] ?? 0
  const last = sorted[sorted.length - 1] ?? 0
  if (first >= 0 && Number.isFinite(last)) return
  const value = first >= 0 ? last : first
  throw harnessError(
    'ERR_LEDGER',
    `latencies: a value must be 0 or more and finite, got ${value} µs. The clock or the schedule is wrong; report it.`,
  )
}

/**
 * What n values in clusters are worth as independent ones: n / (1 + (m − 1) × ICC), with the intraclass correlation of
 * the one-way analysis of variance clipped to [0, 1] (docs/method.md#quantiles; K33).
 *
 * Clusters of unequal size enter the correlation with the usual n0 = (N − Σmᵢ²/N) / (k − 1) and the design effect with
 * m = Σmᵢ²/N (Kish), since the large ones weigh more there. Without clusters it is n. A single cluster gives null: one
 * message cannot show how alike the deliveries of a message are. Values that are all the same give n.
 *
 * @param n values and censored pairs together
 */
export function effectiveCount(values: Float64Array, n: number, clusterOf?: Uint32Array): { value: number | null; reason?: string } {
  if (clusterOf === undefined) return { value: n }
  if (clusterOf.length !== values.length) {
    const got = `${clusterOf.length} for ${values.length} values`
    throw harnessError('ERR_LEDGER', `clusters: each value needs its cluster, got ${got}. This is a bug of the harness; report it.`)
  }
  if (values.length === 0) return { value: null, reason: 'no sample' }
  const { sizes, means } = clustersOf(values, clusterOf)
  let mean = 0
  for (const value of values) mean += value / values.length
  let clusterCount = 0
  let squaredSizes = 0
  let between = 0
  for (const [cluster, size] of sizes.entries()) {
    if (size === 0) continue
    clusterCount++
    squaredSizes += size * size
    between += size * (means[cluster]! - mean) ** 2
  }
  if (clusterCount === 1) return { value: null, reason: 'one message only: how alike its deliveries are is unknown' }
  const meanSize = squaredSizes / values.length
  if (clusterCount === values.length) return { value: n }
  // Two passes: sums of squares of raw latencies lose the last digits once they reach seconds.
  let within = 0
  for (let index = 0; index < values.length; index++) within += (values[index]! - means[clusterOf[index]!]!) ** 2
  const betweenSquare = between / (clusterCount - 1)
  const withinSquare = within / (values.length - clusterCount)
  const n0 = (values.length - meanSize) / (clusterCount - 1)
  const total = betweenSquare + (n0 - 1) * withinSquare
  const correlation = total === 0 ? 0 : Math.min(1, Math.max(0, (betweenSquare - withinSquare) / total))
  return { value: n / (1 + (meanSize - 1) * correlation) }
}

function clustersOf(values: Float64Array, clusterOf: Uint32Array): { sizes: Uint32Array; means: Float64Array } {
  let last = 0
  for (const cluster of clusterOf) if (cluster > last) last = cluster
  const sizes = new Uint32Array(last + 1)
  const means = new Float64Array(last + 1)
  for (let index = 0; index < values.length; index++) {
    const cluster = clusterOf[index]!
    sizes[cluster]!++
    means[cluster]! += values[index]!
  }
  for (const [cluster, size] of sizes.entries()) if (size > 0) means[cluster]! /= size
  return { sizes, means }
}

import { harnessError } from '../core/errors.ts'

/**
 * What n values in clusters are worth as independent ones: n / (1 + (m − 1) × ICC), with the intraclass correlation of
 * the one-way analysis of variance clipped to [0, 1] (docs/method.md#quantiles; K33).
 *
 * Clusters of unequal size enter the correlation with the usual n0 = (N − Σmᵢ²/N) / (k − 1) and the design effect with
 * m = Σmᵢ²/N (Kish), since the large ones weigh more there. Without clusters it is n. A single cluster gives null: one
 * message cannot tell how alike the deliveries of a message are. Values that are all the same give n.
 *
 * @param n values and censored pairs together
 */
export function effectiveCount(values: Float64Array, n: number, clusterOf?: Uint32Array): { value: number | null; reason?: string } {
  if (clusterOf === undefined) return { value: n }
  if (clusterOf.length !== values.length) {
    const got = `${clusterOf.length} for ${values.length} values`
    throw harnessError('ERR_LEDGER', `clusters: each value needs its cluster, got ${got}. This is a fault of the harness; report it.`)
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
  if (clusterCount === 1) return { value: null, reason: 'one message only: how alike its deliveries are cannot be told' }
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

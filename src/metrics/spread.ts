import type { TrialResult } from '../core/result.ts'
import { inGroups } from './grouping.ts'
import { nearestRank, quantileKeys, whyNoQuantile } from './quantiles.ts'
import { median } from './statistics.ts'

/**
 * Spread over clients, in µs: the p99 of each client alone, its median over clients and its maximum. It shows whether a
 * pooled tail belongs to all clients or to one bad one (as Treadmill does).
 *
 * What a client did not get counts as +∞ in its p99. Null with the reason when any client has too few expected
 * deliveries for a p99 (leaving out those would keep the clients that happen to have many), and when it is +∞. All three
 * columns are those of `LedgerOutcome`; clients without expected deliveries are left out.
 */
export function clientP99(latenciesUs: Float64Array, clientOf: Uint32Array, expectedOfClient: Uint32Array): TrialResult['clientP99Us'] {
  const fewest = expectedOfClient.reduce((least, count) => (count > 0 && count < least ? count : least), Infinity)
  const reason = fewest === Infinity ? 'no sample' : whyNoQuantile(quantileKeys.p99, fewest, 0)
  if (reason !== null) return { median: null, max: null, reasons: { median: `per client: ${reason}`, max: `per client: ${reason}` } }

  const p99s: number[] = []
  let client = 0
  for (const valuesUs of inGroups(latenciesUs, (index) => clientOf[index]!, expectedOfClient.length)) {
    const expectedCount = expectedOfClient[client++]!
    if (expectedCount > 0) p99s.push(nearestRank(valuesUs.sort(), quantileKeys.p99, expectedCount - valuesUs.length) ?? Infinity)
  }
  const unboundedCount = p99s.filter((value) => value === Infinity).length
  const unbounded = `∞ (${unboundedCount} of ${p99s.length} clients had more than 1 % undelivered)`
  const reasons: Record<string, string> = {}
  const finite = (key: string, value: number): number | null => {
    if (Number.isFinite(value)) return value
    reasons[key] = unbounded
    return null
  }
  return {
    median: finite('median', median(p99s)),
    max: finite(
      'max',
      p99s.reduce((a, b) => Math.max(a, b)),
    ),
    reasons,
  }
}

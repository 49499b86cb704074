import type { Comparison, TrialResult } from '../core/result.ts'
import type { Scenario } from '../core/scenario.ts'
import { usPerMs } from '../core/units.ts'
import { histogramQuantile } from './histogram.ts'
import { isCounted } from './metric-value.ts'
import { isUnbounded } from './quantiles.ts'

type Breach = Comparison['limitBreaches'][number]

/**
 * The limits of the scenario that counted trials exceed; any of them ends the command with exit code 4.
 *
 * `lostCount` and `duplicatedCount` are those of the ledger. A p99 of +∞ breaks every latency limit. Where there are too
 * few deliveries to show a p99, the nearest rank decides all the same, but is not shown.
 */
export function limitBreaches(trials: readonly TrialResult[], limits: Scenario['limits']): Breach[] {
  return trials
    .filter(isCounted)
    .flatMap((trial) => [
      ...countBreach('lostCount', trial, limits.lostCount),
      ...countBreach('duplicatedCount', trial, limits.duplicatedCount),
      ...latencyBreach(trial, limits.deliveryLatencyP99Ms),
    ])
}

function countBreach(limit: 'lostCount' | 'duplicatedCount', trial: TrialResult, allowed: number | undefined): Breach[] {
  const measured = trial.ledger[limit]
  if (allowed === undefined || measured <= allowed) return []
  return [{ limit, contender: trial.contender, block: trial.block, measured, allowed, reasons: {} }]
}

function latencyBreach(trial: TrialResult, allowed: number | undefined): Breach[] {
  if (allowed === undefined) return []
  const { p99, reasons, histogram, censoredCount, count } = trial.deliveryLatencyUs
  const breach = { limit: 'deliveryLatencyP99Ms', contender: trial.contender, block: trial.block, allowed }
  if (p99 !== null) return p99 <= allowed * usPerMs ? [] : [{ ...breach, measured: p99 / usPerMs, reasons: {} }]
  const reason = reasons['p99'] ?? 'not measured'
  const mayDecide = !isUnbounded(reason) && count + censoredCount > 0
  const rankedUs = mayDecide ? (histogramQuantile(histogram, 0.99, censoredCount) ?? Infinity) : Infinity
  if (rankedUs <= allowed * usPerMs || count + censoredCount === 0) return []
  return [
    { ...breach, measured: null, reasons: { measured: isUnbounded(reason) ? reason : `above the limit by nearest rank, but ${reason}` } },
  ]
}

import type { Family } from '../core/family.ts'
import { metrics, type MetricId } from '../core/metric.ts'
import type { Comparison, ResultDocument, SummaryRow, TrialResult } from '../core/result.ts'
import type { Scenario } from '../core/scenario.ts'
import { inPercent } from './gate-text.ts'
import { owedCount } from './ledger.ts'
import { metricsOf, metricValue, whyNoValue } from './metric-value.ts'
import { judgePair, pairBlocks, pairPValue, type BlockValues, type PairedBlocks, type Threshold } from './pair-verdict.ts'
import { isUnbounded } from './quantiles.ts'
import { holmLevels } from './statistics.ts'
import { usPerMs } from '../core/units.ts'
import { histogramQuantile } from './histogram.ts'
import { counts, isCounted } from './validity.ts'

/**
 * A contender that leaves more than this share undelivered has no p99, and its costs are not those of the same work. One
 * whose requests fail in a larger share is broken, however quick its error pages are.
 */
const failedRatioLimit = 0.01

/**
 * Compares all pairs of contenders, metric by metric, over the blocks in which both have a value (docs/method.md#verdicts).
 *
 * Intervals hold together within a metric (Holm over its pairs with two blocks or more). No score over metrics is made.
 * A contender that left more than 1 % undelivered, that had more than 1 % of its requests fail, or whose metric is +∞ in a
 * block, is never named better.
 *
 * @param summary rows from `summarise`; their order gives the order of a and b
 */
export function compare(
  summary: readonly SummaryRow[],
  matters: Scenario['matters'],
  trials: readonly TrialResult[],
  limits: Scenario['limits'],
): Comparison {
  return {
    metrics: metricsOf(trials).map((id) => compareMetric(id, summary, thresholdOf(id, matters), trials)),
    limitBreaches: limitBreaches(trials, limits),
    unjudgedLimits: neverJudged(summary, trials, limits),
  }
}

/** The difference that matters in a metric, as a scenario declares it or by default. */
export function thresholdOf(id: MetricId, matters: Scenario['matters']): Threshold {
  const declared: { ratio: number; [floor: string]: number | undefined } | undefined = matters[id]
  const {
    unit: { floor },
    defaultRatio,
  } = metrics[id]
  const declaredFloor = declared?.[floor.key]
  return { ratio: declared?.ratio ?? defaultRatio, floor: declaredFloor === undefined ? null : declaredFloor * floor.factor }
}

function compareMetric(
  id: MetricId,
  summary: readonly SummaryRow[],
  threshold: Threshold,
  trials: readonly TrialResult[],
): Comparison['metrics'][number] {
  const pairs: PairedBlocks[] = []
  for (const [index, a] of summary.entries()) {
    for (const b of summary.slice(index + 1)) {
      const pair = pairBlocks(valuesByBlock(id, a), valuesByBlock(id, b), threshold)
      if (pair !== null) pairs.push(pair)
    }
  }
  const tested = pairs.filter((pair) => pair.found.count > 1)
  const levels = new Map(holmLevels(tested.map(pairPValue)).map((level, index) => [tested[index]!, level]))
  const untestedLevel = holmLevels(pairs.map(() => 1))[0] ?? 0
  const excluded = new Map(summary.flatMap((row) => exclusionReason(id, row, trials)))
  const reasons: Record<string, string> = {}
  if (threshold.floor === null) reasons['floorThatMatters'] = 'no floor declared'
  if (pairs.length === 0) reasons['pairs'] = 'no two contenders have a value in the same block'
  return {
    metric: id,
    ratioThatMatters: threshold.ratio,
    floorThatMatters: threshold.floor,
    pairs: pairs.map((pair) => judgePair(pair, levels.get(pair) ?? untestedLevel, excluded)),
    reasons,
  }
}

function valuesByBlock(id: MetricId, { contender: label, metrics: summaries }: SummaryRow): BlockValues {
  const { blocks = [], values = [] } = summaries[id] ?? {}
  return { label, values: new Map(blocks.map((block, index) => [block, values[index]!])) }
}

/** Why a contender may never be named better in a metric, as entries by label: it, or its requests, failed, or it is at +∞ there. */
export function exclusionReason(id: MetricId, row: SummaryRow, trials: readonly TrialResult[]): [string, string][] {
  const failure = failureOf(row, trials)
  if (failure !== null) return [[row.contender, failure]]
  const counted = trials.filter((trial) => trial.contender === row.contender && isCounted(trial))
  const unbounded = counted.find((trial) => metricValue(trial, id) === null && isUnbounded(whyNoValue(trial, id)))
  return unbounded === undefined ? [] : [[row.contender, `is at ${whyNoValue(unbounded, id)} in block ${unbounded.block + 1}`]]
}

/** Why a contender may be named better in no figure at all: it, or its requests, failed; null where it did its work. */
export function failureOf(
  { contender, ledger: { censoredCount, expectedCount } }: Pick<SummaryRow, 'contender' | 'ledger'>,
  trials: readonly TrialResult[],
): string | null {
  if (censoredCount > expectedCount * failedRatioLimit) {
    return `left ${inPercent(censoredCount / expectedCount)} of its deliveries undelivered`
  }
  const counted = trials.filter((trial) => trial.contender === contender && isCounted(trial))
  const accounted = counted.filter((trial) => counts(trial, 'counts'))
  const sentCount = accounted.reduce((sum, { requests }) => sum + requests.sentCount, 0)
  const failedCount = accounted.reduce((sum, trial) => sum + unplannedFailureCount(trial), 0)
  return failedCount > sentCount * failedRatioLimit ? `had ${inPercent(failedCount / sentCount)} of its requests fail` : null
}

/**
 * Failed requests without those of planned faults, which fail for every contender: attempts at a server that is away, and of each
 * client that lost it the request that broke.
 */
function unplannedFailureCount({ requests, recovery }: TrialResult): number {
  const plannedCount = recovery?.faults.reduce((sum, { failedAttemptCount, awayCount }) => sum + failedAttemptCount + awayCount, 0) ?? 0
  return Math.max(0, requests.failedCount + requests.timedOutCount - plannedCount)
}

type Breach = Comparison['limitBreaches'][number]

/** The family of figures that each limit is judged by. */
const familyOfLimit: Readonly<Record<keyof Scenario['limits'], Family>> = {
  lostCount: metrics.lostRatio.family,
  duplicatedCount: metrics.lostRatio.family,
  deliveryLatencyP99Ms: metrics.deliveryLatencyP99.family,
}

type Limit = keyof Scenario['limits']

/** The limits of the scenario that a document was made with. */
export function limitsOf({ resolved }: ResultDocument['scenario']): Scenario['limits'] {
  return resolved['limits'] ?? {}
}

/** The limits of a scenario that this trial says nothing about, since the figures that they judge do not count. */
export function unjudgedLimits(trial: TrialResult, limits: Scenario['limits']): Limit[] {
  const asked = (Object.keys(familyOfLimit) as Limit[]).filter((limit) => limits[limit] !== undefined)
  return asked.filter((limit) => !counts(trial, familyOfLimit[limit], 'limits'))
}

/** A limit that judged nothing does not count as met, so each is reported with the contender. */
function neverJudged(
  summary: readonly SummaryRow[],
  trials: readonly TrialResult[],
  limits: Scenario['limits'],
): NonNullable<Comparison['unjudgedLimits']> {
  return summary.flatMap(({ contender }) => {
    const [first = [], ...others] = trials.filter((trial) => trial.contender === contender).map((trial) => unjudgedLimits(trial, limits))
    return first.filter((limit) => others.every((named) => named.includes(limit))).map((limit) => ({ limit, contender }))
  })
}

/**
 * The limits of the scenario that figures which count exceed; any of them ends the command with exit code 4.
 *
 * `lostCount` is held to what was lost and what the contender stopped delivering, `duplicatedCount` to that of the ledger. A p99 of +∞ breaks every latency limit. Where there are too
 * few deliveries to show a p99, the nearest rank decides all the same, but is not shown.
 */
export function limitBreaches(trials: readonly TrialResult[], limits: Scenario['limits']): Breach[] {
  return trials.flatMap((trial) => {
    const unjudged = unjudgedLimits(trial, limits)
    return [
      ...countBreach('lostCount', trial, owedCount(trial.ledger), limits.lostCount),
      ...countBreach('duplicatedCount', trial, trial.ledger.duplicatedCount, limits.duplicatedCount),
      ...latencyBreach(trial, limits.deliveryLatencyP99Ms),
    ].filter(({ limit }) => !unjudged.includes(limit as Limit))
  })
}

function countBreach(limit: keyof Scenario['limits'], trial: TrialResult, measured: number, allowed: number | undefined): Breach[] {
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

import { metrics, type MetricId } from '../core/metric.ts'
import type { Ledger, MetricSummary, ResultDocument, SummaryRow, TrialResult } from '../core/result.ts'
import { mergeHistograms } from './histogram.ts'
import { emptyLedger } from './ledger.ts'
import { metricsOf, metricValue, whyNoValue } from './metric-value.ts'
import { isUnbounded } from './quantiles.ts'
import { intervalOverBlocks, median, noInterval } from './statistics.ts'
import { counts, isCounted, whyOut } from './validity.ts'

/** The parts of a result document that its summary is made of. */
export interface SummaryInput {
  contenders: readonly { label: string; transport: string; traits: SummaryRow['traits'] }[]
  trials: readonly TrialResult[]
  failedTrials: ResultDocument['failedTrials']
}

/**
 * One row a contender, in the order given: its medians over blocks with their intervals, ledger and histogram summed.
 *
 * Of each trial those families of figures enter that count; trials of which nothing does are in `validity` only. A contender
 * whose trials all failed has a row without a number.
 */
export function summarise(input: SummaryInput): SummaryRow[] {
  const shown = metricsOf(input.trials)
  return input.contenders.map((contender) => {
    const attempts = input.trials.filter((trial) => trial.contender === contender.label)
    const trials = attempts.filter(({ isRepeated }) => isRepeated !== true)
    const counted = trials.filter(isCounted).sort((a, b) => a.block - b.block)
    const failedCount = input.failedTrials.filter((trial) => trial.contender === contender.label).length
    const statusCount = (status: TrialResult['validity']['status']): number =>
      trials.filter((trial) => trial.validity.status === status).length
    const accounted = counted.filter((trial) => counts(trial, 'counts'))
    const worth = effectiveDeliveryCount(counted)
    return {
      contender: contender.label,
      transport: contender.transport,
      trialCount: trials.length + failedCount,
      countedTrialCount: counted.length,
      repeatedCount: attempts.length - trials.length,
      validity: {
        valid: statusCount('valid'),
        tainted: statusCount('tainted'),
        invalid: statusCount('invalid'),
        unknown: statusCount('unknown'),
        failed: failedCount,
      },
      metrics: Object.fromEntries(shown.map((id) => [id, summariseMetric(counted, id)])) as Record<MetricId, MetricSummary>,
      ledger: accounted.reduce((sum, trial) => addLedgers(sum, trial.ledger), { ...emptyLedger }),
      deliveryCount: accounted.reduce((sum, trial) => sum + trial.ledger.deliveredCount, 0),
      effectiveDeliveryCount: worth.value,
      latencyHistogram: mergeHistograms(
        counted.filter((trial) => counts(trial, 'latency')).map((trial) => trial.deliveryLatencyUs.histogram),
      ),
      traits: contender.traits,
      reasons: worth.reason === undefined ? {} : { effectiveDeliveryCount: worth.reason },
    }
  })
}

/**
 * A metric over the counted trials of one contender. A block in which it is +∞ stands above all others in the median:
 * leaving it out would reward a contender for the blocks in which it failed.
 */
function summariseMetric(counted: readonly TrialResult[], id: MetricId): MetricSummary {
  const values: number[] = []
  const blocks: number[] = []
  const missing: string[] = []
  let unboundedCount = 0
  for (const trial of counted) {
    const value = metricValue(trial, id)
    if (value !== null) {
      values.push(value)
      blocks.push(trial.block)
      continue
    }
    const reason = whyNoValue(trial, id)
    missing.push(`block ${trial.block + 1}: ${reason}`)
    if (isUnbounded(reason)) unboundedCount++
  }
  const { low, high, level, reasons } =
    unboundedCount === 0 ? intervalOverBlocks(values) : noInterval(`∞ in ${unboundedCount} of ${counted.length} blocks`)
  const middle = values.length + unboundedCount === 0 ? NaN : median([...values, ...new Array<number>(unboundedCount).fill(Infinity)])
  const hasMiddle = Number.isFinite(middle)
  if (!hasMiddle) reasons['median'] = missing.length === 0 ? 'no counted trial' : missing.join('; ')
  else if (missing.length > 0) reasons['values'] = missing.join('; ')
  return { unit: metrics[id].unit.stored, values, blocks, median: hasMiddle ? middle : null, low, high, level, reasons }
}

function addLedgers(a: Ledger, b: Ledger): Ledger {
  const keys = Object.keys(emptyLedger) as (keyof Ledger)[]
  return Object.fromEntries(keys.map((key) => [key, a[key] + b[key]])) as Ledger
}

function effectiveDeliveryCount(counted: readonly TrialResult[]): { value: number | null; reason?: string } {
  const ofLatency = counted.filter((trial) => counts(trial, 'latency'))
  if (counted.length === 0) return { value: null, reason: 'no counted trial' }
  if (ofLatency.length === 0) return { value: null, reason: `block ${counted[0]!.block + 1}: ${whyOut(counted[0]!, 'latency')}` }
  let sum = 0
  for (const { block, deliveryLatencyUs } of ofLatency) {
    if (deliveryLatencyUs.effectiveCount === null) {
      return { value: null, reason: `block ${block + 1}: ${deliveryLatencyUs.reasons['effectiveCount'] ?? 'not measured'}` }
    }
    sum += deliveryLatencyUs.effectiveCount
  }
  return { value: sum }
}

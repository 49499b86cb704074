import type { Family } from '../core/family.ts'
import type { MetricId } from '../core/metric.ts'
import type { Distribution, JobFigures, ResultDocument, TrialResult } from '../core/result.ts'
import { usPerMs } from '../core/units.ts'
import { deliveriesInTimePerSecond } from '../metrics/saturation.ts'
import { medianOf } from '../metrics/statistics.ts'
import { counts, whyOut } from '../metrics/validity.ts'
import { countedTrials, type ShownContender } from './contenders.ts'
import { formatInterval, formatNumber } from '../text/format.ts'
import { numberCell, type Cell } from './metric-view.ts'

/** A row of the trade-off table. `basis`: measured by trials, counted in source files, or declared by the transport's protocol. */
export interface TradeOffRow {
  /** Row of the table of claims that this one answers. */
  group: string
  label: string
  /** Where the row is a metric. */
  metric?: MetricId
  basis: 'measured' | 'counted' | 'declared'
  /** One cell a contender, in their order. */
  cells: Cell[]
}

/** A figure of one trial, or why it has none. */
export interface TrialFigure {
  value: number | null
  reason: string | undefined
}

/**
 * A figure of the trials that no summary holds: the median over blocks with its range.
 *
 * @param family the trials in which it counts; without one, every trial of which anything does
 */
export function rangedRow(
  document: ResultDocument,
  contenders: readonly ShownContender[],
  { family, ...place }: { group: string; label: string; family?: Family },
  figureOf: (trial: TrialResult) => TrialFigure,
): TradeOffRow {
  const cells = contenders.map(({ label }) => {
    const figures = countedTrials(document, label).map((trial) =>
      family === undefined || counts(trial, family) ? figureOf(trial) : { value: null, reason: whyOut(trial, family) },
    )
    const values = figures.map(({ value }) => value).filter((value) => value !== null)
    const typical = medianOf(values)
    if (typical === null) return numberCell(null, figures[0]?.reason ?? 'no counted trial')
    return numberCell(typical, undefined, values.length < 2 ? null : formatInterval(Math.min(...values), Math.max(...values)))
  })
  return { ...place, basis: 'measured', cells }
}

/** What was to be delivered per second, and what was; nothing for results that do not say what was expected. */
export function achievedRows(document: ResultDocument, contenders: readonly ShownContender[]): TradeOffRow[] {
  const expected = document.plan.expectedDeliveriesPerSecond
  if (expected === undefined) return []
  const label = `Deliveries/s, of ${formatNumber(expected)} expected [range]`
  return [rangedRow(document, contenders, { group: 'Evidence', label }, achieved)]
}

/** Rows of what came by resuming, which is in no other latency; none where nothing did. */
export function recoveredRows(document: ResultDocument, contenders: readonly ShownContender[]): TradeOffRow[] {
  if (!document.trials.some(({ recoveredLatencyUs }) => recoveredLatencyUs !== undefined)) return []
  const row = (label: string, figureOf: (recovered: Distribution | undefined) => TrialFigure): TradeOffRow =>
    rangedRow(document, contenders, { group: 'Latency', label: `${label} [range]` }, (trial) => figureOf(trial.recoveredLatencyUs))
  const latency = (key: 'p50' | 'p99') => (recovered: Distribution | undefined) =>
    recovered === undefined ? { value: null, reason: 'no delivery came by resuming' } : quantileMs(recovered, key)
  return [
    row('Recovered deliveries', (recovered) => ({ value: recovered?.count ?? 0, reason: undefined })),
    row('Recovered p50, ms', latency('p50')),
    row('Recovered p99, ms', latency('p99')),
  ]
}

/** Rows of traffic in which clients send; none where none does. */
export function upstreamRows(document: ResultDocument, contenders: readonly ShownContender[]): TradeOffRow[] {
  if (!document.trials.some(({ echoLatencyUs }) => echoLatencyUs !== undefined)) return []
  const row = (label: string, key: 'p50' | 'p99'): TradeOffRow =>
    rangedRow(document, contenders, { group: 'Upstream', label, family: 'latency' }, ({ echoLatencyUs }) => quantileMs(echoLatencyUs, key))
  return [row('Echo to the sender p50, ms [range]', 'p50'), row('Echo to the sender p99, ms [range]', 'p99')]
}

/** Rows of jobs; none where clients ask for none. */
export function jobRows(document: ResultDocument, contenders: readonly ShownContender[]): TradeOffRow[] {
  if (!document.trials.some(({ jobs }) => jobs !== undefined)) return []
  const row = (label: string, figureOf: (jobs: JobFigures) => TrialFigure, family: Family = 'latency'): TradeOffRow =>
    rangedRow(document, contenders, { group: 'Jobs', label: `${label} [range]`, family }, ({ jobs }) =>
      jobs === undefined ? { value: null, reason: 'not measured' } : figureOf(jobs),
    )
  return [
    row(
      'Polls, streams or upgrades per job',
      ({ requestCountPerJob: value, reasons }) => ({ value, reason: reasons['requestCountPerJob'] }),
      'throughput',
    ),
    row('First message after the request p50, ms', ({ firstMessageUs }) => quantileMs(firstMessageUs, 'p50')),
    row('Added to a session by the transport p50, ms', ({ chainAddedUs }) => quantileMs(chainAddedUs, 'p50')),
    row('Gap between messages p50, ms', ({ gapUs }) => quantileMs(gapUs, 'p50')),
    row('Stalls over 250 ms per 1,000 messages', ({ stallRatio, reasons }) => ({
      value: stallRatio === null ? null : stallRatio * 1_000,
      reason: reasons['stallRatio'],
    })),
  ].filter(({ cells }) => cells.some(({ state }) => state !== 'missing'))
}

/** What came in time of what was due in the window; what was expected is a mean, so a random schedule is a little off. */
function achieved(trial: TrialResult): TrialFigure {
  return { value: deliveriesInTimePerSecond(trial), reason: 'the trial has no measured window' }
}

function quantileMs(distribution: Distribution | undefined, key: 'p50' | 'p99'): TrialFigure {
  const us = distribution?.[key] ?? null
  return { value: us === null ? null : us / usPerMs, reason: distribution?.reasons[key] ?? 'not measured' }
}

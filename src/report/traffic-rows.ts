import type { Distribution, JobFigures, ResultDocument, TrialResult } from '../core/result.ts'
import { usPerMs } from '../core/units.ts'
import { deliveriesInTimePerSecond } from '../metrics/saturation.ts'
import type { ShownContender } from './contenders.ts'
import { formatNumber } from './format.ts'
import { rangedRow, type TradeOffRow, type TrialFigure } from './ranged-row.ts'

/** What was to be delivered per second, and what was; nothing for results that do not say what was expected. */
export function achievedRows(document: ResultDocument, contenders: readonly ShownContender[]): TradeOffRow[] {
  const expected = document.plan.expectedDeliveriesPerSecond
  if (expected === undefined) return []
  const label = `Deliveries/s, of ${formatNumber(expected)} expected [range]`
  return [rangedRow(document, contenders, { group: 'Evidence', label }, achieved)]
}

/** Rows of traffic in which clients send; none where none does. */
export function upstreamRows(document: ResultDocument, contenders: readonly ShownContender[]): TradeOffRow[] {
  if (!document.trials.some(({ echoLatencyUs }) => echoLatencyUs !== undefined)) return []
  const row = (label: string, key: 'p50' | 'p99'): TradeOffRow =>
    rangedRow(document, contenders, { group: 'Upstream', label }, ({ echoLatencyUs }) => quantileMs(echoLatencyUs, key))
  return [row('Echo to the sender p50, ms [range]', 'p50'), row('Echo to the sender p99, ms [range]', 'p99')]
}

/** Rows of jobs; none where clients ask for none. */
export function jobRows(document: ResultDocument, contenders: readonly ShownContender[]): TradeOffRow[] {
  if (!document.trials.some(({ jobs }) => jobs !== undefined)) return []
  const row = (label: string, figureOf: (jobs: JobFigures) => TrialFigure): TradeOffRow =>
    rangedRow(document, contenders, { group: 'Jobs', label: `${label} [range]` }, ({ jobs }) =>
      jobs === undefined ? { value: null, reason: 'not measured' } : figureOf(jobs),
    )
  return [
    row('Polls, streams or upgrades per job', ({ requestCountPerJob: value, reasons }) => ({
      value,
      reason: reasons['requestCountPerJob'],
    })),
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

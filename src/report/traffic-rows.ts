import type { Distribution, ResultDocument, TrialResult } from '../core/result.ts'
import { msPerSecond, usPerMs } from '../core/units.ts'
import type { ShownContender } from './contenders.ts'
import { formatNumber } from './format.ts'
import { rangedRow, type TradeOffRow, type TrialFigure } from './ranged-row.ts'

/** What was to be delivered per second, and what was (WS-4); nothing for results that do not say what was expected. */
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

/** What came of what was due in the window, whenever it came; what was expected is a mean, so a random schedule is a little off. */
function achieved({ ledger, phases }: TrialResult): TrialFigure {
  const measuredMs = phases.find(({ name }) => name === 'measure')?.durationMs ?? 0
  return measuredMs === 0
    ? { value: null, reason: 'the trial has no measured window' }
    : { value: (ledger.deliveredCount * msPerSecond) / measuredMs, reason: undefined }
}

function quantileMs(distribution: Distribution | undefined, key: 'p50' | 'p90' | 'p99'): TrialFigure {
  const us = distribution?.[key] ?? null
  return { value: us === null ? null : us / usPerMs, reason: distribution?.reasons[key] ?? 'not measured' }
}

import { families, familyNames } from '../core/family.ts'
import type { ResultDocument, TrialResult } from '../core/result.ts'
import { msPerSecond, usPerMs } from '../core/units.ts'
import { formatExact, formatList, formatTick } from '../text/format.ts'
import { lostText } from './lost-text.ts'
import { numberCell, textCell, trialCell, type Cell } from './metric-view.ts'
import { oneLine } from '../text/one-line.ts'

/** A trial as a row: what it measured and why it counts or does not. */
export interface TrialRow {
  status: TrialResult['validity']['status'] | 'failed'
  cells: Cell[]
  /** Reasons of the status, one a line. */
  reasons: string[]
}

/** Heads of the columns of a trial row. */
export const trialColumns = [
  'Block',
  'Place',
  'Contender',
  'Status',
  'Delivered of expected',
  'Lost',
  'Duplicated',
  'p50, ms',
  'p99, ms',
  'Max, ms',
  'Publisher lag p99, ms',
  'Hiccup max, ms',
  'Requests per delivery',
  'Wire bytes per delivery',
  'Memory per client, KiB',
  'Server CPU, ms/s',
  'Steady from, s',
] as const

function inMs(value: number | null, reason: string | undefined): Cell {
  return numberCell(value === null ? null : value / usPerMs, reason)
}

/** The worst of all processors. */
function hiccupCell({ machine: { hiccups, reasons } }: TrialResult): Cell {
  return inMs(hiccups === null ? null : Math.max(0, ...hiccups.map(({ maxUs }) => maxUs)), reasons['hiccups'])
}

/** Seconds from the first traffic, or the verdict that there is no such instant. */
function steadyCell({ verdict, cutMs }: TrialResult['steadyState']): Cell {
  return textCell(cutMs === null ? verdict : formatTick(cutMs / msPerSecond))
}

function rowOf(trial: TrialResult): TrialRow {
  const { ledger, deliveryLatencyUs: latency, publisherLagUs: lag } = trial
  return {
    status: trial.validity.status,
    reasons: [
      ...(trial.isRepeated === true ? ['repeated at the end of its block: nothing of this attempt counts'] : []),
      ...trial.validity.reasons.map(({ gate, status, message, families: found = families }) => {
        const isWhole = found.length === families.length
        const named = formatList(found.map((family) => familyNames[family]))
        const text = `${gate}: ${oneLine(message)}`
        return status === trial.validity.status ? text : `${status}${isWhole ? '' : ` for ${named}`}, ${text}`
      }),
    ],
    cells: [
      textCell(formatExact(trial.block + 1)),
      textCell(formatExact(trial.position + 1)),
      textCell(oneLine(trial.contender)),
      textCell(trial.validity.status),
      textCell(`${formatExact(ledger.deliveredCount)} of ${formatExact(ledger.expectedCount)}`),
      textCell(lostText(ledger)),
      textCell(formatExact(ledger.duplicatedCount)),
      trialCell('deliveryLatencyP50', trial),
      trialCell('deliveryLatencyP99', trial),
      inMs(latency.max, latency.reasons['max']),
      inMs(lag.p99, lag.reasons['p99']),
      hiccupCell(trial),
      trialCell('requestsPerDelivery', trial),
      trialCell('wireBytesPerDelivery', trial),
      trialCell('serverMemoryPerClient', trial),
      trialCell('serverCpu', trial),
      steadyCell(trial.steadyState),
    ],
  }
}

function failedRow(trial: ResultDocument['failedTrials'][number]): TrialRow {
  const start = [formatExact(trial.block + 1), formatExact(trial.position + 1), oneLine(trial.contender), 'failed'].map(textCell)
  const nothing: Cell = { state: 'absent', text: 'not measured', interval: null, reason: null }
  return { status: 'failed', reasons: [oneLine(trial.message)], cells: [...start, ...trialColumns.slice(start.length).map(() => nothing)] }
}

/** Every trial of a document in the order in which they ran, failed ones after them; none is left out. */
export function trialRows(document: ResultDocument): TrialRow[] {
  const ordered = document.trials.toSorted((a, b) => a.block - b.block || a.position - b.position)
  return [...ordered.map(rowOf), ...document.failedTrials.map(failedRow)]
}

import type { ResultDocument, TrialResult } from '../../core/result.ts'
import { msPerSecond } from '../../core/units.ts'
import { chartNames, contendersOf, countedTrials, singleTrialNote } from '../contenders.ts'
import { formatExact, formatNumber } from '../format.ts'
import type { Figure, LineMark, LinePanel } from './figure.ts'

const markEvery = 6
/** Seconds of the chart on both sides of what happened. */
const marginSeconds = 1

type Reconnects = NonNullable<TrialResult['recovery']>['reconnects']

/** Clients connected and attempts to come back, against time, around the faults; null where no counted trial had one. */
export function recoveryFigure(document: ResultDocument): Figure | null {
  const contenders = contendersOf(document)
  const labels = chartNames(document)
  const trials = contenders.map(({ label }) => countedTrials(document, label, 'connecting').find(({ recovery }) => recovery !== undefined))
  const first = trials.find((trial) => trial !== undefined)
  if (first === undefined) return null
  const marks: LineMark[] = (first.faults ?? []).map(({ kind, startMs, endMs }) => ({
    from: startMs / msPerSecond,
    until: endMs / msPerSecond,
    label: kind,
  }))
  const xMax = trials.reduce((most, trial) => Math.max(most, lastChangeSeconds(trial)), 1)
  const panel = (title: string, hint: string, unit: string, of: (reconnects: Reconnects, slice: number) => number): LinePanel => ({
    kind: 'lines',
    title,
    hint,
    xTitle: 'Seconds since the measured window opened',
    yTitle: '',
    xScale: 'linear',
    yScale: 'linear',
    xMax,
    unit,
    marks,
    series: trials.map((trial, at) => ({
      label: labels[at]!,
      style: at,
      points: trial === undefined ? [] : pointsOf(trial, at, xMax, of),
      end: null,
    })),
    emptyText: 'No counted trial with a fault',
  })
  return {
    id: 'recovery',
    title: 'How do clients come back?',
    notes: [
      `The first counted trial of each contender, in slices of ${formatExact(first.recovery!.reconnects.sliceMs)} ms; the shaded span is the fault as it took place in the first of them. ${singleTrialNote(trials, labels)}`,
    ],
    columns: 1,
    panels: [
      panel('Clients connected', 'higher is better', 'clients', (reconnects, slice) => reconnects.connectedCount[slice]!),
      panel('Attempts to come back, per 100 ms', 'lower is better', 'attempts', (reconnects, slice) => reconnects.attemptCount[slice]!),
    ],
  }
}

function lastChangeSeconds(trial: TrialResult | undefined): number {
  if (trial === undefined) return 0
  const { attemptCount, backCount, sliceMs } = trial.recovery!.reconnects
  const last = attemptCount.findLastIndex((count, slice) => count + backCount[slice]! > 0)
  const endMs = Math.max(...(trial.faults ?? []).map((fault) => fault.endMs))
  return Math.ceil(Math.max(((last + 1) * sliceMs) / msPerSecond, endMs / msPerSecond) + marginSeconds)
}

function pointsOf(trial: TrialResult, at: number, xMax: number, of: (reconnects: Reconnects, slice: number) => number) {
  const { reconnects } = trial.recovery!
  const { sliceMs } = reconnects
  return reconnects.connectedCount.flatMap((_, slice) => {
    const seconds = ((slice + 1) * sliceMs) / msPerSecond
    if (seconds > xMax) return []
    return [{ at: `${formatNumber(seconds)} s`, x: seconds, y: of(reconnects, slice), isMarked: slice % markEvery === at % markEvery }]
  })
}

import type { ResultDocument, TrialResult } from '../../core/result.ts'
import { msPerSecond } from '../../core/units.ts'
import { chartNames, contendersOf, countedTrials, singleTrialNote, transportOf } from '../contenders.ts'
import { formatExact, formatNumber } from '../../text/format.ts'
import { firstFitting, spanTexts, type OwnedValue } from './caption.ts'
import type { Figure, LinePanel, LineSeries } from './figure.ts'
import { faultMarks, scaleOverTime } from './over-time.ts'
import { smallMultiples } from './small-multiples.ts'

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
  const xMax = trials.reduce((most, trial) => Math.max(most, lastChangeSeconds(trial)), 1)
  const panelOf = (title: string, hint: string, unit: string, of: (reconnects: Reconnects, slice: number) => number): LinePanel => {
    const series = trials.map((trial, at): LineSeries => ({
      label: labels[at]!,
      style: at,
      points: trial === undefined ? [] : pointsOf(trial, at, xMax, of),
      end: null,
    }))
    const yScale = scaleOverTime(series)
    return {
      kind: 'lines',
      title,
      hint: yScale === 'log' ? `${hint}; log scale` : hint,
      xTitle: 'Seconds since the measured window opened',
      yTitle: '',
      xScale: 'linear',
      yScale,
      xMax,
      unit,
      marks: faultMarks(trials),
      series,
      emptyText: 'No counted trial with a fault',
    }
  }
  const panels = [
    panelOf('Clients connected', 'higher is better', 'clients', (reconnects, slice) => reconnects.connectedCount[slice]!),
    panelOf('Attempts to come back, per 100 ms', 'lower is better', 'attempts', (reconnects, slice) => reconnects.attemptCount[slice]!),
  ].flatMap((panel) => smallMultiples(panel, contenders.map(transportOf)))
  return {
    id: 'recovery',
    title: 'How do clients come back?',
    caption: {
      see: backText(trials, labels),
      read: `The first counted trial of each contender, in slices of ${formatExact(first.recovery!.reconnects.sliceMs)} ms. Shaded: the fault as it took place in the first of them.`,
    },
    notes: [singleTrialNote(trials, labels)],
    without: [],
    columns: panels.length > 2 ? 2 : 1,
    panels,
  }
}

/** What to see first: how long after the start of the last fault all were back. */
function backText(trials: readonly (TrialResult | undefined)[], labels: readonly string[]): string {
  const drawn = trials.flatMap((trial, at) => (trial === undefined ? [] : [{ trial, label: labels[at]! }]))
  const back = drawn.flatMap(({ trial, label }): OwnedValue[] => {
    const ms = trial.recovery!.faults.at(-1)?.backAfterStartMs.all ?? null
    return ms === null ? [] : [{ label, value: ms / msPerSecond }]
  })
  const missing = drawn.filter(({ label }) => back.every((one) => one.label !== label))
  if (back.length === 0) return 'In no trial that is drawn did all clients come back.'
  const { named, bare } = spanTexts(back, 's')
  const rest = missing.length === 0 ? '' : ` Not all came back: ${missing.map(({ label }) => label).join('; ')}.`
  const few = missing.length === 0 ? '' : ` Of ${missing.length} contenders not all came back.`
  return firstFitting(
    `All clients were back ${named} after the fault began.${rest}`,
    `All clients were back ${named} after the fault began.${few}`,
    `All clients were back ${bare} after the fault began.${few}`,
  )
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

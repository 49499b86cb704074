import type { ResultDocument, TrialResult } from '../../core/result.ts'
import { msPerSecond, usPerMs } from '../../core/units.ts'
import { chartNames, contendersOf, countedTrials, singleTrialNote } from '../contenders.ts'
import { formatDurationMs, formatDurationUs, formatExact } from '../format.ts'
import type { Figure, LineEvent, LinePanel } from './figure.ts'

type Slice = TrialResult['timeline'][number]

const sliceMs = 250
const markEvery = 6
/** Collecting garbage for so much of a slice is marked: 4 % of it. */
const gcMarkUs = 10_000

/** The counted trial in the middle by p99 (the lower of two); the first where none has a p99. One whose latency does not count is taken in need only. */
function typicalTrial(document: ResultDocument, label: string): TrialResult | undefined {
  const ofLatency = countedTrials(document, label, 'latency')
  const trials = ofLatency.length > 0 ? ofLatency : countedTrials(document, label)
  const ordered = trials
    .filter((trial) => trial.deliveryLatencyUs.p99 !== null)
    .sort((a, b) => a.deliveryLatencyUs.p99! - b.deliveryLatencyUs.p99!)
  return ordered[Math.floor((ordered.length - 1) / 2)] ?? trials[0]
}

function whyEmpty(trials: readonly (TrialResult | undefined)[], key: string): string {
  const slice = trials.flatMap((trial) => trial?.timeline ?? [])[0]
  return `Not measured: ${slice === undefined ? 'no counted trial' : (slice.reasons[key] ?? 'no delivery in any slice')}`
}

function windowText(document: ResultDocument): string {
  const phases = document.scenario.resolved['phases']
  const measuredMs = typeof phases === 'object' && phases !== null && 'measuredMs' in phases ? phases.measuredMs : null
  return typeof measuredMs === 'number' ? ` The window lasts ${formatDurationMs(measuredMs)}; what comes later is its drain.` : ''
}

/** Why the first polls seem to bring less: what they bring beside was due before the window, and belongs to the warm-up. */
function pollText(document: ResultDocument): string {
  const polls = document.summary.some(({ transport }) => transport === 'short-poll')
  return polls
    ? ' Short polling looks low until its first interval is over: deliveries of messages due in the warm-up are not counted.'
    : ''
}

/**
 * What a reader should know of a slice. A stall is told of contenders only whose deliveries are usually quicker than a
 * slice: who polls every two seconds always has something under way.
 */
function eventOf({ dueCount, deliveredCount, arrivedCount, heldCount, serverGcUs }: Slice, isPrompt: boolean): { event?: LineEvent } {
  if (dueCount > 0 && arrivedCount === 0) return { event: 'lost' }
  if (isPrompt && deliveredCount === 0 && heldCount !== undefined && heldCount > 0) return { event: 'stall' }
  return serverGcUs !== null && serverGcUs >= gcMarkUs ? { event: 'gc' } : {}
}

function isPrompt({ deliveryLatencyUs: { p50 } }: TrialResult): boolean {
  return p50 !== null && p50 < sliceMs * usPerMs
}

/** How to read the marks; what an older result does not know has no mark. */
function marksText(trials: readonly (TrialResult | undefined)[]): string {
  const slices = trials.flatMap((trial) => trial?.timeline ?? [])
  const ring = `A ring: the server spent ${formatDurationUs(gcMarkUs)} of a slice or more collecting garbage.`
  if (slices.every(({ arrivedCount }) => arrivedCount === undefined)) return ring
  return `${ring} At the bottom, two bars: nothing arrived in the slice, though messages due before it were under way; a cross: of the messages due in the slice, none ever arrived.`
}

/** The measured window of one trial of each contender, in slices of 250 ms. */
export function timelineFigure(document: ResultDocument): Figure {
  const contenders = contendersOf(document)
  const labels = chartNames(document)
  const trials = contenders.map(({ label }) => typicalTrial(document, label))
  const xMax = trials
    .flatMap((trial) => trial?.timeline.map(({ atMs }) => (atMs + sliceMs) / msPerSecond) ?? [])
    .reduce((a, b) => Math.max(a, b), 1)
  const panel = (
    title: string,
    unit: string,
    yScale: LinePanel['yScale'],
    key: string,
    of: (slice: Slice) => number | null,
  ): LinePanel => ({
    kind: 'lines',
    title,
    hint: '',
    xTitle: 'Seconds since the measured window opened',
    yTitle: '',
    xScale: 'linear',
    yScale,
    xMax,
    unit,
    series: trials.map((trial, at) => ({
      label: labels[at]!,
      style: at,
      points: (trial?.timeline ?? []).map((slice, index) => ({
        at: `${formatExact(slice.atMs)} to ${formatExact(slice.atMs + sliceMs)} ms`,
        x: (slice.atMs + sliceMs / 2) / msPerSecond,
        y: of(slice),
        isMarked: index % markEvery === at % markEvery,
        ...eventOf(slice, isPrompt(trial!)),
      })),
      end: null,
    })),
    emptyText: whyEmpty(trials, key),
  })
  const inMs = (value: number | null) => (value === null ? null : Math.max(1, value) / usPerMs)
  return {
    id: 'timeline',
    title: 'What happened in the measured window?',
    notes: [
      `The trial with the middle p99 of each contender, in slices of ${sliceMs} ms. A gap in a line: too little to measure in that slice.${windowText(document)}${pollText(document)}`,
      marksText(trials),
      singleTrialNote(trials, labels),
    ],
    columns: 2,
    panels: [
      panel('Deliveries received, per second', '/s', 'linear', 'deliveredCount', (slice) => (slice.deliveredCount * msPerSecond) / sliceMs),
      panel('Server CPU, ms/s', 'ms/s', 'linear', 'serverCpuMsPerSecond', (slice) => slice.serverCpuMsPerSecond),
      panel('Delivery latency p50, ms', 'ms', 'log', 'p50Us', (slice) => inMs(slice.p50Us)),
      panel('Delivery latency max, ms', 'ms', 'log', 'maxUs', (slice) => inMs(slice.maxUs)),
      panel('Server garbage collection, ms/s', 'ms/s', 'linear', 'serverGcUs', ({ serverGcUs }) =>
        serverGcUs === null ? null : serverGcUs / usPerMs / (sliceMs / msPerSecond),
      ),
      panel('Requests, per second', '/s', 'linear', 'requestCount', ({ requestCount }) => (requestCount * msPerSecond) / sliceMs),
    ],
  }
}

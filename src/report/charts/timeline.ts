import type { Family } from '../../core/family.ts'
import type { ResultDocument, TrialResult } from '../../core/result.ts'
import { msPerSecond, usPerMs } from '../../core/units.ts'
import { chartNames, contendersOf, countedTrials, singleTrialNote, transportOf } from '../contenders.ts'
import { formatDurationMs, formatDurationUs, formatExact, uncapital } from '../../text/format.ts'
import { alikeLines } from './alike.ts'
import { endsOf, firstFitting, inUnit } from './caption.ts'
import type { Figure, LineEvent, LinePanel, LineSeries } from './figure.ts'
import { faultMarks, scaleOverTime, spoiltMarks } from './over-time.ts'
import { scaleFor } from './scale.ts'
import { mostLines, smallMultiples } from './small-multiples.ts'

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

/** How to read the marks that are there. */
function marksText(panels: readonly LinePanel[]): string {
  const events = new Set(panels.flatMap(({ series }) => series.flatMap(({ points }) => points.flatMap(({ event }) => event ?? []))))
  const parts = [
    ...(events.has('gc') ? [` Ring: ${formatDurationUs(gcMarkUs)} or more of GC.`] : []),
    ...(events.has('stall') ? [' Two bars: nothing arrived.'] : []),
    ...(events.has('lost') ? [' Cross: what was due was lost.'] : []),
  ]
  return parts.join('')
}

/** One chart of the figure: a quantity of a slice. */
interface Part {
  title: string
  unit: string
  key: string
  family: Family
  of: (slice: Slice, document: ResultDocument) => number | null
  /** Latency is 0 nowhere, so that all of its values choose the scale; of the others what is usual does. */
  isLatency?: true
  /** Drawn with any number of contenders; the others with as many as one chart holds. */
  isAlways?: true
}

const inMs = (value: number | null): number | null => (value === null ? null : Math.max(1, value) / usPerMs)

const parts: readonly Part[] = [
  {
    title: 'Deliveries received, per second',
    unit: '/s',
    key: 'deliveredCount',
    family: 'throughput',
    of: ({ deliveredCount }) => (deliveredCount * msPerSecond) / sliceMs,
    isAlways: true,
  },
  { title: 'Server CPU, ms/s', unit: 'ms/s', key: 'serverCpuMsPerSecond', family: 'cpu', of: cpuOf, isAlways: true },
  { title: 'Delivery latency p50, ms', unit: 'ms', key: 'p50Us', family: 'latency', of: ({ p50Us }) => inMs(p50Us), isLatency: true },
  {
    title: 'Delivery latency max, ms',
    unit: 'ms',
    key: 'maxUs',
    family: 'latency',
    of: ({ maxUs }) => inMs(maxUs),
    isLatency: true,
    isAlways: true,
  },
  {
    title: 'Server garbage collection, ms/s',
    unit: 'ms/s',
    key: 'serverGcUs',
    family: 'cpu',
    of: ({ serverGcUs }) => (serverGcUs === null ? null : serverGcUs / usPerMs / (sliceMs / msPerSecond)),
  },
  {
    title: 'Requests, per second',
    unit: '/s',
    key: 'requestCount',
    family: 'throughput',
    of: ({ requestCount }) => (requestCount * msPerSecond) / sliceMs,
  },
]

/** Older results have the difference of two processes' counters where a server was replaced: less than nothing, or more than all processors have. */
function cpuOf({ serverCpuMsPerSecond: value }: Slice, { environment }: ResultDocument): number | null {
  const { coreCount } = environment
  const most = typeof coreCount === 'number' ? coreCount * msPerSecond : Number.POSITIVE_INFINITY
  return value === null || value < 0 || value > most ? null : value
}

/** The measured window of one trial of each contender, in slices of 250 ms. */
export function timelineFigure(document: ResultDocument): Figure {
  const contenders = contendersOf(document)
  const labels = chartNames(document)
  const trials = contenders.map(({ label }) => typicalTrial(document, label))
  const xMax = trials
    .flatMap((trial) => trial?.timeline.map(({ atMs }) => (atMs + sliceMs) / msPerSecond) ?? [])
    .reduce((a, b) => Math.max(a, b), 1)
  const panelOf = ({ title, unit, key, family, of, isLatency }: Part): LinePanel => {
    const series = trials.map((trial, at): LineSeries => ({
      label: labels[at]!,
      style: at,
      points: (trial?.timeline ?? []).map((slice, index) => ({
        at: `${formatExact(slice.atMs)} to ${formatExact(slice.atMs + sliceMs)} ms`,
        x: (slice.atMs + sliceMs / 2) / msPerSecond,
        y: of(slice, document),
        isMarked: index % markEvery === at % markEvery,
        ...eventOf(slice, isPrompt(trial!)),
      })),
      end: null,
    }))
    const yScale = isLatency === true ? scaleFor(series.flatMap(({ points }) => points.map(({ y }) => y))) : scaleOverTime(series)
    return {
      kind: 'lines',
      title,
      hint: yScale === 'log' ? 'log scale' : '',
      xTitle: 'Seconds since the measured window opened',
      yTitle: '',
      xScale: 'linear',
      yScale,
      xMax,
      unit,
      marks: [...faultMarks(trials), ...spoiltMarks(trials, labels, { family, until: xMax })],
      series,
      emptyText: whyEmpty(trials, key),
    }
  }
  const areFew = contenders.length <= mostLines
  const all = parts.filter(({ isAlways }) => areFew || isAlways === true).map(panelOf)
  const alike = all.filter(isLevel)
  const left = areFew ? [] : ['With more than five contenders, p50, garbage collection and requests are left to result.json.']
  return {
    id: 'timeline',
    title: 'What happened in the measured window?',
    caption: {
      see: slowestText(trials, labels),
      read: `One trial of each contender, that with the middle p99, in slices of ${sliceMs} ms.${marksText(all)}`,
    },
    notes: [
      `A gap in a line: too little to measure in that slice.${windowText(document)}${pollText(document)}`,
      'A line on which more than a third of the slices would have a ring has none; tooltip and table have them all.',
      'Two bars at the bottom: messages due before the slice were under way. A cross: of those due in it, none ever arrived.',
      singleTrialNote(trials, labels),
      ...left,
    ],
    without: alikeLines(alike.map(levelText)),
    columns: 2,
    panels: all.filter((panel) => !alike.includes(panel)).flatMap((panel) => smallMultiples(panel, contenders.map(transportOf))),
  }
}

/** Whether two or more lines never leave one value, which is that of all. */
function isLevel({ series }: LinePanel): boolean {
  const lines = series.filter(({ points }) => points.some(({ y }) => y !== null))
  return (
    lines.length > 1 &&
    lines.length === series.length &&
    new Set(lines.flatMap(({ points }) => points.flatMap(({ y }) => y ?? []))).size === 1
  )
}

function levelText({ title, unit, series }: LinePanel): { what: string; span: string } {
  const value = series.flatMap(({ points }) => points.flatMap(({ y }) => y ?? []))[0] ?? 0
  return { what: uncapital(title.replace(/, (?:per second|ms\/s|ms)$/u, '')), span: `${inUnit(value, unit)} throughout` }
}

/** What to see first: the latest delivery of all, when and whose. */
function slowestText(trials: readonly (TrialResult | undefined)[], labels: readonly string[]): string {
  const slowest = trials.flatMap((trial, at) => {
    const slices = trial?.timeline.filter(({ maxUs }) => maxUs !== null) ?? []
    const last = slices.toSorted((a, b) => b.maxUs! - a.maxUs!)[0]
    return last === undefined ? [] : [{ label: labels[at]!, value: last.maxUs!, atMs: last.atMs }]
  })
  const [, most] = endsOf(slowest)
  if (most === undefined) return 'No delivery was measured.'
  return firstFitting(
    `The slowest delivery took ${formatDurationUs(most.value)}: ${most.label}, ${formatDurationMs(most.atMs)} into the window.`,
    `The slowest delivery took ${formatDurationUs(most.value)}.`,
  )
}

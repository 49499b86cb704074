import type { MetricId } from '../../core/metric.ts'
import type { ResultDocument, TrialResult } from '../../core/result.ts'
import { bytesPerKiB, bytesPerMiB } from '../../core/units.ts'
import { medianOf } from '../../metrics/statistics.ts'
import { chartNames, contendersOf, countedTrials, evidenceNote, transportOf } from '../contenders.ts'
import { slope } from '../../metrics/slope.ts'
import { formatNumber, formatPlural } from '../../text/format.ts'
import { alikeLines, alikeMetric, isAlike } from './alike.ts'
import { firstFitting, spanTexts } from './caption.ts'
import type { Figure, LinePanel, LinePoint, LineSeries } from './figure.ts'
import { scaleFor } from './scale.ts'
import { smallMultiples } from './small-multiples.ts'
import { spoiltNote, spoiltText } from './spoilt.ts'

type Step = TrialResult['ramp'][number]

/** Shift of a contender's points on the x axis, as a share of it, so that whiskers do not hide each other. */
const dodgeRatio = 0.008
const roomForShift = 1.06
/** From this size of a slope on it is told in KiB. */
const slopeUnits = { memory: bytesPerMiB / bytesPerKiB, descriptors: 1 } as const

function liveMiB({ memory }: Step): number | null {
  return memory.heapUsedBytes === null || memory.externalBytes === null ? null : (memory.heapUsedBytes + memory.externalBytes) / bytesPerMiB
}

function pointsOf(trials: readonly TrialResult[], of: (step: Step) => number | null, shift: number): LinePoint[] {
  const byClients = new Map<number, number[]>()
  for (const step of trials.flatMap((trial) => trial.ramp)) {
    const value = of(step)
    if (value !== null) byClients.set(step.clientCount, [...(byClients.get(step.clientCount) ?? []), value])
  }
  return [...byClients.entries()]
    .sort(([a], [b]) => a - b)
    .map(([clientCount, values]) => ({
      at: formatPlural(clientCount, 'client'),
      x: clientCount + shift,
      y: medianOf(values),
      isMarked: true,
      ...(values.length > 1 ? { low: Math.min(...values), high: Math.max(...values) } : {}),
    }))
}

function reasonOf(document: ResultDocument, key: 'memory' | 'descriptorCount'): string {
  const step = document.trials.flatMap((trial) => trial.ramp)[0]
  const reason = key === 'memory' ? Object.values(step?.memory.reasons ?? {})[0] : step?.reasons[key]
  return `Not measured: ${step === undefined ? 'no trial has a ramp' : (reason ?? 'no counted trial')}`
}

/** What one more client adds, by least squares through the medians; null where they are too few. */
function slopeOf(points: readonly LinePoint[]): number | null {
  const known = points.flatMap(({ x, y }) => (y === null ? [] : [{ x, y }]))
  const { estimate } = slope(
    known.map(({ x }) => x),
    known.map(({ y }) => y),
  )
  return estimate?.value ?? null
}

/** The least-squares line through the medians, without the shift that keeps them apart. */
function fitted(points: readonly LinePoint[], kind: keyof typeof slopeUnits): Pick<LineSeries, 'fit' | 'note'> {
  const known = points.flatMap(({ x, y }) => (y === null ? [] : [{ x, y }]))
  const [value, last] = [slopeOf(points), known.at(-1)]
  if (value === null || last === undefined) return {}
  const mean = (of: (point: { x: number; y: number }) => number): number => known.reduce((sum, point) => sum + of(point), 0) / known.length
  const [meanX, meanY] = [mean(({ x }) => x), mean(({ y }) => y)]
  const at = (x: number) => ({ x, y: meanY + value * (x - meanX) })
  const shown = formatNumber(value * slopeUnits[kind])
  return { fit: [at(0), at(last.x)], note: kind === 'memory' ? `${shown} KiB a client` : `${shown} a client` }
}

/** What each panel draws, and the metric by which nobody may differ in it. */
const parts = [
  { kind: 'memory', title: 'Live memory, MiB', unit: 'MiB', of: liveMiB, metric: 'serverMemoryPerClient', reason: 'memory' },
  {
    kind: 'descriptors',
    title: 'Open descriptors',
    unit: '',
    of: ({ descriptorCount }: Step) => descriptorCount,
    metric: 'serverDescriptorsPerClient',
    reason: 'descriptorCount',
  },
] as const

/** Live memory and descriptors of the server against connected clients, in the five steps in which they connect. */
export function rampFigure(document: ResultDocument): Figure {
  const contenders = contendersOf(document)
  const labels = chartNames(document)
  const trials = contenders.map(({ label }) => countedTrials(document, label, 'memory'))
  const counts = new Set(trials.flat().flatMap((trial) => trial.ramp.map((step) => step.clientCount)))
  const most = Math.max(1, ...counts)
  const panelOf = ({ kind, title, unit, of, reason }: (typeof parts)[number]): LinePanel => {
    const series = contenders.map(({ label }, at): LineSeries => {
      const shift = (at - (contenders.length - 1) / 2) * dodgeRatio * most
      const points = pointsOf(trials[at]!, of, shift)
      const { note, ...fit } = fitted(points, kind)
      const notes = [note, spoiltText(document, label, 'memory') === null ? undefined : spoiltNote].filter((text) => text !== undefined)
      return { label: labels[at]!, style: at, points, end: null, ...fit, ...(notes.length === 0 ? {} : { note: notes.join('; ') }) }
    })
    const yScale = scaleFor(series.flatMap(({ points }) => points.map(({ y }) => y)))
    return {
      kind: 'lines',
      title,
      hint: `lower is better${yScale === 'log' ? '; log scale' : ''}`,
      xTitle: 'Connected clients',
      yTitle: '',
      xScale: 'linear',
      yScale,
      xMax: most * roomForShift,
      xTicks: [0, ...counts].sort((a, b) => a - b),
      unit,
      series,
      emptyText: reasonOf(document, reason),
    }
  }
  const alike = parts.filter(({ metric }) => isAlike(document, metric))
  const panels = parts.filter((part) => !alike.includes(part)).map(panelOf)
  const medians = (metric: MetricId) => document.summary.map((row) => row.metrics[metric]?.median ?? null)
  return {
    id: 'ramp',
    title: 'What does one more client hold on the server?',
    caption: {
      see: slopeText(panels),
      read: 'Median over blocks after each step of connecting. Whisker: range over blocks. Thin line: fitted; its slope stands below the name.',
    },
    notes: [
      'Live memory: heap and external, after forced GC. Points of the same step stand side by side so that none hides another.',
      evidenceNote(document),
    ],
    without: alikeLines(alike.map(({ metric }) => alikeMetric(metric, medians(metric)))),
    columns: 2,
    panels: panels.flatMap((panel) => smallMultiples(panel, contenders.map(transportOf))),
  }
}

/** What to see first: the slopes of the first panel that has any. */
function slopeText(panels: readonly LinePanel[]): string {
  for (const { unit, series } of panels) {
    const kind = unit === '' ? 'descriptors' : 'memory'
    const slopes = series.flatMap(({ label, points }) => {
      const value = slopeOf(points)
      return value === null ? [] : [{ label, value: value * slopeUnits[kind] }]
    })
    if (slopes.length === 0) continue
    const { named, bare } = spanTexts(slopes, kind === 'memory' ? 'KiB' : '')
    const what = kind === 'memory' ? 'of live memory' : 'descriptors'
    return firstFitting(`One more client holds ${named} ${what}.`, `One more client holds ${bare} ${what}.`)
  }
  return panels.length === 0 ? 'Every contender holds the same for a client.' : 'No slope was measured.'
}

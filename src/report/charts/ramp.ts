import type { ResultDocument, TrialResult } from '../../core/result.ts'
import { bytesPerKiB, bytesPerMiB } from '../../core/units.ts'
import { medianOf } from '../../metrics/statistics.ts'
import { chartNames, contendersOf, countedTrials, evidenceNote } from '../contenders.ts'
import { slope } from '../../metrics/slope.ts'
import { formatNumber, formatPlural } from '../format.ts'
import type { Figure, LinePanel, LinePoint, LineSeries } from './figure.ts'

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

/** The least-squares line through the medians, without the shift that keeps them apart. */
function fitted(points: readonly LinePoint[], kind: keyof typeof slopeUnits): Pick<LineSeries, 'fit' | 'note'> {
  const known = points.flatMap(({ x, y }) => (y === null ? [] : [{ x, y }]))
  const { estimate } = slope(
    known.map(({ x }) => x),
    known.map(({ y }) => y),
  )
  const [first, last] = [known[0], known.at(-1)]
  if (estimate === null || first === undefined || last === undefined) return {}
  const mean = (of: (point: { x: number; y: number }) => number): number => known.reduce((sum, point) => sum + of(point), 0) / known.length
  const [meanX, meanY] = [mean(({ x }) => x), mean(({ y }) => y)]
  const at = (x: number) => ({ x, y: meanY + estimate.value * (x - meanX) })
  const shown = formatNumber(estimate.value * slopeUnits[kind])
  return { fit: [at(0), at(last.x)], note: kind === 'memory' ? `${shown} KiB a client` : `${shown} a client` }
}

/** Live memory and descriptors of the server against connected clients, in the five steps in which they connect. */
export function rampFigure(document: ResultDocument): Figure {
  const contenders = contendersOf(document)
  const labels = chartNames(document)
  const trials = contenders.map(({ label }) => countedTrials(document, label, 'memory'))
  const counts = new Set(trials.flat().flatMap((trial) => trial.ramp.map((step) => step.clientCount)))
  const most = Math.max(1, ...counts)
  const panel = (
    title: string,
    unit: string,
    of: (step: Step) => number | null,
    kind: keyof typeof slopeUnits,
    emptyText: string,
  ): LinePanel => ({
    kind: 'lines',
    title,
    hint: 'lower is better',
    xTitle: 'Connected clients',
    yTitle: '',
    xScale: 'linear',
    yScale: 'linear',
    xMax: most * roomForShift,
    xTicks: [0, ...counts].sort((a, b) => a - b),
    unit,
    series: contenders.map((_, at) => {
      const shift = (at - (contenders.length - 1) / 2) * dodgeRatio * most
      const points = pointsOf(trials[at]!, of, shift)
      return { label: labels[at]!, style: at, points, end: null, ...fitted(points, kind) }
    }),
    emptyText,
  })
  return {
    id: 'ramp',
    title: 'What does one more client hold on the server?',
    notes: [
      'Live memory: heap and external, after forced GC. Median over blocks; whiskers: range over blocks. Points of the same step stand side by side so that none hides another. The slope is the cost of a client; the thin straight line is fitted to the points, and its slope stands below the name.',
      evidenceNote(document),
    ],
    columns: 2,
    panels: [
      panel('Live memory, MiB', 'MiB', liveMiB, 'memory', reasonOf(document, 'memory')),
      panel('Open descriptors', '', (step) => step.descriptorCount, 'descriptors', reasonOf(document, 'descriptorCount')),
    ],
  }
}

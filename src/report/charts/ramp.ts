import type { ResultDocument, TrialResult } from '../../core/result.ts'
import { bytesPerMiB } from '../../core/units.ts'
import { contendersOf, countedTrials, middle } from '../contenders.ts'
import { formatPlural } from '../format.ts'
import { chartLabels } from '../name-text.ts'
import { evidenceNote } from './evidence.ts'
import type { Figure, LinePanel, LinePoint } from './figure.ts'

type Step = TrialResult['ramp'][number]

/** Shift of a contender's points on the x axis, as a share of it, so that whiskers do not hide each other. */
const dodgeRatio = 0.008
const roomForShift = 1.06

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
      y: middle(values),
      isMarked: true,
      ...(values.length > 1 ? { low: Math.min(...values), high: Math.max(...values) } : {}),
    }))
}

function reasonOf(document: ResultDocument, key: 'memory' | 'descriptorCount'): string {
  const step = document.trials.flatMap((trial) => trial.ramp)[0]
  const reason = key === 'memory' ? Object.values(step?.memory.reasons ?? {})[0] : step?.reasons[key]
  return `Not measured: ${step === undefined ? 'no trial has a ramp' : (reason ?? 'no counted trial')}`
}

/** Live memory and descriptors of the server against connected clients, in the five steps in which they connect. */
export function rampFigure(document: ResultDocument): Figure {
  const contenders = contendersOf(document)
  const labels = chartLabels(contenders.map(({ label }) => label))
  const trials = contenders.map(({ label }) => countedTrials(document, label))
  const most = trials
    .flatMap((list) => list.flatMap((trial) => trial.ramp.map((step) => step.clientCount)))
    .reduce((a, b) => Math.max(a, b), 1)
  const panel = (title: string, unit: string, of: (step: Step) => number | null, emptyText: string): LinePanel => ({
    kind: 'lines',
    title,
    hint: 'lower is better',
    xTitle: 'Connected clients',
    yTitle: '',
    xScale: 'linear',
    yScale: 'linear',
    xMax: most * roomForShift,
    xTicks: [0, ...new Set(trials.flatMap((list) => list.flatMap((trial) => trial.ramp.map((step) => step.clientCount))))].sort(
      (a, b) => a - b,
    ),
    unit,
    series: contenders.map((_, at) => {
      const shift = (at - (contenders.length - 1) / 2) * dodgeRatio * most
      return { label: labels[at]!, style: at, points: pointsOf(trials[at]!, of, shift), end: null }
    }),
    emptyText,
  })
  return {
    id: 'ramp',
    title: 'What a connected client holds on the server',
    notes: [
      'Live memory: heap and external, after forced GC. Median over blocks; whiskers: range over blocks. Points of the same step stand side by side so that none hides another. The slope is the cost of a client.',
      evidenceNote(document),
    ],
    columns: 2,
    panels: [
      panel('Live memory, MiB', 'MiB', liveMiB, reasonOf(document, 'memory')),
      panel('Open descriptors', '', (step) => step.descriptorCount, reasonOf(document, 'descriptorCount')),
    ],
  }
}

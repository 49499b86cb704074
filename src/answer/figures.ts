import type { Family } from '../core/family.ts'
import type { FaultKind } from '../core/fault-plan.ts'
import type { FaultRecovery } from '../core/fault-result.ts'
import { metrics, type MetricId, type Unit } from '../core/metric.ts'
import type { Comparison, PairVerdict, ResultDocument, SummaryRow, TrialResult } from '../core/result.ts'
import { msPerSecond, usPerMs } from '../core/units.ts'
import { exclusionReason, failureOf } from '../metrics/comparison.ts'
import { judgePair, pairBlocks, pairPValue, type BlockValues, type Threshold } from '../metrics/pair-verdict.ts'
import { holmLevels, medianOf } from '../metrics/statistics.ts'
import { counts, isCounted } from '../metrics/validity.ts'

/** A figure that only some workloads have, and that no summary holds: an answer compares it as it does a metric. */
interface OwnFigure {
  unit: Pick<Unit, 'divisor' | 'shown'>
  /** The trials in which it counts. */
  family: Family
  threshold: Threshold
  /** In the unit that it is stored in; null where the trial has none, +∞ where what it measures never ended. */
  of: (trial: TrialResult) => number | null
}

const inSeconds: OwnFigure['unit'] = { divisor: msPerSecond, shown: 's' }

/** Faults after which clients have to come back. */
export const breaking: readonly FaultKind[] = ['server-kill', 'server-restart', 'freeze', 'cut', 'refuse']

/** The largest over the faults of a trial; null where none has it. */
function most(trial: TrialResult, of: (fault: FaultRecovery) => number | null): number | null {
  const values = (trial.recovery?.faults ?? []).map(of).filter((value) => value !== null)
  return values.length === 0 ? null : Math.max(...values)
}

const own = {
  allBack: {
    unit: inSeconds,
    family: 'latency',
    threshold: { ratio: 1.2, floor: 100 },
    of: (trial) =>
      most(trial, ({ kind, backAfterStartMs, awayCount, returnedCount }) => {
        if (awayCount === 0 || !breaking.includes(kind)) return null
        return returnedCount < awayCount ? Number.POSITIVE_INFINITY : backAfterStartMs.all
      }),
  },
  peakAttempts: {
    unit: { divisor: 1, shown: '' },
    family: 'latency',
    threshold: { ratio: 1.2, floor: null },
    of: (trial) =>
      most(trial, ({ kind, peakAttemptsPerSecond, awayCount }) =>
        awayCount > 0 && breaking.includes(kind) ? peakAttemptsPerSecond : null,
      ),
  },
  deadKept: {
    unit: { divisor: 1, shown: '' },
    family: 'counts',
    threshold: { ratio: 1.2, floor: 1 },
    of: (trial) => most(trial, ({ kind, serverKeptCount }) => (kind === 'half-open' ? serverKeptCount : null)),
  },
  sentInVain: {
    unit: { divisor: 1, shown: '' },
    family: 'counts',
    threshold: { ratio: 1.2, floor: 1 },
    of: (trial) => most(trial, ({ sentInVainCount }) => sentInVainCount ?? null),
  },
  firstMessageP50: {
    unit: { divisor: usPerMs, shown: 'ms' },
    family: 'latency',
    threshold: { ratio: 1.1, floor: null },
    of: (trial) => trial.jobs?.firstMessageUs.p50 ?? null,
  },
  requestsPerJob: {
    unit: { divisor: 1, shown: '' },
    family: 'throughput',
    threshold: { ratio: 1.05, floor: null },
    of: (trial) => trial.jobs?.requestCountPerJob ?? null,
  },
} satisfies Record<string, OwnFigure>

export type FigureId = MetricId | keyof typeof own

function ownFigure(id: FigureId): OwnFigure | undefined {
  return (own as Partial<Record<FigureId, OwnFigure>>)[id]
}

/** The unit that a figure is shown in. */
export function unitOf(id: FigureId): Pick<Unit, 'divisor' | 'shown'> {
  return ownFigure(id)?.unit ?? metrics[id as MetricId].unit
}

/** What a contender has of a figure over its blocks. */
export type FigureSummary = Pick<SummaryRow['metrics'][MetricId] & object, 'values' | 'blocks' | 'median'>

/**
 * A figure of a contender over the blocks in which it counts; undefined where nobody recorded it. A block in which it is +∞ stands
 * above all others in the median, as in summaries: leaving it out would reward a contender for where it failed.
 */
export function figureOf({ trials }: Pick<ResultDocument, 'trials'>, row: SummaryRow | undefined, id: FigureId): FigureSummary | undefined {
  const figure = ownFigure(id)
  if (figure === undefined) return row?.metrics[id as MetricId]
  const found = ownReadings(trials, row?.contender, figure)
  const finite = found.filter(({ value }) => Number.isFinite(value))
  const middle = medianOf(found.map(({ value }) => value))
  return {
    values: finite.map(({ value }) => value),
    blocks: finite.map(({ block }) => block),
    median: middle === null || !Number.isFinite(middle) ? null : middle,
  }
}

function ownReadings(trials: readonly TrialResult[], label: string | undefined, figure: OwnFigure): { value: number; block: number }[] {
  return trials
    .filter((trial) => trial.contender === label && isCounted(trial) && counts(trial, figure.family))
    .flatMap((trial) => {
      const value = figure.of(trial)
      return value === null ? [] : [{ value, block: trial.block }]
    })
    .toSorted((a, b) => a.block - b.block)
}

/** Why contenders may not be named better in a figure, by label, as in the verdicts of runs: they failed, or are at +∞ in a block. */
export function excludedFrom({ summary, trials }: Pick<ResultDocument, 'summary' | 'trials'>, id: FigureId): Map<string, string> {
  const figure = ownFigure(id)
  if (figure === undefined) return new Map(summary.flatMap((row) => exclusionReason(id as MetricId, row, trials)))
  return new Map(
    summary.flatMap((row): [string, string][] => {
      const failure = failureOf(row, trials)
      if (failure !== null) return [[row.contender, failure]]
      const unbounded = ownReadings(trials, row.contender, figure).find(({ value }) => value === Number.POSITIVE_INFINITY)
      return unbounded === undefined ? [] : [[row.contender, `is at ∞ in block ${unbounded.block + 1}`]]
    }),
  )
}

/** How all pairs compare in a figure, and what matters in it. */
export type FigureComparison = Pick<Comparison['metrics'][number], 'pairs' | 'ratioThatMatters' | 'floorThatMatters'>

/** The comparison of a figure: that of the document, or made here in the same way where it is none of its metrics. */
export function comparisonOf(document: ResultDocument, id: FigureId): FigureComparison | undefined {
  const figure = ownFigure(id)
  if (figure === undefined) return document.comparison.metrics.find(({ metric }) => metric === id)
  const sides = document.summary.map((row): BlockValues => {
    const { blocks, values } = figureOf(document, row, id)!
    return { label: row.contender, values: new Map(blocks.map((block, at) => [block, values[at]!])) }
  })
  return {
    pairs: comparePairs(sides, figure.threshold, excludedFrom(document, id)),
    ratioThatMatters: figure.threshold.ratio,
    floorThatMatters: figure.threshold.floor,
  }
}

/**
 * All pairs of some sides, by the verdicts of runs: their intervals hold together (Holm).
 *
 * @param excluded why a contender may not be named better, by label
 */
export function comparePairs(sides: readonly BlockValues[], threshold: Threshold, excluded: ReadonlyMap<string, string>): PairVerdict[] {
  const found = sides.flatMap((a, at) => sides.slice(at + 1).flatMap((b) => pairBlocks(a, b, threshold) ?? []))
  const tested = found.filter((pair) => pair.found.count > 1)
  const levels = new Map(holmLevels(tested.map(pairPValue)).map((level, at) => [tested[at]!, level]))
  return found.map((pair) => judgePair(pair, levels.get(pair) ?? 0, excluded))
}

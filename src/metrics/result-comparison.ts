import { metricIds, metrics, type MetricId } from '../core/metric.ts'
import { runVerdicts, type LedgerVerdict, type RunComparison, type RunVerdict } from '../core/run-comparison.ts'
import type { Ledger, MetricSummary, ResultDocument, SummaryRow } from '../core/result.ts'
import { barriersBetween, notedDifferences } from './comparability.ts'
import { exclusionReason } from './comparison.ts'
import { boundedOnScale, differenceThatMatters, fewestBlocks, pairPValue, scaleOf, verdictOf, type Side } from './pair-verdict.ts'
import { owedCount } from './ledger.ts'
import { isUnbounded } from './quantiles.ts'
import { isWhyOut } from './validity.ts'
import { defaultLevel, halfWidth, moments, welchMoments, type Moments } from './student.ts'
import { boundedInterval, equivalenceLevel, holmLevels, median, mostBlocks } from './statistics.ts'

/** Where a document was read from. */
export interface ReadResult {
  file: string
  document: ResultDocument
}

/** Blocks with a value that each run needs for a verdict. */
export const fewestPerSide = 2
const ledgerFigures = ['lostCount', 'duplicatedCount', 'reorderedCount', 'unexpectedCount', 'corruptedCount'] as const

/**
 * Compares two runs of one scenario on one machine, contender by contender and metric by metric.
 *
 * Blocks of two runs are not paired: Welch's t on logarithms, at Holm's level over all rows, against the difference that
 * matters by the scenario of the run before. Anything else than one scenario and one known machine is not comparable, and
 * then no figure is compared at all.
 */
export function compareResults(before: ReadResult, after: ReadResult): RunComparison {
  const barriers = barriersBetween(before.document, after.document)
  const pairs = barriers.length > 0 ? [] : rowPairs(before.document, after.document)
  const verdicts = judgeAll(pairs.flatMap((pair) => metricIds.flatMap((id) => measure(id, pair, before.document, after.document) ?? [])))
  const ledger = pairs.flatMap(([row, other]) => compareLedgers(row.contender, row.ledger, other.ledger))
  const all = [...verdicts, ...ledger].map(({ verdict }) => verdict)
  return {
    schemaVersion: 1,
    before: runOf(before),
    after: runOf(after),
    comparable: barriers.length === 0,
    barriers,
    noted: notedDifferences(before.document, after.document),
    verdicts,
    ledger,
    withoutTrial: pairs.filter((pair) => pair.some((row) => row.countedTrialCount === 0)).map(([row]) => row.contender),
    unjudged: pairs.map(([row]) => row.contender).filter((label) => !verdicts.some((row) => row.contender === label && isJudged(row))),
    counts: Object.fromEntries(
      runVerdicts.map((kind) => [kind, all.filter((verdict) => verdict === kind).length]),
    ) as RunComparison['counts'],
  }
}

function isJudged({ verdict }: RunVerdict): boolean {
  return verdict !== 'notJudged'
}

type RowPair = [before: SummaryRow, after: SummaryRow]

function rowPairs(before: ResultDocument, after: ResultDocument): RowPair[] {
  return before.summary.flatMap((row): RowPair[] => {
    const other = after.summary.find(({ contender }) => contender === row.contender)
    return other === undefined ? [] : [[row, other]]
  })
}

/** A row before Holm has given it a level. */
interface Measured {
  row: RunVerdict
  /** Absent where there is nothing to judge. */
  found?: Moments
  /** √(s₁² + s₂²), for the blocks that would decide. */
  deviation: number
  matters: number
  /** Why it may not be named better, for the side that would be. */
  excluded: { improvement: string | undefined; regression: string | undefined }
}

/** Undefined where neither run has the metric. */
function measure(id: MetricId, [before, after]: RowPair, ofBefore: ResultDocument, ofAfter: ResultDocument): Measured | undefined {
  const [one, other] = [before.metrics[id], after.metrics[id]]
  if (isEmpty(one) && isEmpty(other)) return undefined
  const sides = [one, other].map((summary): Side => ({ values: summary?.values ?? [], median: median(summary?.values ?? []) }))
  const [left, right] = [sides[0]!, sides[1]!]
  const scale = scaleOf(left, right)
  const { ratioThatMatters = metrics[id].defaultRatio, floorThatMatters = null } =
    ofBefore.comparison.metrics.find(({ metric }) => metric === id) ?? {}
  const reasons: Record<string, string> = {}
  if (one?.median == null) reasons['before'] = one?.reasons['median'] ?? 'not measured'
  if (other?.median == null) reasons['after'] = other?.reasons['median'] ?? 'not measured'
  const row: RunVerdict = {
    contender: before.contender,
    metric: id,
    scale,
    before: one?.median ?? null,
    after: other?.median ?? null,
    estimate: null,
    low: null,
    high: null,
    level: defaultLevel,
    pValue: null,
    differenceThatMatters: null,
    minimumDetectableEffect: null,
    beforeBlockCount: left.values.length,
    afterBlockCount: right.values.length,
    verdict: 'notJudged',
    blocksToDecide: null,
    reasons,
  }
  const excluded = {
    improvement: new Map(exclusionReason(id, after, ofAfter.trials)).get(after.contender),
    regression: new Map(exclusionReason(id, before, ofBefore.trials)).get(before.contender),
  }
  const fewest = Math.min(left.values.length, right.values.length)
  const tooFew = `${left.values.length} and ${right.values.length} blocks have a value; each side needs ${fewestPerSide}${whyMissing([one, other])}`
  const reason = whyUnbounded([one, other]) ?? whyOtherLatency(id, ofBefore, ofAfter) ?? (fewest < fewestPerSide ? tooFew : undefined)
  if (reason !== undefined) return { row: unjudged(row, reason), deviation: 0, matters: 0, excluded }
  const matters = differenceThatMatters(scale, left, right, { ratio: ratioThatMatters, floor: floorThatMatters })
  const [first, second] = [left, right].map(({ values }) => moments(scale === 'ratio' ? values.map(Math.log) : values)) as [
    Moments,
    Moments,
  ]
  return { row, found: welchMoments(first, second), deviation: Math.hypot(first.deviation, second.deviation), matters, excluded }
}

/** Results of before deliveries that came by resuming were kept apart have them in their latencies. */
function whyOtherLatency(id: MetricId, before: ResultDocument, after: ResultDocument): string | undefined {
  if (metrics[id].family !== 'latency') return undefined
  const trials = [before, after].map((document) => document.trials)
  const [one, other] = trials.map((own) => own.every(({ connections }) => connections.resumeAcrossLogsCount !== undefined))
  const canHaveResumed = trials.flat().some(({ recovery, connections }) => recovery !== undefined || connections.reconnectCount > 0)
  if (one === other || !canHaveResumed) return undefined
  return `in the run ${one === true ? 'after' : 'before'}, delivery latency includes deliveries received by resuming`
}

/** Blocks in which the metric is +∞ have no value, and those that are left would flatter. */
function whyUnbounded(sides: readonly (MetricSummary | undefined)[]): string | undefined {
  return ['before', 'after'].flatMap((side, index) => {
    const reason = sides[index]?.reasons['low'] ?? ''
    return isUnbounded(reason) ? [`${side}: ${reason}`] : []
  })[0]
}

/** " (after: competing-load: other processes used its processors)"; empty where no block lacks the value. */
function whyMissing(sides: readonly (MetricSummary | undefined)[]): string {
  const texts = ['before', 'after'].flatMap((side, index) => {
    const reason = sides[index]?.reasons['median'] ?? sides[index]?.reasons['values']
    const causes = new Set(reason?.split('; ').map((text) => text.replace(/^block \d+: /u, '')))
    return causes.size === 0 ? [] : [`${side}: ${[...causes].join('; ')}`]
  })
  return texts.length === 0 ? '' : ` (${texts.join('; ')})`
}

/** Without a value, and that not because gates spoilt it: what was measured and does not count is to be missed. */
function isEmpty(summary: MetricSummary | undefined): boolean {
  if (summary === undefined) return true
  return summary.values.length === 0 && !isUnbounded(summary.reasons['low'] ?? '') && !isWhyOut(summary.reasons['median'] ?? '')
}

function unjudged(row: RunVerdict, reason: string): RunVerdict {
  const nothing = ['estimate', 'low', 'high', 'pValue', 'differenceThatMatters', 'minimumDetectableEffect', 'blocksToDecide', 'verdict']
  return { ...row, reasons: { ...row.reasons, ...Object.fromEntries(nothing.map((key) => [key, reason])) } }
}

/** Gives all rows their levels together, and then each its verdict. */
function judgeAll(measured: readonly Measured[]): RunVerdict[] {
  const tested = measured.filter((entry) => entry.found !== undefined)
  const levels = holmLevels(tested.map(({ found }) => pairPValue({ found: found! })))
  const levelOf = new Map(tested.map((entry, index) => [entry, levels[index]!]))
  return measured.map((entry) => (entry.found === undefined ? entry.row : judge(entry, entry.found, levelOf.get(entry)!)))
}

function judge({ row, deviation, matters, excluded }: Measured, found: Moments, level: number): RunVerdict {
  const { scale } = row
  const onScale = (value: number): number => (scale === 'ratio' ? Math.exp(value) : value)
  const judged = verdictOf({ found, matters }, level)
  const shownLevel = judged === 'practicallyEqual' ? equivalenceLevel : level
  const { low, high, reasons: endless } = boundedOnScale({ scale, found }, shownLevel)
  const reasons: Record<string, string> = { ...row.reasons, ...endless }
  let verdict: RunVerdict['verdict'] = judged === 'better' ? (found.mean > 0 ? 'regression' : 'improvement') : judged
  const bar = verdict === 'improvement' || verdict === 'regression' ? excluded[verdict] : undefined
  if (bar !== undefined) {
    reasons['verdict'] = `the run ${verdict === 'improvement' ? 'after' : 'before'} ${bar}`
    verdict = 'undecided'
  }
  const pValue = found.deviation === 0 ? null : pairPValue({ found })
  if (pValue === null) reasons['pValue'] = 'no spread between blocks: decided exactly'
  let blocksToDecide: number | null = null
  let minimumDetectableEffect: number | null = null
  if (verdict !== 'undecided') Object.assign(reasons, { blocksToDecide: 'decided', minimumDetectableEffect: 'decided' })
  else if (bar !== undefined) {
    reasons['blocksToDecide'] = 'more blocks do not help against lost deliveries'
    reasons['minimumDetectableEffect'] = 'the change was shown but does not count'
  } else {
    const { high: effect, reasons: endlessEffect } = boundedInterval(0, onScale(halfWidth(found, level)), level)
    minimumDetectableEffect = effect
    if (effect === null) reasons['minimumDetectableEffect'] = endlessEffect['high']!
    blocksToDecide = fewestBlocks({ mean: found.mean, deviation }, matters, level, 2)
    if (blocksToDecide === null) reasons['blocksToDecide'] = `more than ${mostBlocks}`
  }
  const differenceThatMatters = onScale(matters)
  return {
    ...row,
    estimate: onScale(found.mean),
    low,
    high,
    level: shownLevel,
    pValue,
    differenceThatMatters,
    minimumDetectableEffect,
    verdict,
    blocksToDecide,
    reasons,
  }
}

function runOf({ file, document }: ReadResult): RunComparison['before'] {
  const { harness, environment, scenario, plan, interrupted } = document
  const startedAt = typeof environment['startedAt'] === 'string' ? environment['startedAt'] : null
  return {
    file,
    scenario: scenario.name,
    startedAt,
    commit: harness.commit,
    dirty: harness.dirty,
    blockCount: plan.blockOrder.length,
    interrupted,
    reasons: { ...harness.reasons, ...(startedAt === null ? { startedAt: 'the environment does not record it' } : {}) },
  }
}

/**
 * More of what must not be is a regression by count; no statistics excuse it. A run that expects more pairs may have as
 * many times more. Figures that are 0 in both runs are left out.
 */
function compareLedgers(contender: string, before: Ledger, after: Ledger): LedgerVerdict[] {
  const growth = before.expectedCount === 0 ? 1 : after.expectedCount / before.expectedCount
  return ledgerFigures.flatMap((figure): LedgerVerdict[] => {
    const [had, has] = [before, after].map((ledger) => (figure === 'lostCount' ? owedCount(ledger) : ledger[figure])) as [number, number]
    if (had === 0 && has === 0) return []
    const verdict = has > had * Math.max(1, growth) ? 'regression' : has < had * Math.min(1, growth) ? 'improvement' : 'equal'
    const expected = { beforeExpectedCount: before.expectedCount, afterExpectedCount: after.expectedCount }
    return [{ contender, figure, before: had, after: has, ...expected, verdict }]
  })
}

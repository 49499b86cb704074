import type { MetricId } from '../core/metric.ts'
import type { Comparison, PairVerdict, ResultDocument, SummaryRow } from '../core/result.ts'
import { differenceThatMatters, type Side } from '../metrics/pair-verdict.ts'
import { blocksToResolve, equivalenceLevel } from '../metrics/statistics.ts'
import { criticalT } from '../metrics/student.ts'
import type { AnswerFamily } from './families.ts'
import type { Standing } from './dominance.ts'

/**
 * How contenders stand to each other, for an answer and its table.
 *
 * A verdict of a metric may err in one run of twenty. An answer rests on several families, so its own verdicts hold together over
 * them (Holm within each pair, on top of Holm within each metric): two contenders that are alike are called different in one run of
 * twenty, and not in one of four.
 */
export class Standings {
  readonly #pairs = new Map<string, PairVerdict>()
  readonly #headlines: ReadonlyMap<MetricId, AnswerFamily>
  /** What is left of an error by pair and metric of a headline: 1 = that of the verdict itself. */
  readonly #shares = new Map<PairVerdict, number>()

  readonly #comparisons: ReadonlyMap<MetricId, Comparison['metrics'][number]>
  readonly #rows: ReadonlyMap<string, SummaryRow>

  constructor({ comparison, summary }: Pick<ResultDocument, 'comparison' | 'summary'>, families: readonly AnswerFamily[]) {
    this.#headlines = new Map(families.map((family) => [family.metric, family]))
    this.#comparisons = new Map(comparison.metrics.map((entry) => [entry.metric, entry]))
    this.#rows = new Map(summary.map((row) => [row.contender, row]))
    const byPair = new Map<string, PairVerdict[]>()
    for (const { metric, pairs } of comparison.metrics) {
      for (const pair of pairs) {
        this.#pairs.set(keyOf(metric, pair.a, pair.b), pair)
        if (!this.#headlines.has(metric) || isExactlyEqual(pair) || pair.blockCount < 2) continue
        const names = keyOf('', pair.a, pair.b)
        byPair.set(names, [...(byPair.get(names) ?? []), pair])
      }
    }
    for (const pairs of byPair.values()) holm(pairs, this.#shares)
  }

  /** The verdict of a pair; undefined where they have no block in common in which both have a figure. */
  pairOf(metric: MetricId, one: string, other: string): PairVerdict | undefined {
    return this.#pairs.get(keyOf(metric, one, other))
  }

  /** How one stands to another in a metric; undefined where they were not compared. */
  of(metric: MetricId, one: string, other: string): Standing | undefined {
    const pair = this.pairOf(metric, one, other)
    if (pair === undefined) return undefined
    if (pair.verdict === 'practicallyEqual' || pair.verdict === 'negligible') return 'equal'
    if (pair.verdict !== 'better' || pair.low === null || pair.high === null) return 'open'
    if (errorOf(pair) > this.#shareOf(metric, pair)) return 'open'
    return pair.better === one ? 'better' : 'worse'
  }

  /**
   * Blocks after which an open pair would be decided, if spread and mean stay as they are: different, or equal within what matters.
   * Null where more than 10,000 would be needed, or where nothing says how many.
   */
  blocksToDecide(metric: MetricId, one: string, other: string): number | null {
    const pair = this.pairOf(metric, one, other)
    if (pair === undefined || pair.blockCount < 2 || pair.low === null || pair.high === null) return null
    const { scale, low, high, level, blockCount, estimate } = pair
    const on = (value: number): number => (scale === 'ratio' ? Math.log(value) : value)
    const deviation = (((on(high) - on(low)) / 2) * Math.sqrt(blockCount)) / criticalT(level, blockCount - 1)
    const distance = Math.abs(on(estimate))
    const answers = [
      blocksToResolve(deviation, distance, 1 - (1 - level) * this.#shareOf(metric, pair)),
      blocksToResolve(deviation, this.#matters(metric, pair) - distance, equivalenceLevel),
    ].filter((count) => count !== null)
    return answers.length === 0 ? null : Math.min(...answers)
  }

  #matters(metric: MetricId, { a, b, scale }: PairVerdict): number {
    const { ratioThatMatters: ratio = 1, floorThatMatters: floor = null } = this.#comparisons.get(metric) ?? {}
    const [ofA, ofB] = [a, b].map((label) => this.#sideOf(metric, label))
    return ofA === undefined || ofB === undefined ? 0 : differenceThatMatters(scale, ofA, ofB, { ratio, floor })
  }

  #sideOf(metric: MetricId, label: string): Side | undefined {
    const { values, median } = this.#rows.get(label)?.metrics[metric] ?? {}
    return values === undefined || median == null || values.length === 0 ? undefined : { values, median }
  }

  #shareOf(metric: MetricId, pair: PairVerdict): number {
    return this.#shares.get(pair) ?? (this.#headlines.has(metric) ? 1 : 1 / Math.max(1, this.#headlines.size))
  }
}

function keyOf(metric: string, one: string, other: string): string {
  return JSON.stringify([metric, ...[one, other].sort()])
}

/** Alike to the last digit in every block: no chance was involved. */
function isExactlyEqual({ verdict, pValue, estimate, scale }: PairVerdict): boolean {
  return verdict === 'practicallyEqual' && pValue === null && estimate === (scale === 'ratio' ? 1 : 0)
}

/** p as a share of what the verdict of the metric allows it to be; 0 where all blocks said the same to the last digit. */
function errorOf({ pValue, level, verdict }: PairVerdict): number {
  if (pValue === null) return verdict === 'better' || verdict === 'negligible' ? 0 : Number.POSITIVE_INFINITY
  return pValue / (1 - level)
}

/** Holm (1979) over the families of one pair: the smallest error may be 1 ÷ k, the next 1 ÷ (k − 1); from the first that is larger on, all keep its share. */
function holm(pairs: readonly PairVerdict[], shares: Map<PairVerdict, number>): void {
  let failedShare: number | undefined
  for (const [step, pair] of pairs.toSorted((a, b) => errorOf(a) - errorOf(b)).entries()) {
    const share = failedShare ?? 1 / (pairs.length - step)
    shares.set(pair, share)
    if (errorOf(pair) > share) failedShare = share
  }
}

import type { PairVerdict, ResultDocument } from '../core/result.ts'
import { differenceThatMatters, type Side } from '../metrics/pair-verdict.ts'
import { blocksToResolve, equivalenceLevel } from '../metrics/statistics.ts'
import { criticalT } from '../metrics/student.ts'
import type { Standing } from './dominance.ts'
import { comparisonOf, excludedFrom, figureOf, type FigureComparison, type FigureId } from './figures.ts'

/**
 * How contenders stand to each other, for an answer and its table.
 *
 * A verdict of a metric may err in one run of twenty. An answer rests on several families, so its own verdicts hold together over
 * them (Holm within each pair, on top of Holm within each metric): two contenders that are alike are called different in one run of
 * twenty, and not in one of four.
 */
export class Standings {
  readonly #document: ResultDocument
  readonly #headlines: ReadonlySet<FigureId>
  readonly #comparisons = new Map<FigureId, FigureComparison | undefined>()
  /** What a pair of a headline figure may err, as a share of what the verdict of the figure alone may. */
  readonly #shares = new Map<PairVerdict, number>()

  /** @param headlines the figures that the answer rests on */
  constructor(document: ResultDocument, headlines: readonly FigureId[]) {
    this.#document = document
    this.#headlines = new Set(headlines)
    const byPair = new Map<string, PairVerdict[]>()
    for (const figure of headlines) {
      for (const pair of this.#comparisonOf(figure)?.pairs ?? []) {
        if (isExactlyEqual(pair) || pair.blockCount < 2) continue
        const names = JSON.stringify([pair.a, pair.b].sort())
        byPair.set(names, [...(byPair.get(names) ?? []), pair])
      }
    }
    for (const pairs of byPair.values()) holm(pairs, this.#shares)
  }

  /** The verdict of a pair; undefined where they have no block in common in which both have a figure. */
  pairOf(figure: FigureId, one: string, other: string): PairVerdict | undefined {
    const pairs = this.#comparisonOf(figure)?.pairs ?? []
    return pairs.find(({ a, b }) => (a === one && b === other) || (a === other && b === one))
  }

  /** How one stands to another in a figure; undefined where they were not compared. */
  of(figure: FigureId, one: string, other: string): Standing | undefined {
    const pair = this.pairOf(figure, one, other)
    if (pair === undefined) return undefined
    const standing = standingOf(pair, one, this.#shareOf(figure, pair))
    return this.#isAgainstMedians(figure, standing, one, other) ? 'open' : standing
  }

  /** True where a contender may be named better in nothing of a figure: it failed, or is at +∞ in a block. */
  isExcluded(figure: FigureId, label: string): boolean {
    return excludedFrom(this.#document, figure).has(label)
  }

  /**
   * A verdict rests on the blocks that both have, a median on all of a contender. Where they contradict each other, no sentence may call
   * one better: its factor would be below 1.
   */
  #isAgainstMedians(figure: FigureId, standing: Standing, one: string, other: string): boolean {
    if (standing !== 'better' && standing !== 'worse') return false
    const [ofOne, ofOther] = [one, other].map((label) => this.#sideOf(figure, label)?.median)
    if (ofOne === undefined || ofOther === undefined) return false
    return standing === 'better' ? ofOne > ofOther : ofOne < ofOther
  }

  /**
   * Blocks after which an open pair would be decided, if spread and mean stay as they are: different, or equal within what matters.
   * +∞ where more than 10,000 would be needed. Null where nothing says how many, or where more of them do not help: with fewer than two
   * blocks in common, or where the figures are apart and a contender that failed may not be named better.
   */
  blocksToDecide(figure: FigureId, one: string, other: string): number | null {
    const pair = this.pairOf(figure, one, other)
    if (pair === undefined || pair.blockCount < 2 || pair.low === null || pair.high === null) return null
    const { scale, low, high, level, blockCount, estimate } = pair
    const on = (value: number): number => (scale === 'ratio' ? Math.log(value) : value)
    const deviation = (((on(high) - on(low)) / 2) * Math.sqrt(blockCount)) / criticalT(level, blockCount - 1)
    const distance = Math.abs(on(estimate))
    const answers = [
      blocksToResolve(deviation, distance, 1 - (1 - level) * this.#shareOf(figure, pair)),
      blocksToResolve(deviation, this.#matters(figure, pair) - distance, equivalenceLevel),
    ].filter((count) => count !== null)
    const needed = answers.length === 0 ? Number.POSITIVE_INFINITY : Math.min(...answers)
    return needed > blockCount ? needed : null
  }

  #matters(figure: FigureId, { a, b, scale }: PairVerdict): number {
    const { ratioThatMatters: ratio = 1, floorThatMatters: floor = null } = this.#comparisonOf(figure) ?? {}
    const [ofA, ofB] = [a, b].map((label) => this.#sideOf(figure, label))
    return ofA === undefined || ofB === undefined ? 0 : differenceThatMatters(scale, ofA, ofB, { ratio, floor })
  }

  #sideOf(figure: FigureId, label: string): Side | undefined {
    const row = this.#document.summary.find(({ contender }) => contender === label)
    const { values = [], median = null } = figureOf(this.#document, row, figure) ?? {}
    return median === null || values.length === 0 ? undefined : { values, median }
  }

  #comparisonOf(figure: FigureId): FigureComparison | undefined {
    if (!this.#comparisons.has(figure)) this.#comparisons.set(figure, comparisonOf(this.#document, figure))
    return this.#comparisons.get(figure)
  }

  #shareOf(figure: FigureId, pair: PairVerdict): number {
    return this.#shares.get(pair) ?? (this.#headlines.has(figure) ? 1 : 1 / Math.max(1, this.#headlines.size))
  }
}

/**
 * How one of a pair stands to the other.
 *
 * @param share what the verdict may err, as a share of what it may alone
 */
export function standingOf(pair: PairVerdict, one: string, share = 1): Standing {
  if (pair.verdict === 'practicallyEqual' || pair.verdict === 'negligible') return 'equal'
  if (pair.verdict !== 'better' || pair.low === null || pair.high === null || errorOf(pair) > share) return 'open'
  return pair.better === one ? 'better' : 'worse'
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

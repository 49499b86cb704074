import { metrics, type MetricId } from '../core/metric.ts'
import type { Comparison, PairVerdict, ResultDocument, SummaryRow } from '../core/result.ts'
import { formatFactor, formatInterval, formatLevel, formatList, formatNumber, formatP, formatPlural, formatShare } from '../text/format.ts'
import { owedCount } from '../metrics/ledger.ts'
import { isWhyOut } from '../metrics/validity.ts'
import { amountText, intervalText, labelInSentence, metricText, whyMissing } from './metric-view.ts'
import { oneLine } from '../text/one-line.ts'

type MetricComparison = Comparison['metrics'][number]

/** The best in one metric: contenders that no other beats. */
export interface Tier {
  metric: MetricId
  best: string[]
  /** "Lowest delivery latency p99: websocket (2.10 ms [1.90 – 2.40]) and sse (…), no reliable difference yet". */
  sentence: string
}

/** A pair counts as won only with a named winner and both ends of its interval. */
export function winnerOf(pair: PairVerdict): string | null {
  return pair.verdict === 'better' && pair.low !== null && pair.high !== null ? pair.better : null
}

/** What stands behind an estimate, with the space or comma before it. */
function evidence(pair: PairVerdict, interval: string | null): string {
  const blocks = formatPlural(pair.blockCount, 'block')
  if (interval !== null) return ` ${interval}, ${formatLevel(pair.level)} interval, ${blocks}`
  return `, no interval (${whyNoInterval(pair)}), ${blocks}`
}

function hasNoInterval(pair: PairVerdict): boolean {
  return pair.low === null && pair.high === null
}

function whyNoInterval(pair: PairVerdict): string {
  return oneLine(pair.reasons['low'] ?? pair.reasons['high'] ?? 'no reason was recorded')
}

function wonSentence(metric: MetricId, pair: PairVerdict, winner: string, subject: string): string {
  const loser = winner === pair.a ? pair.b : pair.a
  const start = `${oneLine(winner)} beats ${oneLine(loser)}:${subject}`
  const low = pair.low ?? Number.NaN
  const high = pair.high ?? Number.NaN
  if (pair.scale === 'ratio') {
    const [factor, from, to] = winner === pair.a ? [1 / pair.estimate, 1 / high, 1 / low] : [pair.estimate, low, high]
    return `${start} ${formatFactor(factor)} lower${evidence(pair, formatInterval(from, to))}`
  }
  const sign = winner === pair.a ? -1 : 1
  const [from, to] = sign === -1 ? [-high, -low] : [low, high]
  return `${start} lower by ${amountText(metric, sign * pair.estimate)}${evidence(pair, intervalText(metric, from, to))}`
}

function estimateText(metric: MetricId, pair: PairVerdict): string {
  const names = [oneLine(pair.a), oneLine(pair.b)]
  if (pair.scale === 'ratio')
    return `${names.join(' ÷ ')} = ${formatNumber(pair.estimate)}${evidence(pair, formatInterval(pair.low, pair.high))}`
  return `${names.join(' − ')} = ${amountText(metric, pair.estimate)}${evidence(pair, intervalText(metric, pair.low, pair.high))}`
}

/**
 * What a pair of contenders came to in one metric, as a sentence with its interval. A winner is never named without one.
 *
 * @param isUnderHeading true where the metric stands above the sentence and need not be repeated in it
 */
export function verdictSentence(metric: MetricId, pair: PairVerdict, isUnderHeading = false): string {
  const winner = winnerOf(pair)
  const subject = isUnderHeading ? '' : ` ${labelInSentence(metric)}`
  if (winner !== null) return wonSentence(metric, pair, winner, subject)
  const start = `${oneLine(pair.a)} and ${oneLine(pair.b)}${isUnderHeading ? '' : ':'}${subject}`
  const figure = estimateText(metric, pair)
  if (pair.verdict === 'practicallyEqual') return `${start} practically equal: ${figure}`
  if (pair.verdict === 'negligible') return `${start} different but negligible: ${figure}`
  return `${start} undecided: ${figure}${whatWouldDecide(pair)}`
}

/**
 * What stands beside the t interval of a pair and never decides, for `--full`: "Hodges–Lehmann
 * 1.79 ×, exact sign-flip p 0.0078". Empty where there are too few blocks for it.
 */
export function besideText(metric: MetricId, pair: PairVerdict): string {
  if (pair.hodgesLehmann === null) return ''
  const isRatio = pair.scale === 'ratio'
  const names = [oneLine(pair.a), oneLine(pair.b)].join(isRatio ? ' ÷ ' : ' − ')
  const estimate = isRatio ? formatNumber(pair.hodgesLehmann) : amountText(metric, pair.hodgesLehmann)
  const p =
    pair.signFlipPValue === null
      ? `not counted (${oneLine(pair.reasons['signFlipPValue'] ?? 'no reason was recorded')})`
      : formatP(pair.signFlipPValue)
  return `; second opinion: Hodges–Lehmann ${names} = ${estimate}, exact sign-flip p ${p}`
}

function whatWouldDecide(pair: PairVerdict): string {
  if (pair.blocksToDecide !== null) return `; about ${formatPlural(pair.blocksToDecide, 'block')} would decide`
  const reason = pair.reasons['blocksToDecide']
  const excluded = pair.reasons['better']
  const texts = [
    ...(excluded !== undefined && [pair.a, pair.b].some((label) => excluded.startsWith(`${label} `)) ? [excluded] : []),
    ...(reason === undefined ? [] : [/^more than \d+$/u.test(reason) ? `${reason} blocks would be needed` : reason]),
  ]
  return texts.map((text) => `; ${oneLine(text)}`).join('')
}

/** The difference that matters in a metric, as it was declared before the run. */
export function mattersText(comparison: MetricComparison): string {
  const ratio = `A ratio of ${formatNumber(comparison.ratioThatMatters)} matters`
  if (comparison.floorThatMatters === null) return ratio
  return `${ratio}, if the difference is at least ${amountText(comparison.metric, comparison.floorThatMatters)}`
}

/** The pair of two contenders in a metric, whichever way round it is kept. */
export function pairOf(comparison: MetricComparison, one: string, other: string): PairVerdict | undefined {
  return comparison.pairs.find((pair) => (pair.a === one && pair.b === other) || (pair.a === other && pair.b === one))
}

function within(comparison: MetricComparison, best: readonly string[]): string {
  const pairs = comparison.pairs.filter((pair) => best.includes(pair.a) && best.includes(pair.b))
  const blind = pairs.length > 0 && pairs.every(hasNoInterval) ? pairs[0] : undefined
  if (blind !== undefined) return `undecided, no interval (${whyNoInterval(blind)})`
  if (pairs.length > 0 && pairs.every((pair) => pair.verdict === 'practicallyEqual')) return 'practically equal'
  if (pairs.length > 0 && pairs.every((pair) => pair.verdict !== 'undecided')) return 'differences too small to matter'
  return 'no reliable difference yet'
}

/** "sse (2.10 ms [1.90 – 2.40])"; what it did not deliver belongs beside every figure of a contender. */
function figureOf(metric: MetricId, row: SummaryRow): string {
  const { censoredCount, expectedCount } = row.ledger
  const missing = censoredCount === 0 ? '' : `, ${formatShare(censoredCount / expectedCount)} undelivered`
  return `${oneLine(row.contender)} (${metricText(metric, row.metrics[metric])}${missing})`
}

/** The best in a metric: contenders with a value that no other beats, lowest median first. */
export function tierOf(document: ResultDocument, comparison: MetricComparison): Tier {
  const { metric } = comparison
  const rows = document.summary.filter((row) => (row.metrics[metric]?.median ?? null) !== null)
  const ordered = rows.toSorted((a, b) => a.metrics[metric]!.median! - b.metrics[metric]!.median!)
  const beaten = new Set(comparison.pairs.flatMap((pair) => (winnerOf(pair) === null ? [] : [winnerOf(pair) === pair.a ? pair.b : pair.a])))
  const best = ordered.map((row) => row.contender).filter((label) => !beaten.has(label))
  const { label } = metrics[metric]
  const figures = formatList(ordered.filter((row) => best.includes(row.contender)).map((row) => figureOf(metric, row)))
  if (rows.length === 0) return { metric, best, sentence: `${label}: ${whyNobody(document, metric)}` }
  if (rows.length === 1) return { metric, best, sentence: `${label}: ${figures}; nothing to compare with` }
  const without = document.summary.filter((row) => !rows.includes(row)).map((row) => oneLine(row.contender))
  const rest = without.length === 0 ? '' : `; no value for ${formatList(without)}`
  if (best.length === rows.length)
    return { metric, best, sentence: `${label}: no winner among ${figures}: ${within(comparison, best)}${rest}` }
  return {
    metric,
    best,
    sentence: `Lowest ${labelInSentence(metric)}: ${figures}${best.length > 1 ? `, ${within(comparison, best)}` : ''}${rest}`,
  }
}

/** "not measured", or why what was measured does not count where that is so for every contender. */
function whyNobody({ summary }: ResultDocument, metric: MetricId): string {
  const whys = summary.map((row) => row.metrics[metric]?.reasons['median'] ?? '')
  return whys.length > 0 && whys.every(isWhyOut) ? formatList([...new Set(whys.map(whyMissing))]) : 'not measured'
}

/** Comparisons to show. Loss is left out when nothing was lost: the ledger shows that already. */
export function shownComparisons({ comparison, summary }: ResultDocument): MetricComparison[] {
  const hasLost = summary.some(({ ledger }) => owedCount(ledger) > 0)
  return comparison.metrics.filter(({ metric }) => metric !== 'lostRatio' || hasLost)
}

/** The best contenders, metric by metric. */
export function tiers(document: ResultDocument): Tier[] {
  return shownComparisons(document).map((comparison) => tierOf(document, comparison))
}

/** Undecided pairs among the best; none where all are practically equal or have no interval, which the tier says already. */
export function openSentences(comparison: MetricComparison, tier: Tier): string[] {
  const pairs = comparison.pairs.filter((pair) => tier.best.includes(pair.a) && tier.best.includes(pair.b))
  return pairs.every((pair) => pair.verdict === 'practicallyEqual') || pairs.every(hasNoInterval)
    ? []
    : pairs.map((pair) => verdictSentence(comparison.metric, pair, true) + besideText(comparison.metric, pair))
}

/** For each beaten contender, the verdict against the first of the best that beats it. */
export function behindSentences(comparison: MetricComparison, tier: Tier): string[] {
  const labels = [...new Set(comparison.pairs.flatMap((pair) => [pair.a, pair.b]))].filter((label) => !tier.best.includes(label))
  return labels.flatMap((label) => {
    const pairs = tier.best.map((best) => pairOf(comparison, best, label)).filter((pair) => pair !== undefined)
    const lost = comparison.pairs.find(
      (pair) => winnerOf(pair) !== null && winnerOf(pair) !== label && (pair.a === label || pair.b === label),
    )
    const shown = pairs.find((pair) => winnerOf(pair) !== null) ?? lost
    return shown === undefined ? [] : [verdictSentence(comparison.metric, shown, true) + besideText(comparison.metric, shown)]
  })
}

import type { DeliveryDistribution, Estimate } from '../core/result.ts'
import { rankOf } from './histogram.ts'
import { quantileKeys, whyNoQuantile, distributionOfSorted, noDistribution } from './quantiles.ts'
import { criticalT, defaultLevel } from './student.ts'

/** Fewer messages than this cannot show how much messages differ. */
const fewestMessages = 30

/** Deliveries by message, as `LedgerOutcome` has them. */
export interface MessageClusters {
  /** Message of each value. */
  messageOf: Uint32Array
  /** Pairs that are expected of each message, in due order; 0 = not of the measured window. */
  expectedOfMessage: Uint32Array
}

/** Values of a trial in the order of their receipt and ascending, with what they are worth. */
export interface MessageSample extends MessageClusters {
  valuesUs: Float64Array
  sorted: Float64Array
  effectiveCount: number | null
}

const beyond = '∞: it falls among the undelivered messages'
const shown = ['p50', 'p90', 'p99'] as const

/**
 * 95 % intervals of p50, p90 and p99 within a trial, in which a message counts as one, with all of its deliveries.
 *
 * The share of pairs at or below the quantile gets the standard error of a ratio over blocks of about E^(1/3) consecutive
 * messages out of E (Künsch 1989), since neighbours in time are alike too; its logit ± t × error gives two shares, and the
 * quantiles at these are the ends (Woodruff 1952). It is what resampling messages comes to, without the chance in it and
 * at the cost of one pass (docs/method.md#quantiles; K33). Undelivered pairs are +∞ here as everywhere.
 *
 * Null, with the reason, below 30 messages, and below the effective n at which an interval of independent values would
 * exist: ln 0.025 ÷ ln q, 368 for p99. An end among what was never delivered is null too.
 */
export function messageIntervals(sample: MessageSample): DeliveryDistribution['intervals'] {
  const intervals: DeliveryDistribution['intervals'] = { p50: null, p90: null, p99: null, reasons: {} }
  const messageCount = sample.expectedOfMessage.reduce((count, expected) => (expected > 0 ? count + 1 : count), 0)
  const pairCount = sample.expectedOfMessage.reduce((sum, expected) => sum + expected, 0)
  for (const key of shown) {
    const q = quantileKeys[key]
    const { length } = sample.sorted
    const reason = whyNoQuantile(q, length, pairCount - length) ?? whyNoInterval(q, messageCount, sample.effectiveCount)
    if (reason === null) intervals[key] = intervalAt(q, sample.sorted[rankOf(q, pairCount) - 1]!, messageCount, pairCount, sample)
    else intervals.reasons[key] = reason
  }
  return intervals
}

/** No interval at all, with one reason. */
export function noMessageIntervals(reason: string): DeliveryDistribution['intervals'] {
  return { p50: null, p90: null, p99: null, reasons: { p50: reason, p90: reason, p99: reason } }
}

function whyNoInterval(q: number, messageCount: number, effectiveCount: number | null): string | null {
  if (messageCount < fewestMessages) return `needs at least ${fewestMessages} messages, got ${messageCount}`
  const neededCount = Math.ceil(Math.log((1 - defaultLevel) / 2) / Math.log(q))
  if (effectiveCount === null) return 'the effective n is unknown'
  return effectiveCount < neededCount ? `needs an effective n of ${neededCount}, got ${Math.floor(effectiveCount)}` : null
}

function intervalAt(q: number, valueUs: number, messageCount: number, pairCount: number, sample: MessageSample): Estimate {
  const { error, blockCount } = shareError(valueUs, messageCount, pairCount, sample)
  const half = (criticalT(defaultLevel, blockCount - 1) * error) / (q * (1 - q))
  const logit = Math.log(q / (1 - q))
  const at = (place: number): number | null => sample.sorted[rankOf(1 / (1 + Math.exp(-place)), pairCount) - 1] ?? null
  const [low, high] = [at(logit - half), at(logit + half)]
  const reasons: Record<string, string> = {}
  if (low === null) reasons['low'] = beyond
  if (high === null) reasons['high'] = beyond
  return { value: valueUs, low, high, level: defaultLevel, n: messageCount, reasons }
}

/** Standard error of the share of pairs at or below a value, over blocks of consecutive messages. */
function shareError(
  valueUs: number,
  messageCount: number,
  pairCount: number,
  { valuesUs, messageOf, expectedOfMessage }: MessageSample,
): { error: number; blockCount: number } {
  const reachedOf = new Uint32Array(expectedOfMessage.length)
  let reachedCount = 0
  for (let index = 0; index < valuesUs.length; index++) {
    if (valuesUs[index]! > valueUs) continue
    reachedOf[messageOf[index]!]!++
    reachedCount++
  }
  const share = reachedCount / pairCount
  const blockLength = Math.ceil(Math.cbrt(messageCount))
  const blockCount = Math.ceil(messageCount / blockLength)
  let squares = 0
  let deviation = 0
  let seenCount = 0
  for (const [message, expected] of expectedOfMessage.entries()) {
    if (expected === 0) continue
    deviation += reachedOf[message]! - share * expected
    seenCount++
    if (seenCount % blockLength !== 0 && seenCount !== messageCount) continue
    squares += deviation * deviation
    deviation = 0
  }
  return { error: Math.sqrt((squares * blockCount) / (blockCount - 1)) / pairCount, blockCount }
}

/** The distribution of delivery latency: as `distribution`, with an interval of its quantiles over messages. */
export function deliveryDistribution(valuesUs: Float64Array, censoredCount: number, clusters: MessageClusters): DeliveryDistribution {
  const sorted = valuesUs.slice().sort()
  const whole = distributionOfSorted(valuesUs, sorted, { censoredCount, clusterOf: clusters.messageOf })
  const { effectiveCount } = whole
  return { ...whole, intervals: messageIntervals({ ...clusters, valuesUs, sorted, effectiveCount }) }
}

/** A distribution of delivery latency without any number. */
export function noDeliveryDistribution(reason: string): DeliveryDistribution {
  return { ...noDistribution(reason), intervals: noMessageIntervals(reason) }
}

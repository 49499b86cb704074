import type { ProfileSetting } from '../core/profile-result.ts'
import type { PredictedFigure, Prediction } from '../advisor/model/predict.ts'
import {
  byteScale,
  durationScale,
  formatAlike,
  formatBytes,
  formatDurationUs,
  formatExact,
  formatNumber,
  formatShare,
  type Scale,
} from '../text/format.ts'

/** Predicted figures as `choose` and the calculator of the page show them, in their order. */
export const shownFigures: readonly (readonly [PredictedFigure, string])[] = [
  ['deliveryLatencyP50Us', 'latency p50'],
  ['deliveryLatencyP99Us', 'latency p99'],
  ['serverCores', 'server cores'],
  ['utilisationRatio', 'CPU utilisation per instance'],
  ['instanceCount', 'instances'],
  ['requestsPerSecond', 'requests/s'],
  ['residentBytes', 'resident memory'],
  ['liveHeapBytes', 'live heap (part of it)'],
  ['kernelBytes', 'kernel memory'],
  ['descriptorCount', 'descriptors'],
  ['bytesUpPerSecond', 'bytes/s up'],
  ['bytesDownPerSecond', 'bytes/s down'],
  ['egressBytesPerMonth', 'egress per month'],
  ['egressTlsBytesPerMonth', 'TLS records (part of it)'],
  ['egressPacketBytesPerMonth', 'packet headers (part of it)'],
]

const settingNames: Readonly<Record<ProfileSetting, string>> = {
  clientCount: 'clients per instance',
  messagesPerSecond: 'messages per second per instance',
  deliveriesPerSecond: 'deliveries per second per instance',
  pollsPerSecond: 'polls per second per instance',
  upstreamPerSecond: 'messages from clients',
  payloadBytes: 'payload',
  fanOutCount: 'fan-out',
  pollIntervalMs: 'poll interval',
  holdTimeMs: 'hold time',
  utilisation: 'utilisation',
}

/** A prediction as a value, "none" where there is none, and its interval, rounded as the value is; null where both ends read as the value does. */
export function predictionParts({ value, low, high, unit }: Prediction): { value: string; interval: string | null } {
  if (value === null) return { value: 'none', interval: null }
  if (low === high || low === null || high === null) return { value: writerOf(unit)(value), interval: null }
  // A value of 0 has no digit to round the ends at.
  const [shown, from, until] = formatAlike([value, low, high], scaleOf(unit, value === 0 ? high : value))
  return { value: shown!, interval: from === shown && until === shown ? null : `[${from} – ${until}]` }
}

/** `0.41 [0.35 – 0.47]`, with `*` where the workload lies beyond what was measured. */
export function predictionText(prediction: Prediction): string {
  const { value, interval } = predictionParts(prediction)
  return `${value}${interval === null ? '' : ` ${interval}`}${prediction.value === null || prediction.beyond === null ? '' : '*'}`
}

/** "2.50 × outside the measured clients of an instance". */
export function beyondText({ setting, ratio }: NonNullable<Prediction['beyond']>): string {
  return ratio === null
    ? `${settingNames[setting]} never varied when the model was measured`
    : `${formatNumber(ratio)} × outside the measured ${settingNames[setting]}`
}

/** Things that are counted have no decimals. */
export function plainNumber(value: number): string {
  return Number.isInteger(value) ? formatExact(value) : formatNumber(value)
}

function isBytes(unit: string): boolean {
  return unit === 'bytes' || unit === 'bytes/s' || unit === 'bytes/month'
}

function scaleOf(unit: string, value: number): Scale {
  if (unit === 'µs') return durationScale(value)
  if (isBytes(unit)) return byteScale(value)
  return unit === 'ratio' ? { divisor: 0.01, unit: ' %' } : { divisor: 1, unit: '' }
}

function writerOf(unit: string): (value: number) => string {
  if (unit === 'µs') return formatDurationUs
  if (unit === 'ratio') return formatShare
  if (isBytes(unit)) return formatBytes
  return plainNumber
}

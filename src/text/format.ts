import { bytesPerKiB, bytesPerMiB, msPerSecond, usPerMs, usPerSecond } from '../core/units.ts'

/** What stands where there is no value; the reason is in a footnote. */
export const dash = '–'

const significantDigits = 3
const tinyBelow = 0.01
const secondsPerMinute = 60
const minutesPerHour = 60
const bytesPerGiB = bytesPerKiB * bytesPerMiB

function withThousands(digits: string): string {
  const [whole = '', fraction] = digits.split('.')
  const grouped = whole.replace(/\B(?=(\d{3})+$)/gu, ',')
  return fraction === undefined ? grouped : `${grouped}.${fraction}`
}

/**
 * A measured number under the one rounding rule: three significant digits, "." for decimals, "," for thousands, never an
 * exponent. 0 is "0"; other values nearer to 0 than 0.01 are "<0.01" or ">-0.01", so that tiny never looks like nothing.
 * What is not finite is a dash.
 */
export function formatNumber(value: number): string {
  if (!Number.isFinite(value)) return dash
  if (value === 0) return '0'
  const size = Math.abs(value)
  if (size < tinyBelow) return value > 0 ? `<${tinyBelow}` : `>-${tinyBelow}`
  const rounded = Number(size.toPrecision(significantDigits))
  const decimals = Math.max(0, significantDigits - 1 - Math.floor(Math.log10(rounded)))
  return `${value < 0 ? '-' : ''}${withThousands(rounded.toFixed(decimals))}`
}

/** A number that was counted or set: exact, with "," for thousands and no zeros added. What is not finite is a dash. */
export function formatExact(value: number): string {
  if (!Number.isFinite(value)) return dash
  if (Number.isInteger(value)) return `${value < 0 ? '-' : ''}${withThousands(Math.abs(value).toFixed(0))}`
  return formatTick(value)
}

/** A number for an axis: as `formatNumber`, without the zeros that end it, and small values written out ("0.002"). */
export function formatTick(value: number): string {
  if (!Number.isFinite(value)) return dash
  if (value !== 0 && Math.abs(value) < tinyBelow) return Number(value.toPrecision(significantDigits)).toFixed(6).replace(/0+$/u, '')
  const text = formatNumber(value)
  return text.includes('.') ? text.replace(/\.?0+$/u, '') : text
}

/** What a value is shown in: its number is divided, and the unit follows. */
export interface Scale {
  divisor: number
  unit: string
}

/** B, KiB, MiB or GiB, whichever keeps the number at 1 or more. */
export function byteScale(bytes: number): Scale {
  const size = Math.abs(bytes)
  if (size >= bytesPerGiB) return { divisor: bytesPerGiB, unit: ' GiB' }
  if (size >= bytesPerMiB) return { divisor: bytesPerMiB, unit: ' MiB' }
  return size >= bytesPerKiB ? { divisor: bytesPerKiB, unit: ' KiB' } : { divisor: 1, unit: ' B' }
}

/** µs, ms, s, min or h, whichever keeps the number at 1 or more; 2 min and 2 h are where the larger unit begins. */
export function durationScale(us: number): Scale {
  const size = Math.abs(us)
  if (size < usPerMs) return { divisor: 1, unit: ' µs' }
  if (size < usPerSecond) return { divisor: usPerMs, unit: ' ms' }
  const minuteUs = secondsPerMinute * usPerSecond
  if (size < 2 * minuteUs) return { divisor: usPerSecond, unit: ' s' }
  const hourUs = minutesPerHour * minuteUs
  return size < 2 * hourUs ? { divisor: minuteUs, unit: ' min' } : { divisor: hourUs, unit: ' h' }
}

/** Bytes in the unit of `byteScale`. */
export function formatBytes(bytes: number): string {
  return formatScaled(bytes, byteScale(bytes))
}

/** A duration given in µs, in the unit of `durationScale`. */
export function formatDurationUs(us: number): string {
  return formatScaled(us, durationScale(us))
}

function formatScaled(value: number, { divisor, unit }: Scale): string {
  return `${divisor === 1 && Number.isInteger(value) ? formatExact(value) : formatNumber(value / divisor)}${unit}`
}

/**
 * An estimate and the ends of its interval, in one scale and rounded at the same digit: the third of the estimate, or
 * of the first value that is not 0. What is nearer to 0 than that digit is "<" it, so that tiny never looks like nothing.
 */
export function formatAlike(values: readonly number[], { divisor, unit }: Scale): string[] {
  const scaled = values.map((value) => value / divisor)
  const size = Math.abs(scaled.find((value) => value !== 0) ?? 0)
  const rounded = Number(size.toPrecision(significantDigits))
  const place = size < tinyBelow ? Math.log10(tinyBelow) : Math.floor(Math.log10(rounded)) + 1 - significantDigits
  const [step, decimals] = [10 ** place, Math.max(0, -place)]
  return scaled.map((value) => {
    if (value === 0) return `0${unit}`
    const isTiny = Math.abs(value) < step
    const text = withThousands((isTiny ? step : Math.round(Math.abs(value) / step) * step).toFixed(decimals))
    return `${isTiny ? (value > 0 ? '<' : '>-') : value < 0 ? '-' : ''}${text}${unit}`
  })
}

/** A duration given in ms, as `formatDurationUs` writes it. */
export function formatDurationMs(ms: number): string {
  return formatDurationUs(ms * usPerMs)
}

/** A duration given in seconds, as `formatDurationUs` writes it. */
export function formatDurationSeconds(seconds: number): string {
  return formatDurationMs(seconds * msPerSecond)
}

/** A share of 0 to 1 as a percentage. */
export function formatShare(ratio: number): string {
  return `${formatNumber(ratio * 100)} %`
}

/** The level of an interval (0 to 1) as a percentage: what is missing to 100 % keeps two digits, so that 0.9992 never reads as 100 %. */
export function formatLevel(level: number): string {
  const missing = (1 - level) * 100
  if (!(missing > 0 && missing < 100)) return `${formatTick(level * 100)} %`
  const decimals = Math.max(0, 1 - Math.floor(Math.log10(Number(missing.toPrecision(2)))))
  const text = (level * 100).toFixed(decimals)
  return `${text.includes('.') ? text.replace(/\.?0+$/u, '') : text} %`
}

/** A p-value with two significant digits: small ones are what it is read for. */
export function formatP(p: number): string {
  return p === 0 ? '0' : p.toFixed(Math.max(2, 1 - Math.floor(Math.log10(p))))
}

/** A ratio of two values: "1.80 ×". */
export function formatFactor(ratio: number): string {
  return `${formatNumber(ratio)} ×`
}

/** "[low – high]", or null when one end is missing. */
export function formatInterval(low: number | null, high: number | null): string | null {
  if (low === null || high === null || !Number.isFinite(low) || !Number.isFinite(high)) return null
  return `[${formatNumber(low)} – ${formatNumber(high)}]`
}

/** A text that begins a sentence. */
export function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}

/** A text for the middle of a sentence. */
export function uncapital(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1)
}

/** "a, b and c". */
export function formatList(items: readonly string[]): string {
  return items.length < 2 ? items.join('') : `${items.slice(0, -1).join(', ')} and ${items.at(-1)}`
}

/** A count with its noun: "1 block", "3 blocks". */
export function formatPlural(count: number, noun: string): string {
  return `${formatExact(count)} ${noun}${count === 1 ? '' : 's'}`
}

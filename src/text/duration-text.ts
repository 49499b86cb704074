import { hourMs, minuteMs, msPerSecond } from '../core/units.ts'

const msPerUnit: Readonly<Record<string, number>> = { ms: 1, s: msPerSecond, m: minuteMs, h: hourMs }

/** How durations are written on the command line, for help and faults. */
export const durationForms = '"500ms", "5s", "5m" (minutes) or "1h"; a bare number is seconds'

/**
 * Reads a duration: a decimal number with `ms`, `s`, `m` (minutes) or `h`; without a unit it is seconds.
 *
 * @returns ms, not necessarily whole, or `undefined` when the text is no such duration
 */
export function parseDurationMs(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|h)?$/.exec(text)
  if (match === null) return undefined
  const ms = Number(match[1]) * msPerUnit[match[2] ?? 's']!
  // 2.3 × 1000 is 2299.9999999999995: a nanosecond is finer than anybody asks for.
  return Math.round(ms * 1e6) / 1e6
}

/** A duration in ms for people, in the largest unit that keeps it short: 500 ms, 2.5 s, 90 s, 5 min, 24 h. */
export function durationText(ms: number): string {
  if (ms >= hourMs && ms % hourMs === 0) return `${ms / hourMs} h`
  if (ms >= 2 * minuteMs && ms % minuteMs === 0) return `${ms / minuteMs} min`
  if (ms >= msPerSecond) return `${Number((ms / msPerSecond).toFixed(3))} s`
  return `${ms} ms`
}

/** About how long something takes, from seconds: 33 s, 2.7 min, 14 min. */
export function roughDurationText(seconds: number): string {
  if (seconds < 100) return `${Math.round(seconds)} s`
  const minutes = seconds / 60
  return `${minutes < 10 ? minutes.toFixed(1) : Math.round(minutes)} min`
}

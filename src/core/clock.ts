import { maxTimerMs, usPerMs } from './units.ts'

/**
 * The present instant in µs on the machine's monotonic clock.
 *
 * One clock for all processes of a host, so instants of different processes may be subtracted; across hosts they may not.
 * Unaffected by steps of the wall clock. A whole number, exact up to 285 years of uptime.
 */
export function nowUs(): number {
  return Number(process.hrtime.bigint() / 1000n)
}

/**
 * Resolves at or after `atUs`, never before it: Node timers can fire up to 1 ms early (nodejs/node#26578), so a wake-up
 * that comes early sleeps again.
 */
export async function sleepUntil(atUs: number): Promise<void> {
  for (let leftUs = atUs - nowUs(); leftUs > 0; leftUs = atUs - nowUs()) {
    await new Promise((resolve) => setTimeout(resolve, Math.min(maxTimerMs, Math.ceil(leftUs / usPerMs))))
  }
}

/** Resolves at least `ms` milliseconds from now. */
export function sleepMs(ms: number): Promise<void> {
  return sleepUntil(nowUs() + ms * usPerMs)
}

/** From an instant to before another, in µs of the shared clock. */
export interface Span {
  fromAtUs: number
  untilAtUs: number
}

/** How much of the time from one instant to another lies in spans that do not overlap each other, in µs. */
export function overlapUs(spans: readonly Span[], fromAtUs: number, untilAtUs: number): number {
  return spans.reduce((sum, span) => sum + Math.max(0, Math.min(untilAtUs, span.untilAtUs) - Math.max(fromAtUs, span.fromAtUs)), 0)
}

/** From an instant to before another, in µs of the shared clock. */
export interface Span {
  fromAtUs: number
  untilAtUs: number
}

/** How much of the time from one instant to another lies in spans that do not overlap each other, in µs. */
export function overlapUs(spans: readonly Span[], fromAtUs: number, untilAtUs: number): number {
  return spans.reduce((sum, span) => sum + Math.max(0, Math.min(untilAtUs, span.untilAtUs) - Math.max(fromAtUs, span.fromAtUs)), 0)
}

/** Limits of the gates (docs/gates.md); a value above the limit fails, a value at it passes. */
export const trafficLimits = {
  publisherLagP99Us: 2_000,
  publisherLagRatioOfP99: 0.1,
  publisherLagMaxUs: 100_000,
  stallTaintedUs: 50_000,
  stallInvalidUs: 250_000,
  /** Messages of so much of the window come together after it: as large a share as a cost must differ by to matter. */
  stallOfWindowRatio: 0.05,
  utilisationTaintedRatio: 0.7,
  utilisationInvalidRatio: 0.9,
  offeredRateTaintedRatio: 0.01,
  offeredRateInvalidRatio: 0.05,
  expectedPairCount: 500,
  pollOverrunRatio: 0.01,
  overdueRatio: 0.001,
  clientQueueingUs: 1_000,
  clientQueueingRatio: 0.2,
  /** As long as the drain waits for late duplicates. */
  overdueUs: 250_000,
  /** A loop that is busy and this late at p99 has more to do than it can. */
  busyStallP99Us: 100_000,
  /** A fault that lasted, or reached, so much else than planned is another fault. */
  faultDeviationRatio: 0.25,
  /** The shortest fault that can be planned: below it a timer decides. */
  faultDeviationFloorMs: 10,
  /** A slice of the timeline: a fault that begins so much later still falls into the same part of the window. */
  faultLateFloorMs: 250,
  /** A process whose event loop is busy for more than this share of the window is at its limit. */
  boundRatio: 0.9,
} as const

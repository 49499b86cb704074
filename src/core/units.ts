/** Unit factors: the only place where a bare 1000 or 1024 may stand for a change of unit. */
export const usPerMs = 1_000
export const usPerSecond = 1_000_000
export const msPerSecond = 1_000
export const nsPerUs = 1_000
export const bytesPerKiB = 1_024
export const bytesPerMiB = 1_048_576
export const bitsPerByte = 8

/** Lengths of time for limits and steps. */
export const minuteMs = 60_000
export const hourMs = 3_600_000

/** Longest delay that Node's timers keep, in ms: 2^31 − 1. A longer one fires after 1 ms (Node documentation of `setTimeout`). */
export const maxTimerMs = 2_147_483_647

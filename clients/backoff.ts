import type { Random } from '../src/core/random.ts'
import type { RetryOptions } from './contract.ts'

/**
 * The wait before attempt `failureCount` + 1, in ms: base × factor^(failures − 1), at most the cap, then spread by
 * ± jitter, so that clients that failed together do not return together. Never above the cap.
 */
export function backoffMs(options: RetryOptions, failureCount: number, random: Random): number {
  const { backoffBaseMs, backoffFactor, backoffCapMs, backoffJitterRatio } = options
  const plainMs = Math.min(backoffCapMs, backoffBaseMs * backoffFactor ** Math.max(0, failureCount - 1))
  return Math.min(backoffCapMs, plainMs * (1 + backoffJitterRatio * (2 * random() - 1)))
}

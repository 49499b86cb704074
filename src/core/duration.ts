import { z } from 'zod'
import { maxTimerMs } from './units.ts'

/** A duration in ms that a Node timer can keep. */
export function durationMs(minMs: number, maxMs = maxTimerMs) {
  return z.int().min(minMs).max(maxMs)
}

import { plannedPath } from '../core/links.ts'
import { transportOf } from '../core/transports/registry.ts'
import type { TrialSpec } from './trial-spec.ts'

/** A long poll takes up to three transits to bring what came while it was being answered (RFC 6202 §2.2). */
const transits = 3

/**
 * Longest time in ms by which contender and network delay a delivery on purpose, whatever the load: until the next poll,
 * the end of the batch window, and the way there. A delivery within this delay is on time.
 */
export function plannedDelayMs({ contender, scenario }: Pick<TrialSpec, 'contender' | 'scenario'>): number {
  const transitMs = plannedPath(scenario).reduce((sum, link) => sum + link.transitMs, 0)
  return transportOf(contender.transport).plannedDelayMs(contender) + contender.batchWindowMs + transits * transitMs
}

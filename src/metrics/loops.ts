import type { TrialResult } from '../core/result.ts'
import { trafficLimits } from './traffic-limits.ts'

/** The event loop of a process in the measured window. Null = not measured. */
export interface LoopFacts {
  /** What a reader knows the process by: "publisher", "client host 2". */
  name: string
  utilisationRatio: number | null
  stallMaxUs: number | null
  stallP99Us: number | null
}

/** Those that were at their limit, in the order given. */
export function loopsAtLimit<Loop extends Pick<LoopFacts, 'utilisationRatio'>>(loops: readonly Loop[]): Loop[] {
  return loops.filter(({ utilisationRatio }) => (utilisationRatio ?? 0) > trafficLimits.boundRatio)
}

/**
 * The processes that make the load, with the relay that carries it. Not the probe host: it puts no load on anything, and
 * what it suffers shows as a difference to the client hosts.
 */
export function generatorLoops({ generator }: Pick<TrialResult, 'generator'>): LoopFacts[] {
  return generator
    .filter(({ role }) => role !== 'probe-host')
    .map(({ role, index, loop: { utilisationRatio, stallMaxUs, stallP99Us = null } }) => ({
      name: role === 'client-host' ? `client host ${index + 1}` : role,
      utilisationRatio,
      stallMaxUs,
      stallP99Us,
    }))
}

import type { GateResult } from '../core/result.ts'
import { usPerMs, usPerSecond } from '../core/units.ts'

/** A duration as gates print it. */
export function inMs(us: number): string {
  return `${(us / usPerMs).toFixed(1)} ms`
}

/** A longer duration as gates print it. */
export function inSeconds(us: number): string {
  return `${(us / usPerSecond).toFixed(1)} s`
}

/** A share as gates print it. */
export function inPercent(ratio: number): string {
  return `${(ratio * 100).toFixed(1)} %`
}

/** What a gate says of a trial, with families and owner where they are not those of the gate; null lets it pass. */
export type Finding = Omit<GateResult, 'gate'> | null

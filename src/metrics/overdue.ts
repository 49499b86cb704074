import { usPerMs } from '../core/units.ts'
import { trafficLimits } from './traffic-limits.ts'

/**
 * Deliveries that came after the measured window although their messages had been due long before its end: by what
 * delays them on purpose, and by `overdueUs`. What never came is not among them; the ledger tells it.
 */
export function overduePairCount(
  { receivedAtUs, latenciesUs }: { receivedAtUs: Float64Array; latenciesUs: Float64Array },
  untilAtUs: number,
  plannedDelayMs: number,
): number {
  const dueUntilUs = untilAtUs - trafficLimits.overdueUs - plannedDelayMs * usPerMs
  return receivedAtUs.filter((atUs, index) => atUs >= untilAtUs && atUs - latenciesUs[index]! < dueUntilUs).length
}

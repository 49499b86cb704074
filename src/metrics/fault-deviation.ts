import type { TrialResult } from '../core/result.ts'
import { inMs, inPercent, inSeconds, type Finding } from './gate-text.ts'
import { trafficLimits } from './traffic-limits.ts'
import { usPerMs, usPerSecond } from '../core/units.ts'

/** A fault as it took place. */
type ExecutedFault = NonNullable<TrialResult['faults']>[number]

/** What the gate of faults needs to know. */
export interface FaultFacts {
  faults: readonly ExecutedFault[]
}

/**
 * How a fault differed from its plan, in words; nothing where it did not, or where an earlier version kept no plan beside it.
 *
 * Trials are compared as if the same had befallen them all: a server that was away three times as long as the others' has
 * more to make up for. Fewer reached than planned is a difference; more is what else was connected (the probe, second connections).
 */
export function faultDeviations({ startMs, endMs, plannedAtMs, plannedMs, plannedCount, reachedCount }: ExecutedFault): string[] {
  const { faultDeviationRatio: ratio, faultDeviationFloorMs, faultLateFloorMs } = trafficLimits
  const lateMs = startMs - plannedAtMs
  const found: string[] = []
  if (plannedMs !== undefined && lateMs > Math.max(faultLateFloorMs, ratio * (plannedMs ?? 0)))
    found.push(`it began ${length(lateMs)} late`)
  if (plannedMs !== undefined && plannedMs !== null) {
    const lastedMs = endMs - startMs
    if (Math.abs(lastedMs - plannedMs) > Math.max(faultDeviationFloorMs, ratio * plannedMs))
      found.push(`it lasted ${length(lastedMs)} where ${length(plannedMs)} was planned`)
  }
  if (plannedCount !== undefined && plannedCount !== null && reachedCount !== null && plannedCount - reachedCount > ratio * plannedCount)
    found.push(`it reached ${reachedCount} where ${plannedCount} was planned`)
  return found
}

export function faultOffPlan({ faults }: FaultFacts): Finding {
  const named = faults.flatMap((fault) => {
    const found = faultDeviations(fault)
    return found.length === 0 ? [] : [`${fault.kind} at ${length(fault.plannedAtMs)}: ${found.join(' and ')}`]
  })
  if (named.length === 0) return null
  const allowed = inPercent(trafficLimits.faultDeviationRatio)
  return {
    status: 'unranked',
    message: `${named.join('; ')}; at most ${allowed} is allowed: the other trials had a different fault, and the figures that it affects are not ranked`,
  }
}

function length(ms: number): string {
  const us = ms * usPerMs
  return us < usPerSecond ? inMs(us) : inSeconds(us)
}

import type { Owner, TrialResult } from '../core/result.ts'
import type { PointLoad } from '../core/study-result.ts'
import { msPerSecond, usPerMs } from '../core/units.ts'
import { generatorLoops, loopsAtLimit } from './loops.ts'
import { trafficLimits } from './traffic-limits.ts'
import { causeOf, isSaturated } from './validity.ts'

/**
 * Names of the processes that were at their limit, of the side that is the cause: a server that was busy too is not the limit
 * where the generator could not do more.
 */
function boundBy(trial: TrialResult, cause: Owner): string[] {
  if (cause === 'server') return loopsAtLimit([{ name: 'server', ...trial.server.loop }]).map(({ name }) => name)
  return cause === 'generator' ? loopsAtLimit(generatorLoops(trial)).map(({ name }) => name) : []
}

/** Deliveries of the measured window that came in time, per second; null without a window. */
export function deliveriesInTimePerSecond(trial: Pick<TrialResult, 'ledger' | 'overdueCount' | 'phases' | 'schedule'>): number | null {
  const { ledger, overdueCount = 0, phases, schedule } = trial
  const measuredMs =
    schedule === null
      ? (phases.find(({ name }) => name === 'measure')?.durationMs ?? 0)
      : (schedule.untilAtUs - schedule.fromAtUs) / usPerMs
  return measuredMs === 0 ? null : ((ledger.deliveredCount - overdueCount) * msPerSecond) / measuredMs
}

/** What came of the load that a trial was offered, for the point of a study. */
export function loadOf(trial: TrialResult): PointLoad {
  const deliveriesPerSecond = deliveriesInTimePerSecond(trial)
  const cause = causeOf(trial)
  return {
    contender: trial.contender,
    block: trial.block,
    deliveriesPerSecond,
    isSaturated: isSaturated(trial),
    cause,
    boundBy: boundBy(trial, cause),
    reasons: deliveriesPerSecond === null ? { deliveriesPerSecond: 'the trial has no measured window' } : {},
  }
}

/**
 * Deliveries that came after the measured window although their messages had been due long before its end: by what
 * delays them on purpose, and by `overdueUs`. What never arrived is not among them; the ledger counts it.
 */
export function overduePairCount(
  { receivedAtUs, latenciesUs }: { receivedAtUs: Float64Array; latenciesUs: Float64Array },
  untilAtUs: number,
  plannedDelayMs: number,
): number {
  const dueUntilUs = untilAtUs - trafficLimits.overdueUs - plannedDelayMs * usPerMs
  return receivedAtUs.filter((atUs, index) => atUs >= untilAtUs && atUs - latenciesUs[index]! < dueUntilUs).length
}

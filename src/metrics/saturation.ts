import type { TrialResult } from '../core/result.ts'
import type { PointLoad } from '../core/study-result.ts'
import { msPerSecond, usPerMs } from '../core/units.ts'
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

/** Names of the processes of a trial that were at their limit, the server first. */
function boundBy(trial: Pick<TrialResult, 'server' | 'generator'>): string[] {
  return loopsAtLimit([{ name: 'server', ...trial.server.loop }, ...generatorLoops(trial)]).map(({ name }) => name)
}

/** True for a trial that could not keep up with what it was offered. */
export function isSaturated({ validity }: Pick<TrialResult, 'validity'>): boolean {
  return validity.reasons.some(({ gate }) => gate === 'saturated')
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
  return {
    contender: trial.contender,
    block: trial.block,
    deliveriesPerSecond,
    isSaturated: isSaturated(trial),
    boundBy: boundBy(trial),
    reasons: deliveriesPerSecond === null ? { deliveriesPerSecond: 'the trial has no measured window' } : {},
  }
}

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

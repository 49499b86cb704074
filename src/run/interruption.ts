import type { TrialResult } from '../core/result.ts'
import { usPerSecond } from '../core/units.ts'
import { wasInterrupted } from '../metrics/gates.ts'

/** The measured window of a trial that has not come to it. */
export const notYet = { fromAtUs: Number.POSITIVE_INFINITY, untilAtUs: Number.POSITIVE_INFINITY }

/** How far a trial had come of which an abort left nothing to keep. */
export function whereInterrupted(abortedAtUs: number, { fromAtUs, untilAtUs }: { fromAtUs: number; untilAtUs: number }): string {
  if (abortedAtUs < fromAtUs) return 'interrupted before the measured window'
  if (abortedAtUs >= untilAtUs) return 'interrupted after the measured window'
  const measured = `${((abortedAtUs - fromAtUs) / usPerSecond).toFixed(1)} s into the measured window`
  return `interrupted ${measured}; its processes were too busy to hand over what they had`
}

/** What an aborted run is left with. */
export function whatWasRun(trials: readonly TrialResult[], plannedCount: number): string {
  const whole = trials.filter((trial) => !wasInterrupted(trial))
  const part = whole.length < trials.length ? ', and a part of the next, which is listed and counts nowhere' : ''
  return `stopped after ${whole.length} of ${plannedCount} trials${part}.`
}

import { exitCodes } from '../core/errors.ts'
import type { ResultDocument } from '../core/result.ts'

/** The exit code that a finished run deserves: what failed comes before a broken limit, that before a contender without a counted trial. */
export function exitCodeOf(document: ResultDocument): number {
  if (document.failedTrials.length > 0) return exitCodes.process
  if (document.comparison.limitBreaches.length > 0) return exitCodes.limit
  if (document.summary.some((row) => row.countedTrialCount === 0)) return exitCodes.noValidTrial
  return exitCodes.done
}

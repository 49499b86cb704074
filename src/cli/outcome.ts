import { exitCodes } from '../core/errors.ts'
import type { ResultDocument } from '../core/result.ts'
import type { PointLoad, PointRow, SearchAnswer, StudyDocument, StudyPointResult } from '../core/study-result.ts'

/**
 * The exit code that a finished run deserves: what failed comes before a broken limit, that before a contender of which no
 * trial counts, or none by which a limit of the scenario can be judged.
 */
export function exitCodeOf(document: ResultDocument): number {
  if (document.failedTrials.length > 0) return exitCodes.process
  if (document.comparison.limitBreaches.length > 0) return exitCodes.limit
  if (document.summary.some((row) => row.countedTrialCount === 0)) return exitCodes.noValidTrial
  return (document.comparison.unjudgedLimits ?? []).length > 0 ? exitCodes.noValidTrial : exitCodes.done
}

/**
 * The exit code that a finished study deserves, as for a run. In a search a broken limit is how the answer is found, and a
 * trial that was the generator's to lose is part of it: what counts is whether each contender has an answer. In a sweep a
 * load that is too much for a process is an answer too.
 */
export function studyExitCodeOf({ kind, points, contenders, search }: StudyDocument): number {
  if (kind === 'search') return searchExitCodeOf(search, points)
  if (points.some((point) => point.rows.some(({ validity }) => validity.failed > 0))) return exitCodes.process
  if (points.some(({ limitBreaches }) => limitBreaches.length > 0)) return exitCodes.limit
  const hasAnswer = (label: string): boolean =>
    points.every(({ rows, loads, unjudgedLimits = [] }) => {
      const isJudged = unjudgedLimits.every(({ contender }) => contender !== label)
      return rows.some((row) => row.contender === label && ((row.countedTrialCount > 0 && isJudged) || isAtLimitThroughout(row, loads)))
    })
  return contenders.every(({ label }) => hasAnswer(label)) ? exitCodes.done : exitCodes.noValidTrial
}

/** For a contender without an answer: what failed at its steps comes before what was refused or did not count. */
function searchExitCodeOf(search: readonly SearchAnswer[], points: readonly StudyPointResult[]): number {
  const unanswered = search.filter(({ verdict }) => verdict === 'unknown')
  const steps = new Set(unanswered.flatMap((answer) => answer.steps.map(({ point }) => point)))
  if (points.some(({ number, rows }) => steps.has(number) && rows.some(({ validity }) => validity.failed > 0))) return exitCodes.process
  return unanswered.length > 0 ? exitCodes.noValidTrial : exitCodes.done
}

/** Every trial that the row has was too much for a process, on a machine that was there for it. */
function isAtLimitThroughout({ contender, trialCount }: PointRow, loads: readonly PointLoad[] = []): boolean {
  const atLimit = loads.filter(
    (load) => load.contender === contender && load.cause !== 'machine' && (load.isSaturated || load.boundBy.length > 0),
  )
  return trialCount > 0 && atLimit.length === trialCount
}

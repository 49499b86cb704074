import { studyTerminalReport } from '../report/study/terminal.ts'
import { durationText } from '../text/duration-text.ts'
import type { LoadedScenario } from '../scenario/scenario-file.ts'
import { runStudy, type StudyEvent } from '../run/study.ts'
import type { StudyPlan } from '../scenario/study-plan.ts'
import type { FlagValues } from './flags.ts'
import { studyExitCodeOf } from './outcome.ts'
import type { Progress } from './progress.ts'
import { writeStudyFiles } from './report-files.ts'
import { reportRun, requestOf } from './report-run.ts'
import { pointFolder, studyText, type ResultFolder } from './result-folder.ts'

/**
 * Runs a checked study, keeps each point's result and the study as they grow, prints it, writes its reports.
 *
 * @returns the exit code; that of a signal wins over all others
 */
export function runStudyAndReport(loaded: LoadedScenario, plan: StudyPlan, flags: FlagValues, folder: ResultFolder): Promise<number> {
  const points = new Map<number, ResultFolder>()
  return reportRun(
    {
      measure: async (progress, signal) => {
        const openPoint = (number: number) => {
          const opened = folder.point(number)
          points.set(number, opened)
          return { dir: opened.path, folder: pointFolder(number), discard: () => opened.discardIfEmpty() }
        }
        const document = await runStudy(
          { ...requestOf(loaded, flags, signal), plan, startedAt: new Date().toISOString(), openPoint },
          observer(folder, points, progress),
        )
        folder.replaceStudy(document)
        return document
      },
      text: studyText,
      terminal: studyTerminalReport,
      fault: () => [folder, ...points.values()].map((one) => one.fault).find((found) => found !== undefined),
      writeFiles: writeStudyFiles,
      kept: ['study.json', 'points/'],
      exitCodeOf: studyExitCodeOf,
    },
    flags,
    folder,
  )
}

function observer(folder: ResultFolder, points: ReadonlyMap<number, ResultFolder>, progress: Progress): (event: StudyEvent) => void {
  return (event) => {
    if (event.kind === 'study') folder.replaceStudy(event.document)
    else if (event.kind === 'study-planned') progress.enter(plannedText(event))
    else if (event.kind === 'point-started') progress.enter(pointText(event))
    else {
      const place = points.get(event.number)!
      if (event.event.kind === 'trial-ended') place.addTrial(event.event.trial)
      if (event.event.kind === 'interval') place.addInterval(event.event.interval)
      if (event.event.kind === 'document') place.replaceDocument(event.event.document)
      progress.show(event.event)
    }
  }
}

function plannedText({ pointCount, estimatedSeconds }: Extract<StudyEvent, { kind: 'study-planned' }>): string {
  const about = durationText(Math.ceil(estimatedSeconds) * 1_000)
  return pointCount === null ? `search, at most about ${about}` : `${pointCount} points, about ${about}`
}

function pointText({ rank, pointCount, what, remainingSeconds }: Extract<StudyEvent, { kind: 'point-started' }>): string {
  const left = durationText(Math.ceil(remainingSeconds) * 1_000)
  return pointCount === null
    ? `step ${rank} (${what}), at most about ${left} left`
    : `point ${rank} of ${pointCount} (${what}), about ${left} left`
}

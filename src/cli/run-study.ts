import { messageOf } from '../core/errors.ts'
import type { StudyDocument } from '../core/study-result.ts'
import { studyTerminalReport } from '../report/study/terminal.ts'
import { durationText } from '../runner/duration-text.ts'
import type { LoadedScenario } from '../runner/scenario-file.ts'
import { runStudy, type StudyEvent } from '../runner/study.ts'
import type { StudyPlan } from '../runner/study-plan.ts'
import { latestCalibrationFolder } from './calibration-folder.ts'
import { commandText } from './command-text.ts'
import type { FlagValues } from './flags.ts'
import { studyExitCodeOf } from './outcome.ts'
import { note, print, reportColumns, usesColour } from './output.ts'
import { startProgress, type Progress } from './progress.ts'
import { writeStudyFiles, type ChartMode } from './report-files.ts'
import { pointFolder, studyText, type ResultFolder } from './result-folder.ts'
import { listenForStop, type Stop } from './stop-signals.ts'

/**
 * Runs a checked study, keeps each point's result and the study as they grow, prints it, writes its reports.
 *
 * @returns the exit code; that of a signal wins over all others
 */
export async function runStudyAndReport(loaded: LoadedScenario, plan: StudyPlan, flags: FlagValues, folder: ResultFolder): Promise<number> {
  const progress = startProgress(flags.quiet === true)
  const stop = listenForStop(() => progress.say('stopping; once more ends it at once'), progress.end)
  const points = new Map<number, ResultFolder>()
  try {
    const document = await run(loaded, plan, flags, { folder, points, progress, stop })
    progress.end()
    await print(
      flags.json === true
        ? studyText(document)
        : studyTerminalReport(document, { columns: reportColumns(), colour: usesColour(process.stdout) }),
    )
    const fault = [folder, ...points.values()].map((one) => one.fault).find((found) => found !== undefined)
    if (fault !== undefined) throw fault
    // As for a run: PNG charts take longer than the 3 s in which an interrupted study must be gone.
    const files = await writeStudyFiles(document, folder.path, document.interrupted ? 'off' : (flags.charts as ChartMode))
    if (flags.quiet !== true) await note(`Written to ${folder.path}: ${['study.json', 'points/', ...files].join(', ')}\n`)
    return stop.exitCode() ?? studyExitCodeOf(document)
  } catch (fault) {
    progress.end()
    folder.discardIfEmpty()
    const exitCode = stop.exitCode()
    if (exitCode === undefined) throw fault
    await note(`${messageOf(fault)}\n`)
    return exitCode
  } finally {
    stop.release()
  }
}

interface Surroundings {
  folder: ResultFolder
  points: Map<number, ResultFolder>
  progress: Progress
  stop: Stop
}

async function run(
  loaded: LoadedScenario,
  plan: StudyPlan,
  flags: FlagValues,
  { folder, points, progress, stop }: Surroundings,
): Promise<StudyDocument> {
  const observe = (event: StudyEvent): void => {
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
  const document = await runStudy(
    {
      name: loaded.name,
      scenario: loaded.scenario,
      sources: loaded.sources,
      warnings: loaded.warnings,
      plan,
      startedAt: new Date().toISOString(),
      openPoint: (number) => {
        const opened = folder.point(number)
        points.set(number, opened)
        return { dir: opened.path, folder: pointFolder(number) }
      },
      calibrationDir: latestCalibrationFolder(String(flags.out)),
      namespace: flags.namespace as 'auto' | 'off',
      force: flags.force === true,
      command: commandText(process.argv.slice(2)),
      signal: stop.signal,
    },
    observe,
  )
  folder.replaceStudy(document)
  return document
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

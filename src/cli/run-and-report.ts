import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { messageOf } from '../core/errors.ts'
import type { Reported } from '../report/formats.ts'
import type { RunEvent } from '../run/run-events.ts'
import { runScenario } from '../run/run.ts'
import { runStudy, type StudyEvent } from '../run/study.ts'
import type { LoadedScenario } from '../scenario/scenario-file.ts'
import { roughDurationText } from '../text/duration-text.ts'
import { latestCalibrationFolder } from './calibration-folder.ts'
import { typedCommand, type FlagValues } from './flags.ts'
import { exitCodeOf, studyExitCodeOf } from './outcome.ts'
import { openPage } from './open-page.ts'
import { note, print } from './output.ts'
import { startProgress, type Progress } from './progress.ts'
import { terminalText, writeFiles, type ChartMode } from './report-files.ts'
import { documentText, pointFolder, type ResultFolder } from './result-folder.ts'
import type { Stop } from './stop-signals.ts'

/**
 * Runs a checked scenario or study, keeps its results as they grow, prints what was found, writes its reports. Progress is
 * shown and signals are heeded meanwhile.
 *
 * @returns the exit code; that of a signal wins over all others
 */
export async function runAndReport(
  loaded: LoadedScenario,
  flags: FlagValues,
  { folder, stop, hasLock }: { folder: ResultFolder; stop: Stop; hasLock: boolean },
): Promise<number> {
  const earlyExitCode = stop.exitCode()
  if (earlyExitCode !== undefined) return earlyExitCode
  const progress = startProgress(flags.quiet === true)
  stop.signal.addEventListener('abort', () => progress.say('stopping; press Ctrl-C again to stop at once'))
  // A second signal ends the process with the terminal as it was.
  process.once('exit', progress.end)
  try {
    const measured = await measure(loaded, { flags, folder, progress, signal: stop.signal, hasLock })
    progress.end()
    const { kind, document } = measured
    const page = join(folder.path, 'report.html')
    await print(
      flags.json === true
        ? documentText(document)
        : terminalText(measured, { isFull: flags.full === true, page: folder.error === undefined ? page : null }),
    )
    if (folder.error !== undefined) throw folder.error
    // PNG charts take longer than the 3 s in which an interrupted run must be gone; "bench report" draws them later.
    const files = await writeFiles(measured, folder.path, document.interrupted ? 'off' : (flags.charts as ChartMode))
    // A study of which every point was refused has no points.
    const kept = (kind === 'run' ? ['result.json'] : ['study.json', 'points/']).filter((name) => existsSync(join(folder.path, name)))
    const isNamed = flags.json !== true && flags.full !== true
    if (flags.quiet !== true && !isNamed) await note(`Written to ${folder.path}: ${[...kept, ...files].join(', ')}\n`)
    if (flags.open === true && !document.interrupted) await openPage(page)
    return stop.exitCode() ?? (kind === 'run' ? exitCodeOf(document) : studyExitCodeOf(document))
  } catch (error) {
    progress.end()
    const exitCode = stop.exitCode()
    if (exitCode === undefined) throw error
    await note(`${messageOf(error)}\n`)
    return exitCode
  } finally {
    process.off('exit', progress.end)
  }
}

interface Measuring {
  flags: FlagValues
  folder: ResultFolder
  progress: Progress
  signal: AbortSignal
  hasLock: boolean
}

async function measure(
  { name, scenario, sources, warnings, study: plan }: LoadedScenario,
  { flags, folder, progress, signal, hasLock }: Measuring,
): Promise<Reported> {
  const request = {
    name,
    scenario,
    sources,
    warnings,
    calibrationDir: latestCalibrationFolder(String(flags.out)),
    namespace: flags.namespace as 'auto' | 'off',
    force: flags.force === true,
    nodeOptions: typeof flags.nodeOptions === 'string' ? flags.nodeOptions : '',
    hasLock,
    retryCount: Number(flags.retries),
    command: typedCommand(),
    signal,
  }
  const keep = (event: RunEvent, place: ResultFolder): void => {
    if (event.kind === 'trial-ended') place.addTrial(event.trial)
    if (event.kind === 'interval') place.addInterval(event.interval)
    if (event.kind === 'document') place.replaceDocument(event.document)
    progress.show(event)
  }
  if (plan === undefined) {
    const document = await runScenario({ ...request, resultDir: folder.path }, (event) => keep(event, folder))
    folder.replaceDocument(document)
    return { kind: 'run', document }
  }
  const openPoint = (number: number) => {
    const point = folder.point(number)
    return { dir: point.path, folder: pointFolder(number), discard: () => point.discardIfEmpty() }
  }
  const document = await runStudy({ ...request, plan, startedAt: new Date().toISOString(), openPoint }, (event) => {
    if (event.kind === 'study') folder.replaceStudy(event.document)
    else if (event.kind === 'study-planned') progress.enter('starting', event.estimatedSeconds, plannedText(event))
    else if (event.kind === 'point-started') progress.enter(pointText(event), event.remainingSeconds, announcementOf(event))
    else keep(event.event, folder.point(event.number))
  })
  folder.replaceStudy(document)
  return { kind: 'study', document }
}

function plannedText({ pointCount, estimatedSeconds }: Extract<StudyEvent, { kind: 'study-planned' }>): string {
  const about = roughDurationText(estimatedSeconds)
  return pointCount === null ? `search, at most about ${about}` : `${pointCount} points, about ${about}`
}

/** A search has too many steps for a line each. */
function announcementOf(event: Extract<StudyEvent, { kind: 'point-started' }>): string | null {
  return event.pointCount === null ? null : `${pointText(event)}, about ${roughDurationText(event.remainingSeconds)} left`
}

function pointText({ rank, pointCount, what }: Extract<StudyEvent, { kind: 'point-started' }>): string {
  return pointCount === null ? `step ${rank} (${what})` : `point ${rank} of ${pointCount} (${what})`
}

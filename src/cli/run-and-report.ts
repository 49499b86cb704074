import { messageOf } from '../core/errors.ts'
import type { ResultDocument } from '../core/result.ts'
import { terminalReport } from '../report/terminal.ts'
import { runScenario } from '../runner/run.ts'
import type { LoadedScenario } from '../runner/scenario-file.ts'
import { latestCalibrationFolder } from './calibration-folder.ts'
import { commandText } from './command-text.ts'
import type { FlagValues } from './flags.ts'
import { exitCodeOf } from './outcome.ts'
import { note, print, reportColumns, usesColour } from './output.ts'
import { startProgress, type Progress } from './progress.ts'
import { writeReportFiles, type ChartMode } from './report-files.ts'
import { resultText, type ResultFolder } from './result-folder.ts'
import { listenForStop, type Stop } from './stop-signals.ts'

/**
 * Runs a checked scenario, keeps its result as it grows, prints it, writes its reports.
 *
 * @returns the exit code; that of a signal wins over all others
 */
export async function runAndReport(loaded: LoadedScenario, flags: FlagValues, folder: ResultFolder): Promise<number> {
  const progress = startProgress(flags.quiet === true)
  const stop = listenForStop(() => progress.say('stopping; once more ends it at once'), progress.end)
  try {
    const document = await run(loaded, flags, folder, progress, stop)
    progress.end()
    await print(
      flags.json === true
        ? resultText(document)
        : terminalReport(document, { columns: reportColumns(), colour: usesColour(process.stdout) }),
    )
    if (folder.fault !== undefined) throw folder.fault
    // PNG charts take longer than the 3 s in which an interrupted run must be gone; "bench report" draws them later.
    const charts = document.interrupted ? 'off' : (flags.charts as ChartMode)
    const files = await writeReportFiles(document, folder.path, charts)
    if (flags.quiet !== true) await note(`Written to ${folder.path}: ${['result.json', ...files].join(', ')}\n`)
    return stop.exitCode() ?? exitCodeOf(document)
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

async function run(
  loaded: LoadedScenario,
  flags: FlagValues,
  folder: ResultFolder,
  progress: Progress,
  stop: Stop,
): Promise<ResultDocument> {
  const document = await runScenario(
    {
      name: loaded.name,
      scenario: loaded.scenario,
      sources: loaded.sources,
      warnings: loaded.warnings,
      resultDir: folder.path,
      calibrationDir: latestCalibrationFolder(String(flags.out)),
      namespace: flags.namespace as 'auto' | 'off',
      force: flags.force === true,
      command: commandText(process.argv.slice(2)),
      signal: stop.signal,
    },
    (event) => {
      if (event.kind === 'trial-ended') folder.addTrial(event.trial)
      if (event.kind === 'interval') folder.addInterval(event.interval)
      if (event.kind === 'document') folder.replaceDocument(event.document)
      progress.show(event)
    },
  )
  folder.replaceDocument(document)
  return document
}

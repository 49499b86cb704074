import { messageOf, type HarnessError } from '../core/errors.ts'
import type { LoadedScenario } from '../scenario/scenario-file.ts'
import { latestCalibrationFolder } from './calibration-folder.ts'
import { commandText } from './command-text.ts'
import type { FlagValues } from './flags.ts'
import { note, print, reportColumns, usesColour } from './output.ts'
import { startProgress, type Progress } from './progress.ts'
import type { ChartMode } from './report-files.ts'
import type { ResultFolder } from './result-folder.ts'
import { listenForStop } from './stop-signals.ts'

/** What a run and a study do each in their own way. */
export interface Reported<Document> {
  measure: (progress: Progress, signal: AbortSignal) => Promise<Document>
  /** What `--json` prints. */
  text: (document: Document) => string
  terminal: (document: Document, look: { columns: number; colour: boolean }) => string
  /** The first fault of writing what was measured. */
  fault: () => HarnessError | undefined
  writeFiles: (document: Document, dir: string, charts: ChartMode) => Promise<string[]>
  /** What is in the folder beside these files. */
  kept: readonly string[]
  exitCodeOf: (document: Document) => number
}

/**
 * Measures with progress shown and signals heeded, prints what was found, writes its reports.
 *
 * @returns the exit code; that of a signal wins over all others
 */
export async function reportRun<Document extends { interrupted: boolean }>(
  { measure, text, terminal, fault: faultOf, writeFiles, kept, exitCodeOf }: Reported<Document>,
  flags: FlagValues,
  folder: ResultFolder,
): Promise<number> {
  const progress = startProgress(flags.quiet === true)
  const stop = listenForStop(() => progress.say('stopping; once more ends it at once'), progress.end)
  try {
    const document = await measure(progress, stop.signal)
    progress.end()
    await print(flags.json === true ? text(document) : terminal(document, { columns: reportColumns(), colour: usesColour(process.stdout) }))
    const fault = faultOf()
    if (fault !== undefined) throw fault
    // PNG charts take longer than the 3 s in which an interrupted run must be gone; "bench report" draws them later.
    const files = await writeFiles(document, folder.path, document.interrupted ? 'off' : (flags.charts as ChartMode))
    if (flags.quiet !== true) await note(`Written to ${folder.path}: ${[...kept, ...files].join(', ')}\n`)
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

/** What a run and a study are asked for alike. */
export function requestOf({ name, scenario, sources, warnings }: LoadedScenario, flags: FlagValues, signal: AbortSignal) {
  return {
    name,
    scenario,
    sources,
    warnings,
    calibrationDir: latestCalibrationFolder(String(flags.out)),
    namespace: flags.namespace as 'auto' | 'off',
    force: flags.force === true,
    command: commandText(process.argv.slice(2)),
    signal,
  }
}

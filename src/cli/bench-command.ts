import { messageOf } from '../core/errors.ts'
import type { ResultDocument } from '../core/result.ts'
import { terminalReport } from '../report/terminal.ts'
import { checkLimits } from '../runner/limits.ts'
import { runScenario } from '../runner/run.ts'
import { loadScenario, type LoadedScenario } from '../runner/scenario-file.ts'
import { overridesOf, type FlagValues } from './flags.ts'
import { exitCodeOf } from './outcome.ts'
import { note, print, printWarnings, reportColumns, usesColour } from './output.ts'
import { startProgress, type Progress } from './progress.ts'
import { writeReportFiles, type ChartMode } from './report-files.ts'
import { ResultFolder, resultText } from './result-folder.ts'
import { listenForStop, type Stop } from './stop-signals.ts'

/**
 * `bench <scenario>`: checks scenario, machine and folder, runs, reports.
 *
 * @param commandNames for the suggestion when the scenario's name is a misspelt command
 */
export async function bench(nameOrPath: string, flags: FlagValues, commandNames: readonly string[]): Promise<number> {
  const loaded = loadScenario(nameOrPath, overridesOf(flags), commandNames)
  checkLimits(loaded.scenario, flags.force === true)
  const folder = ResultFolder.open(String(flags.out), loaded.name)
  await printWarnings(loaded.warnings)
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
    if (stop.exitCode() === undefined) throw fault
    await note(`${messageOf(fault)}\n`)
    return stop.exitCode()!
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
      resultDir: folder.path,
      namespace: flags.namespace as 'auto' | 'off',
      force: flags.force === true,
      command: commandText(process.argv.slice(2)),
      signal: stop.signal,
    },
    (event) => {
      if (event.kind === 'trial-ended') folder.addTrial(event.trial)
      if (event.kind === 'document') folder.replaceDocument(event.document)
      progress.show(event)
    },
  )
  folder.replaceDocument(document)
  return document
}

/** The command as it can be typed again. */
function commandText(words: readonly string[]): string {
  return ['bench', ...words].map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`)).join(' ')
}

import { terminalReport } from '../report/terminal.ts'
import { runScenario } from '../run/run.ts'
import type { LoadedScenario } from '../scenario/scenario-file.ts'
import type { FlagValues } from './flags.ts'
import { exitCodeOf } from './outcome.ts'
import { writeReportFiles } from './report-files.ts'
import { reportRun, requestOf } from './report-run.ts'
import { resultText, type ResultFolder } from './result-folder.ts'

/**
 * Runs a checked scenario, keeps its result as it grows, prints it, writes its reports.
 *
 * @returns the exit code; that of a signal wins over all others
 */
export function runAndReport(loaded: LoadedScenario, flags: FlagValues, folder: ResultFolder): Promise<number> {
  return reportRun(
    {
      measure: async (progress, signal) => {
        const document = await runScenario({ ...requestOf(loaded, flags, signal), resultDir: folder.path }, (event) => {
          if (event.kind === 'trial-ended') folder.addTrial(event.trial)
          if (event.kind === 'interval') folder.addInterval(event.interval)
          if (event.kind === 'document') folder.replaceDocument(event.document)
          progress.show(event)
        })
        folder.replaceDocument(document)
        return document
      },
      text: resultText,
      terminal: terminalReport,
      fault: () => folder.fault,
      writeFiles: writeReportFiles,
      kept: ['result.json'],
      exitCodeOf,
    },
    flags,
    folder,
  )
}

import { dirname } from 'node:path'
import { exitCodes } from '../core/errors.ts'
import { terminalReport } from '../report/terminal.ts'
import type { FlagValues } from './flags.ts'
import { note, print, reportColumns, usesColour } from './output.ts'
import { writeReportFiles, type ChartMode } from './report-files.ts'
import { readResult, resultFileOf } from './result-file.ts'

/** `bench report <dir>`: prints and writes every report again from result.json alone. */
export async function report(dirOrFile: string, flags: FlagValues): Promise<number> {
  const file = resultFileOf(dirOrFile)
  const document = readResult(file)
  await print(terminalReport(document, { columns: reportColumns(), colour: usesColour(process.stdout) }))
  const dir = dirname(file)
  const files = await writeReportFiles(document, dir, flags.charts as ChartMode)
  await note(`Written to ${dir}: ${files.join(', ')}\n`)
  return exitCodes.done
}

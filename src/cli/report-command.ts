import { dirname } from 'node:path'
import { exitCodes } from '../core/errors.ts'
import { studyTerminalReport } from '../report/study/terminal.ts'
import { terminalReport } from '../report/terminal.ts'
import type { FlagValues } from './flags.ts'
import { note, print, reportColumns, usesColour } from './output.ts'
import { writeReportFiles, writeStudyFiles, type ChartMode } from './report-files.ts'
import { readResult, readStudy, resultFileOf, studyFileOf } from './result-file.ts'

/** `bench report <dir>`: prints and writes every report again, from result.json or study.json alone. */
export async function report(dirOrFile: string, flags: FlagValues): Promise<number> {
  const options = { columns: reportColumns(), colour: usesColour(process.stdout) }
  const charts = flags.charts as ChartMode
  const studyFile = studyFileOf(dirOrFile)
  const dir = dirname(studyFile ?? resultFileOf(dirOrFile))
  let files: string[]
  if (studyFile === null) {
    const document = readResult(resultFileOf(dirOrFile))
    await print(terminalReport(document, options))
    files = await writeReportFiles(document, dir, charts)
  } else {
    const document = readStudy(studyFile)
    await print(studyTerminalReport(document, options))
    files = await writeStudyFiles(document, dir, charts)
  }
  await note(`Written to ${dir}: ${files.join(', ')}\n`)
  return exitCodes.done
}

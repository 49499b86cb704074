import { harnessError } from '../core/errors.ts'
import type { ResultDocument } from '../core/result.ts'
import type { StudyDocument } from '../core/study-result.ts'
import { writeStudyReport } from '../report/study/write.ts'
import { writeReport } from '../report/write-report.ts'
import { note } from './output.ts'
import { profileFor } from './report-profile.ts'

/** auto: charts where they can be drawn. required: without them the command fails. off: none. */
export type ChartMode = 'auto' | 'required' | 'off'

/**
 * Writes the report's files beside result.json.
 *
 * @returns their names
 * @throws {HarnessError} ERR_CHART_CANVAS if charts are required and could not be drawn; the other files are there
 */
export async function writeReportFiles(document: ResultDocument, dir: string, charts: ChartMode): Promise<string[]> {
  return filesOf(await writeReport(document, dir, { charts: charts !== 'off', profile: await profileFor(document) }), charts)
}

/** The same for a study, beside study.json. */
export async function writeStudyFiles(document: StudyDocument, dir: string, charts: ChartMode): Promise<string[]> {
  return filesOf(await writeStudyReport(document, dir, { charts: charts !== 'off', profile: await profileFor(document) }), charts)
}

async function filesOf({ files, chartsSkipped }: { files: string[]; chartsSkipped: string | null }, charts: ChartMode): Promise<string[]> {
  if (chartsSkipped === null || charts === 'off') return files
  if (charts === 'required')
    throw harnessError(
      'ERR_CHART_CANVAS',
      `no chart was drawn: ${chartsSkipped}. "bench doctor" says what is missing; --charts auto goes on without.`,
    )
  await note(`WARN_CHARTS_SKIPPED: no chart was drawn: ${chartsSkipped}. report.html draws its own; "bench doctor" says what is missing.\n`)
  return files
}

import { basename } from 'node:path'
import { answerFor } from '../answer/answer.ts'
import { studyAnswerFor } from '../answer/study-answer.ts'
import { studyAnswerTableOf } from '../answer/study-table.ts'
import { answerTableOf } from '../answer/table.ts'
import { harnessError, HarnessError } from '../core/errors.ts'
import type { ResultDocument } from '../core/result.ts'
import { environmentHash } from '../machine/environment.ts'
import type { StoredProfile } from '../report/calculator/html.ts'
import type { Reported } from '../report/formats.ts'
import { fullStudyTerminalReport } from '../report/study/terminal-full.ts'
import { studyTerminalReport } from '../report/study/terminal.ts'
import { fullTerminalReport } from '../report/terminal-full.ts'
import { terminalReport } from '../report/terminal.ts'
import { writeReport, writeStudyReport } from '../report/write-report.ts'
import { note, reportColumns, usesColour } from './output.ts'
import { findProfile } from '../advisor/profile-folder.ts'

const usualOut = 'results'

/** auto: charts where they can be drawn. required: without them the command fails. off: none. */
export type ChartMode = 'auto' | 'required' | 'off'

/** The report as stdout takes it: on one screen, with the place of its page, or all of it. */
export function terminalText({ kind, document }: Reported, { isFull, page }: { isFull: boolean; page: string | null }): string {
  const look = { columns: reportColumns(), colour: usesColour(process.stdout) }
  if (kind === 'run') {
    const shown = { answer: answerFor(document), table: answerTableOf(document), page }
    return isFull ? fullTerminalReport(document, look) : terminalReport(document, shown, look)
  }
  const shown = { answer: studyAnswerFor(document), table: studyAnswerTableOf(document), page }
  return isFull ? fullStudyTerminalReport(document, look) : studyTerminalReport(document, shown, look)
}

/**
 * Writes the report's files beside result.json or study.json.
 *
 * @returns their names
 * @throws {HarnessError} ERR_CHART_CANVAS if charts are required and could not be drawn; the other files are there
 */
export async function writeFiles({ kind, document }: Reported, dir: string, charts: ChartMode): Promise<string[]> {
  const options = { charts: charts !== 'off', profile: await profileFor(document) }
  const { files, chartsSkipped } = await (kind === 'run' ? writeReport(document, dir, options) : writeStudyReport(document, dir, options))
  if (chartsSkipped === null || charts === 'off') return files
  if (charts === 'required')
    throw harnessError(
      'ERR_CHART_CANVAS',
      `no chart was drawn: ${chartsSkipped}. "bench doctor" shows what is missing; --charts auto runs without charts.`,
    )
  await note(
    `WARN_CHARTS_SKIPPED: no chart was drawn: ${chartsSkipped}. report.html draws its own charts; "bench doctor" shows what is missing.\n`,
  )
  return files
}

/**
 * The cost model that the calculator of a report computes with: the newest of the machine that the report is about, else the
 * committed reference, marked as another machine's; null where there is none. A file that is not a profile is reported and left out:
 * a report must not fail by it.
 */
export async function profileFor({ environment, harness }: Pick<ResultDocument, 'environment' | 'harness'>): Promise<StoredProfile | null> {
  try {
    const { profile, file, isOtherMachine } = findProfile(usualOut, environmentHash(environment, harness.version))
    return { profile, file: `results/profiles/${basename(file)}`, isOfThisMachine: !isOtherMachine }
  } catch (error) {
    if (!(error instanceof HarnessError)) throw error
    if (error.code !== 'ERR_PROFILE_MISSING') await note(`${error.message} The report has no cost calculator.\n`)
    return null
  }
}

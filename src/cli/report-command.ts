import { readFileSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { exitCodes, harnessError, messageOf } from '../core/errors.ts'
import { resultSchema, schemaVersion, type ResultDocument } from '../core/result.ts'
import { terminalReport } from '../report/terminal.ts'
import type { FlagValues } from './flags.ts'
import { note, print, reportColumns, usesColour } from './output.ts'
import { writeReportFiles, type ChartMode } from './report-files.ts'

/** `bench report <dir>`: prints and writes every report again from result.json alone. */
export async function report(dirOrFile: string, flags: FlagValues): Promise<number> {
  const file = isFolder(dirOrFile) ? join(dirOrFile, 'result.json') : dirOrFile
  const document = readResult(file)
  await print(terminalReport(document, { columns: reportColumns(), colour: usesColour(process.stdout) }))
  const dir = dirname(file)
  const files = await writeReportFiles(document, dir, flags.charts as ChartMode)
  await note(`Written to ${dir}: ${files.join(', ')}\n`)
  return exitCodes.done
}

/**
 * Reads a result document and checks it against its schema.
 *
 * @throws {HarnessError} ERR_RESULT_INVALID if there is none, or another version, or it breaks the schema
 */
export function readResult(file: string): ResultDocument {
  let parsed: unknown
  try {
    parsed = JSON.parse(readFileSync(file, 'utf8'))
  } catch (cause) {
    throw harnessError(
      'ERR_RESULT_INVALID',
      `${file}: is no result document: ${messageOf(cause)}. Give the folder of a run, results/<scenario>/<started>.`,
      cause,
    )
  }
  const version = (parsed as { schemaVersion?: unknown } | null)?.schemaVersion
  if (version !== schemaVersion) {
    throw harnessError(
      'ERR_RESULT_INVALID',
      `${file}: schemaVersion must be ${schemaVersion}, got ${JSON.stringify(version)}. Use the version of transport-bench that wrote it.`,
    )
  }
  const checked = resultSchema.safeParse(parsed)
  if (checked.success) return checked.data
  const faults = checked.error.issues.slice(0, 10).map((issue) => `${issue.path.join('.')}: ${issue.message}`)
  throw harnessError(
    'ERR_RESULT_INVALID',
    `${file}: breaks the schema of results: ${faults.join('; ')}. It was changed after the run, or written by another version.`,
  )
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true
}

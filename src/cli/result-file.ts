import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { harnessError, messageOf } from '../core/errors.ts'
import { resultSchema, schemaVersion, type ResultDocument } from '../core/result.ts'

/** The file of a result, by the folder of its run or by its own path. */
export function resultFileOf(dirOrFile: string): string {
  return isFolder(dirOrFile) ? join(dirOrFile, 'result.json') : dirOrFile
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

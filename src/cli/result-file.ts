import { existsSync, statSync } from 'node:fs'
import { basename, join } from 'node:path'
import type { z } from 'zod'
import { harnessError } from '../core/errors.ts'
import { readJson } from '../core/files.ts'
import { resultSchema, schemaVersion, type ResultDocument } from '../core/result.ts'
import { studySchema, studyVersion, type StudyDocument } from '../core/study-result.ts'

/** The file of a study, by its folder or by its own path; null where it is no study. */
export function studyFileOf(dirOrFile: string): string | null {
  const file = isFolder(dirOrFile) ? join(dirOrFile, 'study.json') : dirOrFile
  return basename(file) === 'study.json' && existsSync(file) ? file : null
}

/**
 * Reads a result document and checks it against its schema.
 *
 * @throws {HarnessError} ERR_RESULT_INVALID if there is none, or another version, or it breaks the schema
 */
export function readResult(file: string): ResultDocument {
  return read(file, { key: 'schemaVersion', version: schemaVersion, schema: resultSchema })
}

/** Reads a result by the folder of its run or by its own path. */
export function readResultAt(dirOrFile: string): { file: string; document: ResultDocument } {
  const file = isFolder(dirOrFile) ? join(dirOrFile, 'result.json') : dirOrFile
  return { file, document: readResult(file) }
}

/** Reads a study document, as `readResult`. */
export function readStudy(file: string): StudyDocument {
  return read(file, { key: 'studyVersion', version: studyVersion, schema: studySchema })
}

function read<Schema extends z.ZodType>(
  file: string,
  { key, version, schema }: { key: string; version: number; schema: Schema },
): z.output<Schema> {
  const parsed = readJson(file, 'ERR_RESULT_INVALID', 'is no result document', 'Give the folder of a run, results/<scenario>/<started>.')
  const got = (parsed as Record<string, unknown> | null)?.[key]
  if (got !== version && got !== version - 1) {
    throw harnessError(
      'ERR_RESULT_INVALID',
      `${file}: ${key} must be ${version - 1} or ${version}, got ${JSON.stringify(got)}. Use the version of transport-bench that wrote it.`,
    )
  }
  const checked = schema.safeParse(parsed)
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

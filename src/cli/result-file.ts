import { existsSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { z } from 'zod'
import { harnessError } from '../core/errors.ts'
import { resultSchema, schemaVersion, type ResultDocument } from '../core/result.ts'
import { studySchema, studyVersion, type StudyDocument } from '../core/study-result.ts'
import type { Reported } from '../report/formats.ts'
import { readJsonFile } from '../scenario/json-file.ts'

const resultForm = { key: 'schemaVersion', version: schemaVersion, schema: resultSchema }
const studyForm = { key: 'studyVersion', version: studyVersion, schema: studySchema }

/**
 * Reads a run or a study, by its folder or by its own path. What a file holds says which of both it is, not its name: it may be a pipe.
 *
 * @throws {HarnessError} ERR_RESULT_INVALID, as `readResult`
 */
export function readReported(dirOrFile: string): Reported & { file: string } {
  const study = join(dirOrFile, 'study.json')
  const file = isFolder(dirOrFile) && existsSync(study) ? study : runFileOf(dirOrFile)
  const parsed = read(file)
  if (studyForm.key in parsed) return { kind: 'study', document: checked(file, parsed, studyForm), file }
  return { kind: 'run', document: checked(file, parsed, resultForm), file }
}

/**
 * Reads a result document and checks it against its schema.
 *
 * @throws {HarnessError} ERR_RESULT_INVALID if there is none, or another version, or it breaks the schema
 */
export function readResult(file: string): ResultDocument {
  return checked(file, read(file), resultForm)
}

/** Reads a result by the folder of its run or by its own path. */
export function readResultAt(dirOrFile: string): { file: string; document: ResultDocument } {
  const file = runFileOf(dirOrFile)
  return { file, document: readResult(file) }
}

/** Reads a study document, as `readResult`. */
export function readStudy(file: string): StudyDocument {
  return checked(file, read(file), studyForm)
}

function read(file: string): Record<string, unknown> {
  const wayOut = 'Give the folder of a run, results/<scenario>/<started>.'
  return readJsonFile(file, { code: 'ERR_RESULT_INVALID', wrong: 'is not a result document', wayOut })
}

function checked<Schema extends z.ZodType>(
  file: string,
  parsed: Record<string, unknown>,
  { key, version, schema }: { key: string; version: number; schema: Schema },
): z.output<Schema> {
  const got = parsed[key]
  if (got !== version && got !== version - 1) {
    throw harnessError(
      'ERR_RESULT_INVALID',
      `${file}: ${key} must be ${version - 1} or ${version}, got ${JSON.stringify(got)}. Use the version of transport-bench that wrote it.`,
    )
  }
  const found = schema.safeParse(parsed)
  if (found.success) return found.data
  const faults = found.error.issues.slice(0, 10).map((issue) => `${issue.path.join('.')}: ${issue.message}`)
  throw harnessError(
    'ERR_RESULT_INVALID',
    `${file}: does not match the schema of results: ${faults.join('; ')}. It was changed after the run, or written by another version.`,
  )
}

function runFileOf(dirOrFile: string): string {
  return isFolder(dirOrFile) ? join(dirOrFile, 'result.json') : dirOrFile
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true
}

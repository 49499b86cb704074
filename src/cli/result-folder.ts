import { appendFileSync, mkdirSync, rmdirSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import type { z } from 'zod'
import { harnessError, messageOf, type HarnessError } from '../core/errors.ts'
import { makeFolders, openFolder, replaceFile } from '../core/files.ts'
import type { Interval } from '../core/trial-result.ts'
import { resultSchema, type ResultDocument, type TrialResult } from '../core/result.ts'
import { studySchema, type StudyDocument } from '../core/study-result.ts'

/** A document as text: what result.json or study.json holds and `--json` prints, byte for byte. */
export function documentText(document: ResultDocument | StudyDocument): string {
  return `${JSON.stringify(document, null, 2)}\n`
}

/**
 * The folder of one run: result.json, replaced as a whole after each trial, trials.ndjson, one line a trial, and
 * timeline.ndjson, one line a second of a measured window, written while the trial runs.
 *
 * An error while the run goes on (disk full, a document against its schema) is kept in `error` and does not stop the run:
 * what was measured can still be printed.
 */
export class ResultFolder {
  readonly path: string
  /** The outermost folder that was made for it. */
  readonly #outermost: string
  readonly #points = new Map<number, ResultFolder>()
  #error: HarnessError | undefined

  private constructor(path: string, outermost: string) {
    this.path = path
    this.#outermost = outermost
  }

  /**
   * Makes `<out>/<scenario>/<started>` and proves that files can be written there. `started` is UTC, to the second.
   *
   * @throws {HarnessError} ERR_RESULT_UNWRITABLE if not
   */
  static open(out: string, scenario: string, started = new Date()): ResultFolder {
    const stamp = started.toISOString().slice(0, 19).replaceAll(':', '-')
    const parent = join(out, scenario)
    return new ResultFolder(
      openFolder(parent, 'result', () => makeFresh(join(parent, stamp))),
      out,
    )
  }

  /** Keeps a finished trial, whatever happens to the run later. */
  addTrial(trial: TrialResult): void {
    this.#attempt(() => appendFileSync(join(this.path, 'trials.ndjson'), `${JSON.stringify(trial)}\n`))
  }

  /** Keeps a second of the trial that runs: what is left of it when the run is killed. */
  addInterval(interval: Interval): void {
    this.#attempt(() => appendFileSync(join(this.path, 'timeline.ndjson'), `${JSON.stringify(interval)}\n`))
  }

  /** Replaces result.json; a reader sees the old document or the new one, never a part. */
  replaceDocument(document: ResultDocument): void {
    this.#replace('result', document, resultSchema)
  }

  /** Replaces study.json, in the same way. */
  replaceStudy(document: StudyDocument): void {
    this.#replace('study', document, studySchema)
  }

  /** The first error of writing, here or in a point. */
  get error(): HarnessError | undefined {
    return this.#error ?? [...this.#points.values()].map(({ error }) => error).find((error) => error !== undefined)
  }

  /**
   * The folder of a point of a study in this one, made when it is first asked for: `points/03`.
   *
   * @param number 1, 2, 3 …
   */
  point(number: number): ResultFolder {
    const known = this.#points.get(number)
    if (known !== undefined) return known
    const path = join(this.path, pointFolder(number))
    const folder = new ResultFolder(path, dirname(path))
    this.#attempt(() => makeFolders(folder.path))
    this.#points.set(number, folder)
    return folder
  }

  /** Takes back what was made for it, when nothing was measured. Folders that hold something stay, and so does what is not its own. */
  discardIfEmpty(): void {
    for (let folder = this.path; ; folder = dirname(folder)) {
      try {
        rmdirSync(folder)
      } catch {
        return
      }
      if (relative(folder, this.#outermost) === '') return
    }
  }

  #replace(kind: 'result' | 'study', document: ResultDocument | StudyDocument, schema: z.ZodType): void {
    const { error } = schema.safeParse(document)
    if (error === undefined) {
      this.#attempt(() => replaceFile(join(this.path, `${kind}.json`), documentText(document)))
      return
    }
    const faults = error.issues.slice(0, 10).map(({ path, message }) => `${path.join('.')}: ${message}`)
    this.#error ??= harnessError(
      'ERR_HARNESS',
      `the ${kind} document does not match its own schema, so ${kind}.json was not written: ${faults.join('; ')}. This is a bug; please report it.`,
    )
  }

  #attempt(write: () => void): void {
    try {
      write()
    } catch (cause) {
      this.#error ??= harnessError(
        'ERR_RESULT_DISK',
        `${this.path}: the result could not be written: ${messageOf(cause)}. Free some disk space; only the summary above is left of this run.`,
        cause,
      )
    }
  }
}

/** Folder of a point, relative to its study: "points/03". */
export function pointFolder(number: number): string {
  return join('points', String(number).padStart(2, '0'))
}

/** Two runs may start in the same second. */
function makeFresh(path: string): string {
  for (let number = 1; ; number++) {
    const candidate = number === 1 ? path : `${path}-${number}`
    try {
      mkdirSync(candidate)
      return candidate
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    }
  }
}

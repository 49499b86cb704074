import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { longestOf, skippedByReason, testCountOf, type FileOutcome } from './test-rings.ts'

/** What was tested, on what. */
export interface RecordHead {
  commit: string
  isDirty: boolean
  /** ISO 8601, when the last file ended. */
  endedAt: string
  /** Wall clock of all sittings. */
  seconds: number
  /** 2 and more: the run was stopped, and went on. */
  sittingCount: number
  cpuModel: string
  coreCount: number
  memoryBytes: number
  kernel: string
  node: string
}

/** docs/test-record.md, as `npm run test:all` writes it. */
export function recordText(head: RecordHead, outcomes: readonly FileOutcome[]): string {
  const { commit, isDirty, endedAt, seconds, sittingCount, cpuModel, coreCount, memoryBytes, kernel, node } = head
  const countOf = (verdict: FileOutcome['verdict']): number => outcomes.filter((outcome) => outcome.verdict === verdict).length
  const early = outcomes.flatMap((outcome) => outcome.commit ?? [])
  const row = ({ file, verdict, testCount, skipped, seconds: taken, commit: before }: FileOutcome): string =>
    `| ${file} | ${verdict}${before === undefined ? '' : ` (${before.slice(0, 7)})`} | ${testCount} | ${skipped.length === 0 ? '' : skipped.length} | ${taken.toFixed(1)} |`
  const skips = skippedByReason(outcomes).flatMap(({ reason, tests }) => [`- ${reason}`, ...tests.map((test) => `  - ${test}`)])
  return `${[
    '# The last run of every test',
    '',
    'Written by `npm run test:all`. A file that fails has one more try, by itself, and its verdict says so.',
    '',
    '| | |',
    '|---|---|',
    `| commit | ${commit}${isDirty ? ', with changes that are not committed' : ''} |`,
    ...(early.length === 0
      ? []
      : [
          `| of before | ${early.length} files, run on ${[...new Set(early)].join(', ')}; since then only tests, pages and the runner of the tests have changed |`,
        ]),
    `| ended | ${endedAt} |`,
    `| machine | ${coreCount} × ${cpuModel}, ${(memoryBytes / 2 ** 30).toFixed(1)} GiB, Linux ${kernel}, Node ${node} |`,
    `| files | ${outcomes.length}: ${countOf('passed')} passed, ${countOf('passed at the second try')} passed at the second try, ${countOf('failed')} failed |`,
    `| tests | ${testCountOf(outcomes)}, of which ${outcomes.reduce((sum, { skipped }) => sum + skipped.length, 0)} skipped |`,
    `| duration | ${(seconds / 60).toFixed(1)} min${sittingCount === 1 ? '' : `, in ${sittingCount} sittings`}${early.length === 0 ? '' : `; the files of before took ${(outcomes.reduce((sum, { commit: before, seconds: taken }) => sum + (before === undefined ? 0 : taken), 0) / 60).toFixed(1)} min`} |`,
    '',
    '## The ten longest',
    '',
    ...longestOf(outcomes, 10).map(({ file, seconds: taken }) => `- ${file}: ${Math.round(taken)} s`),
    '',
    '## Skipped, and why',
    '',
    ...(skips.length === 0 ? ['Nothing.'] : skips),
    '',
    '## Every file',
    '',
    '| file | verdict | tests | skipped | seconds |',
    '|---|---|---|---|---|',
    ...outcomes.map(row),
  ].join('\n')}\n`
}

/** What a run that was stopped left: the outcomes of the files that had ended, the time it took, and how often it started. */
export interface Progress {
  outcomes: FileOutcome[]
  seconds: number
  sittingCount: number
}

/** A file of lines, one as each test file ends, so that a run that is killed goes on after the last of them. */
export class ProgressFile {
  readonly #path: string

  constructor(path: string) {
    this.#path = path
  }

  /** Opens one more sitting and returns what those before it came to. */
  resume(): Progress {
    mkdirSync(dirname(this.#path), { recursive: true })
    const lines = existsSync(this.#path) ? readFileSync(this.#path, 'utf8').split('\n').slice(0, -1) : []
    // Without the line that a kill cut off, or the next one would be added to it.
    writeFileSync(this.#path, lines.map((line) => `${line}\n`).join(''))
    const entries = entriesOf(lines)
    const sittingCount = (entries.at(-1)?.sitting ?? 0) + 1
    const lastOf = new Map(entries.map(({ sitting, atSeconds }) => [sitting, atSeconds]))
    return { outcomes: entries.map(({ outcome }) => outcome), seconds: [...lastOf.values()].reduce((a, b) => a + b, 0), sittingCount }
  }

  /** @param atSeconds since this sitting began */
  append(sitting: number, atSeconds: number, outcome: FileOutcome): void {
    appendFileSync(this.#path, `${JSON.stringify({ sitting, atSeconds, outcome })}\n`)
  }

  /** All is recorded elsewhere: the next run starts from the beginning. What was found stays for one of a later commit. */
  finish(): void {
    if (existsSync(this.#path)) renameSync(this.#path, `${this.#path}${doneEnding}`)
  }

  remove(): void {
    rmSync(this.#path, { force: true })
  }
}

const doneEnding = '.done'

/** The outcomes of runs in a folder of progress files, each with its commit, the latest run first; none of trees with changes. */
export function earlierRuns(folder: string): { commit: string; outcomes: FileOutcome[] }[] {
  if (!existsSync(folder)) return []
  const files = readdirSync(folder).flatMap((name) => {
    const commit = /^([0-9a-f]{40})\.ndjson(?:\.done)?$/u.exec(name)?.[1]
    return commit === undefined ? [] : [{ commit, path: join(folder, name), atMs: statSync(join(folder, name)).mtimeMs }]
  })
  return files
    .toSorted((a, b) => b.atMs - a.atMs)
    .map(({ commit, path }) => ({
      commit,
      outcomes: entriesOf(readFileSync(path, 'utf8').split('\n').slice(0, -1)).map(({ outcome }) => outcome),
    }))
}

interface Entry {
  sitting: number
  atSeconds: number
  outcome: FileOutcome
}

function entriesOf(lines: readonly string[]): Entry[] {
  return lines.map((line) => JSON.parse(line) as Entry)
}

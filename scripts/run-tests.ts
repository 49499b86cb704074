import { execFileSync } from 'node:child_process'
import { readdirSync, writeFileSync } from 'node:fs'
import { availableParallelism, cpus, release, totalmem } from 'node:os'
import { join } from 'node:path'
import { run as runFiles } from 'node:test'
import { spec } from 'node:test/reporters'
import { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { nowUs } from '../src/core/clock.ts'
import { packageRoot } from '../src/core/package-root.ts'
import { usPerSecond } from '../src/core/units.ts'
import { coverageVariable } from '../src/machine/child-environment.ts'
import { keptOutcomes } from './kept-outcomes.ts'
import { earlierRuns, ProgressFile, recordText } from './test-record.ts'
import { runGroups, summaryText, testFolders, type FileOutcome, type FileRun, type SkippedTest } from './test-rings.ts'

/**
 * `node dist/scripts/run-tests.js`: the tests of `npm test`, each file once.
 * With names of folders: the tests of these. With `--all`: every test, a failed file twice, resumed where a run of the same
 * commit was stopped, without what passed on an earlier commit and nothing since can have changed, and written into docs/test-record.md. What passes is a line; what fails says all it has to say.
 */
const { NODE_V8_COVERAGE: coverageFolder } = process.env
if (coverageFolder !== undefined) process.env[coverageVariable] = coverageFolder
const [first, ...others] = process.argv.slice(2)
const isAll = first === '--all'
const asked = first === undefined || isAll ? undefined : [first, ...others]
/** A file that does not end, as after a failure that left a process behind, is ended. Quick forms of all scenarios take 22 minutes. */
const limitMsOf = (file: string): number => (file.startsWith('known-answer/') ? 2_400_000 : first === undefined ? 300_000 : 900_000)
const ending = '.test.js'
const record = 'docs/test-record.md'

const folders = testFolders(availableParallelism())
const unknown = asked?.filter((name) => !folders.some(({ folder }) => folder === name)) ?? []
if (unknown.length > 0)
  throw new Error(`${unknown.join(', ')}: no folder of tests; there are ${folders.map(({ folder }) => folder).join(', ')}`)
const chosen = folders.filter(({ folder, isInTest }) => isAll || (asked?.includes(folder) ?? isInTest))
const groups = chosen.map(({ folder, laneCount }) => ({
  laneCount,
  files: readdirSync(join(packageRoot(), 'dist', 'test', folder))
    .filter((file) => file.endsWith(ending))
    .toSorted()
    .map((file) => `${folder}/${file.slice(0, -ending.length)}`),
}))

async function run(file: string): Promise<FileRun> {
  const skipped: SkippedTest[] = []
  let testCount = 0
  let hasPassed = true
  const events: unknown[] = []
  for await (const event of runFiles({ files: [join(packageRoot(), 'dist', 'test', `${file}${ending}`)], timeout: limitMsOf(file) })) {
    events.push(event)
    const { type, data } = event as { type: string; data: { name: string; skip?: string | boolean; details?: { type?: string } } }
    if (type === 'test:fail') hasPassed = false
    if ((type !== 'test:pass' && type !== 'test:fail') || data.details?.type === 'suite') continue
    testCount++
    if (data.skip !== undefined) skipped.push({ test: data.name, reason: typeof data.skip === 'string' ? data.skip : 'no reason given' })
  }
  if (!hasPassed) process.stdout.write(`\n${file}\n${await text(Readable.from(events).compose(new spec()))}\n`)
  return { hasPassed, testCount, skipped }
}

const nowSeconds = (): number => nowUs() / usPerSecond
const startedAt = nowSeconds()
const git = (...words: string[]): string => execFileSync('git', words, { cwd: packageRoot(), encoding: 'utf8' }).trim()

function tell({ file, verdict, seconds, testCount, skipped }: FileOutcome): void {
  const skips = skipped.length === 0 ? '' : `, ${skipped.length} skipped`
  console.log(
    `${verdict === 'failed' ? '✖' : '✔'} ${file}  ${testCount} tests${skips}, ${seconds.toFixed(1)} s${verdict === 'passed' ? '' : `, ${verdict}`}`,
  )
}

async function runAll(): Promise<FileOutcome[]> {
  const commit = git('rev-parse', 'HEAD')
  const isDirty = git('status', '--porcelain', '--', '.', `:!${record}`) !== ''
  const folder = join(packageRoot(), '.test-progress')
  const progress = new ProgressFile(join(folder, `${commit}${isDirty ? '-dirty' : ''}.ndjson`))
  // What changed since cannot be told, so that nothing of a dirty tree is believed later.
  if (isDirty) progress.remove()
  const before = progress.resume()
  if (before.outcomes.length > 0) console.log(`${before.outcomes.length} files had ended when the last run was stopped`)
  const kept = isDirty ? [] : earlierOutcomes(folder, commit)
  if (kept.length > 0)
    console.log(`${kept.length} files passed on an earlier commit, since which only tests, pages and the runner of the tests have changed`)
  const done = new Set([...before.outcomes, ...kept].map(({ file }) => file))
  const left = groups.map(({ files, laneCount }) => ({ laneCount, files: files.filter((file) => !done.has(file)) }))
  const found = await runGroups(left, true, {
    run,
    nowSeconds,
    onOutcome: (outcome) => {
      progress.append(before.sittingCount, nowSeconds() - startedAt, outcome)
      tell(outcome)
    },
  })
  const outcomes = [...before.outcomes, ...found, ...kept.filter(({ file }) => !before.outcomes.some((outcome) => outcome.file === file))]
  const head = {
    commit,
    isDirty,
    endedAt: new Date().toISOString(),
    seconds: before.seconds + nowSeconds() - startedAt,
    sittingCount: before.sittingCount,
    cpuModel: cpus()[0]!.model.trim(),
    coreCount: availableParallelism(),
    memoryBytes: totalmem(),
    kernel: release(),
    node: process.version,
  }
  writeFileSync(join(packageRoot(), record), recordText(head, outcomes))
  progress.finish()
  return outcomes
}

/** What runs of earlier commits found and still stands, each file by the latest of them; of the files that there are. */
function earlierOutcomes(folder: string, commit: string): FileOutcome[] {
  const kept = new Map<string, FileOutcome>()
  for (const { commit: earlier, outcomes } of earlierRuns(folder)) {
    const changed = earlier === commit ? undefined : changedSince(earlier, commit)
    if (changed === undefined) continue
    for (const outcome of keptOutcomes(outcomes, earlier, changed)) if (!kept.has(outcome.file)) kept.set(outcome.file, outcome)
  }
  return groups.flatMap(({ files }) => files.flatMap((file) => kept.get(file) ?? []))
}

/** Paths that differ; undefined where the earlier commit is gone. */
function changedSince(earlier: string, commit: string): string[] | undefined {
  try {
    return git('diff', '--name-only', earlier, commit).split('\n').filter(Boolean)
  } catch {
    return undefined
  }
}

const outcomes = isAll ? await runAll() : await runGroups(groups, false, { run, nowSeconds, onOutcome: tell })
console.log(summaryText(outcomes, nowSeconds() - startedAt))
if (asked === undefined && !isAll)
  console.log(
    '  not in this ring: pages in a browser (apt-get install chromium, then npm run test:browser); the package (npm run test:package); npm run test:all',
  )
process.exit(outcomes.some(({ verdict }) => verdict === 'failed') ? 1 : 0)

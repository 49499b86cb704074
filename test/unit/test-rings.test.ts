import assert from 'node:assert/strict'
import { appendFileSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, suite, test } from 'node:test'
import { keptOutcomes } from '../../scripts/kept-outcomes.ts'
import { earlierRuns, ProgressFile, recordText } from '../../scripts/test-record.ts'
import { runGroups, skippedByReason, summaryText, testFolders, type FileOutcome, type TestGroup } from '../../scripts/test-rings.ts'
import { packageRoot } from '../../src/core/package-root.ts'

const folder = mkdtempSync(join(tmpdir(), 'test-rings-'))
after(() => rmSync(folder, { recursive: true }))

test('every folder of test/ that holds tests is in a ring, and every folder of a ring holds tests', () => {
  const place = join(packageRoot(), 'test')
  const withTests = readdirSync(place).filter((name) => readdirSync(join(place, name)).some((file) => file.endsWith('.test.ts')))
  assert.deepEqual(
    testFolders(2)
      .map(({ folder }) => folder)
      .toSorted(),
    withTests.toSorted(),
  )
})

/** Runs made-up files of 10 s each, which pass as the table says, and keeps what ran beside what. */
async function outcomesOf(groups: TestGroup[], passes: Record<string, boolean[]>, hasSecondTry: boolean) {
  const running = new Set<string>()
  const beside: string[] = []
  const settled: string[] = []
  let seconds = 0
  const outcomes = await runGroups(groups, hasSecondTry, {
    run: async (file) => {
      running.add(file)
      // Long enough for all that may start beside it to have started.
      await new Promise((resolve) => setImmediate(resolve))
      beside.push([...running].toSorted().join('+'))
      await new Promise((resolve) => setImmediate(resolve))
      running.delete(file)
      seconds += 10
      return { hasPassed: passes[file]!.shift()!, testCount: 2, skipped: [] }
    },
    nowSeconds: () => seconds,
    onOutcome: ({ file }) => settled.push(file),
  })
  return { outcomes, beside, settled }
}

const verdictsOf = (outcomes: readonly FileOutcome[]): string[] => outcomes.map(({ file, verdict }) => `${file}: ${verdict}`)

suite('the files of a ring', () => {
  const groups = [
    { files: ['a', 'b', 'c', 'd'], laneCount: 2 },
    { files: ['x', 'y'], laneCount: 1 },
  ]
  const passes = () => ({ a: [true], b: [false, true], c: [true], d: [false, false], x: [true], y: [false, true] })

  test('run in so many lanes, group after group, and have one try', async () => {
    const { outcomes, beside } = await outcomesOf(groups, passes(), false)
    assert.deepEqual(beside, ['a+b', 'a+b', 'c+d', 'c+d', 'x', 'y'])
    assert.deepEqual(verdictsOf(outcomes).toSorted(), ['a: passed', 'b: failed', 'c: passed', 'd: failed', 'x: passed', 'y: failed'])
  })

  test('have a second try in the ring of all, by themselves, and are reported when the last is over', async () => {
    const { outcomes, beside, settled } = await outcomesOf(groups, passes(), true)
    assert.deepEqual(beside, ['a+b', 'a+b', 'c+d', 'c+d', 'b', 'd', 'x', 'y', 'y'])
    assert.deepEqual(settled, ['a', 'c', 'b', 'd', 'x', 'y'])
    assert.deepEqual(verdictsOf(outcomes), [
      'a: passed',
      'c: passed',
      'b: passed at the second try',
      'd: failed',
      'x: passed',
      'y: passed at the second try',
    ])
    assert.equal(outcomes.find(({ file }) => file === 'y')!.seconds, 20)
  })
})

const outcome = (file: string, change: Partial<FileOutcome> = {}): FileOutcome => ({
  file,
  verdict: 'passed',
  seconds: 1,
  testCount: 3,
  skipped: [],
  ...change,
})
const made = [
  outcome('unit/a', { seconds: 4 }),
  outcome('process/b', { verdict: 'passed at the second try', seconds: 20.04, skipped: [{ test: 'one', reason: 'needs Chromium' }] }),
  outcome('known-answer/c', { verdict: 'failed', seconds: 9 }),
  outcome('golden/d', {
    skipped: [
      { test: 'two', reason: 'needs Chromium' },
      { test: 'three', reason: 'needs a network namespace' },
    ],
  }),
]

const head = {
  commit: 'c0ffee',
  isDirty: true,
  endedAt: '2026-01-01T00:00:00.000Z',
  seconds: 90,
  sittingCount: 2,
  cpuModel: 'Made-up CPU',
  coreCount: 2,
  memoryBytes: 8 * 2 ** 30,
  kernel: '6.1.0',
  node: 'v20.20.0',
}

suite('what is said of a run', () => {
  test('names the longest, what was skipped by its reason, and every file that did not pass at once', () => {
    assert.equal(
      summaryText(made, 60),
      [
        '12 tests in 4 files, 60 s; the longest: process/b 20 s, known-answer/c 9 s, unit/a 4 s, golden/d 1 s',
        '  skipped 2: needs Chromium',
        '  skipped 1: needs a network namespace',
        '  passed at the second try: process/b',
        '  failed: known-answer/c',
      ].join('\n'),
    )
    assert.deepEqual(skippedByReason(made)[0], { reason: 'needs Chromium', tests: ['process/b: one', 'golden/d: two'] })
  })

  test('the record holds commit, machine, totals, the longest, the reasons of the skipped and a row for each file', () => {
    const text = recordText(head, made)
    for (const line of [
      '| commit | c0ffee, with changes that are not committed |',
      '| machine | 2 × Made-up CPU, 8.0 GiB, Linux 6.1.0, Node v20.20.0 |',
      '| files | 4: 2 passed, 1 passed at the second try, 1 failed |',
      '| tests | 12, of which 3 skipped |',
      '| duration | 1.5 min, in 2 sittings |',
      '- process/b: 20 s',
      '- needs Chromium',
      '  - golden/d: two',
      '| process/b | passed at the second try | 3 | 1 | 20.0 |',
      '| known-answer/c | failed | 3 |  | 9.0 |',
    ])
      assert.ok(text.split('\n').includes(line), `${line}\nin\n${text}`)
    assert.ok(recordText({ ...head, isDirty: false, sittingCount: 1 }, [made[0]!]).includes('| commit | c0ffee |'))
  })
})

test('a run that is stopped goes on after the last file that had ended, and one that was recorded starts again', () => {
  const path = join(folder, 'deep', 'progress.ndjson')
  const progress = new ProgressFile(path)
  assert.deepEqual(progress.resume(), { outcomes: [], seconds: 0, sittingCount: 1 })
  progress.append(1, 5, made[0]!)
  progress.append(1, 30, made[1]!)
  // A kill in the middle of a line.
  appendFileSync(path, '{"sitting":1,"atSec')
  assert.deepEqual(new ProgressFile(path).resume(), { outcomes: made.slice(0, 2), seconds: 30, sittingCount: 2 })
  progress.append(2, 10, made[2]!)
  assert.deepEqual(new ProgressFile(path).resume(), { outcomes: made.slice(0, 3), seconds: 40, sittingCount: 3 })
  progress.finish()
  assert.deepEqual(progress.resume(), { outcomes: [], seconds: 0, sittingCount: 1 })
})

suite('after a change that alters no trial', () => {
  const earlier = 'a'.repeat(40)
  const filesKept = (changed: readonly string[]): string[] => keptOutcomes(made, earlier, changed).map(({ file }) => file)

  test('what passed is kept with its commit, but for folders that read the tree', () => {
    assert.deepEqual(keptOutcomes(made, earlier, ['docs/method.md', 'test/unit/a.test.ts']), [{ ...made[1]!, commit: earlier }])
  })

  test('a test that changed runs again, and everything where something else has', () => {
    assert.deepEqual(filesKept(['test/process/b.test.ts']), [])
    for (const path of [
      'src/core/clock.ts',
      'test/helpers/machine-gates.ts',
      'scenarios/smoke.json',
      'package.json',
      'scripts/bare/server.ts',
    ])
      assert.deepEqual(filesKept(['README.md', path]), [], path)
  })

  test('the record names the commit on which it ran', () => {
    const path = join(folder, 'runs', `${earlier}.ndjson`)
    const progress = new ProgressFile(path)
    progress.resume()
    progress.append(1, 20, made[1]!)
    progress.finish()
    writeFileSync(join(folder, 'runs', `${'b'.repeat(40)}-dirty.ndjson`), '')
    const [run, ...others] = earlierRuns(join(folder, 'runs'))
    assert.deepEqual([run, others], [{ commit: earlier, outcomes: [made[1]!] }, []])
    const text = recordText(head, keptOutcomes(run!.outcomes, run!.commit, []))
    assert.ok(text.includes(`| of before | 1 files, run on ${earlier};`), text)
    assert.ok(text.includes('| process/b | passed at the second try (aaaaaaa) | 3 | 1 | 20.0 |'), text)
  })
})

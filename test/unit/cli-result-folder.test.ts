import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import { calibrationStateSchema } from '../../src/core/calibration-record.ts'
import { exitCodeOf, studyExitCodeOf } from '../../src/cli/outcome.ts'
import { schemaVersion, type ResultDocument } from '../../src/core/result.ts'
import type { SearchAnswer, StudyDocument } from '../../src/core/study-result.ts'
import { ResultFolder, documentText } from '../../src/cli/result-folder.ts'

const folder = mkdtempSync(join(tmpdir(), 'result-folder-test-'))
after(() => rmSync(folder, { recursive: true }))
const started = new Date(Date.UTC(2030, 0, 2, 3, 4, 5, 678))

const empty: ResultDocument = {
  schemaVersion,
  harness: { version: '0', commit: null, dirty: null, command: 'bench x', reasons: { commit: 'no git', dirty: 'no git' } },
  environment: {},
  scenario: { name: 'x', resolved: {}, sources: {} },
  plan: { blockOrder: [], channelCount: 1, totalMessagesPerSecond: 1, clientHostCount: 1, estimatedSeconds: 1 },
  interrupted: false,
  trials: [],
  failedTrials: [],
  summary: [],
  comparison: { metrics: [], limitBreaches: [] },
  calibration: { control: null, state: calibrationStateSchema.parse(undefined), reasons: { control: 'none' } },
  warnings: [],
}

describe('ResultFolder', () => {
  it('is named by scenario and UTC start, and gives a run of the same second a folder of its own', () => {
    const first = ResultFolder.open(folder, 'x', started)
    const second = ResultFolder.open(folder, 'x', started)
    assert.equal(first.path, join(folder, 'x', '2030-01-02T03-04-05'))
    assert.equal(second.path, `${first.path}-2`)
    assert.deepEqual(readdirSync(first.path), [])
  })

  it('refuses a place that cannot be written before anything runs', () => {
    const file = join(folder, 'file')
    writeFileSync(file, '')
    assert.throws(
      () => ResultFolder.open(file, 'x'),
      /ERR_RESULT_UNWRITABLE: .*file\/x: the result cannot be written there: .* Choose another folder with --out\./,
    )
    assert.throws(() => ResultFolder.open('/proc/nowhere', 'x'), /ERR_RESULT_UNWRITABLE/)
  })

  it('replaces result.json as a whole, with exactly the text that --json prints, and leaves no draft', () => {
    const target = ResultFolder.open(folder, 'exact', started)
    target.replaceDocument(empty)
    target.replaceDocument({ ...empty, interrupted: true })
    assert.equal(readFileSync(join(target.path, 'result.json'), 'utf8'), documentText({ ...empty, interrupted: true }))
    assert.deepEqual(readdirSync(target.path), ['result.json'])
    assert.equal(target.error, undefined)
  })

  it('keeps a document against the schema out of result.json and remembers the fault', () => {
    const target = ResultFolder.open(folder, 'strict', started)
    target.replaceDocument({ ...empty, extra: 1 } as unknown as ResultDocument)
    assert.match(target.error!.message, /ERR_HARNESS: the result document does not match its own schema.*extra/)
    assert.equal(existsSync(join(target.path, 'result.json')), false)
  })

  it('remembers a disk fault and goes on', () => {
    const target = ResultFolder.open(folder, 'gone', started)
    rmSync(target.path, { recursive: true })
    target.replaceDocument(empty)
    assert.match(target.error!.message, /ERR_RESULT_DISK: .*ENOENT/)
    assert.equal(target.error!.exitCode, 1)
  })

  it('takes back empty folders only', () => {
    const out = join(folder, 'fresh')
    ResultFolder.open(out, 'x', started).discardIfEmpty()
    assert.equal(existsSync(out), false)
    const used = ResultFolder.open(out, 'x', started)
    used.replaceDocument(empty)
    used.discardIfEmpty()
    assert.deepEqual(readdirSync(used.path), ['result.json'])
  })

  it('takes back the folder of a point alone, so that its study can still be written', () => {
    const study = ResultFolder.open(join(folder, 'study-of-none'), 'x', started)
    study.point(1).discardIfEmpty()
    assert.deepEqual(readdirSync(study.path), [])
    study.discardIfEmpty()
    assert.equal(existsSync(join(folder, 'study-of-none')), false)
  })
})

describe('exitCodeOf', () => {
  const failed = { contender: 'a', block: 0, position: 0, message: 'died' }
  const breach = { limit: 'lostCount', contender: 'a', block: 0, measured: 1, allowed: 0, reasons: {} }
  const uncounted = { countedTrialCount: 0 } as ResultDocument['summary'][number]

  it('is that of the gravest: failed process, broken limit, contender without a counted trial', () => {
    const document = { ...empty, summary: [uncounted] }
    assert.equal(exitCodeOf(empty), 0)
    assert.equal(exitCodeOf(document), 5)
    assert.equal(exitCodeOf({ ...document, comparison: { metrics: [], limitBreaches: [breach] } }), 4)
    assert.equal(exitCodeOf({ ...document, failedTrials: [failed], comparison: { metrics: [], limitBreaches: [breach] } }), 3)
  })
})

/** A search with one step a contender, each at a point of its own, whose trial failed or did not. */
function searchOf(answers: readonly (Pick<SearchAnswer, 'contender' | 'verdict'> & { failedCount: number })[]): StudyDocument {
  return {
    kind: 'search',
    contenders: answers.map(({ contender }) => ({ label: contender, transport: contender })),
    points: answers.map(({ contender, failedCount }, at) => ({
      number: at + 1,
      rows: [{ contender, countedTrialCount: 0, trialCount: 1, validity: { failed: failedCount } }],
    })),
    search: answers.map(({ contender, verdict }, at) => ({ contender, verdict, steps: [{ point: at + 1 }] })),
  } as unknown as StudyDocument
}

describe('the exit code of a search', () => {
  it('is 0 when each contender has an answer, also where that is "none" or took failing trials', () => {
    const answers = [
      { contender: 'sse', verdict: 'confirmed', failedCount: 0 },
      { contender: 'websocket', verdict: 'none', failedCount: 0 },
      { contender: 'long-poll', verdict: 'at least', failedCount: 1 },
    ] as const
    assert.equal(studyExitCodeOf(searchOf(answers)), 0)
  })

  it('is 5 when a single contender has none', () => {
    const answers = [
      { contender: 'sse', verdict: 'confirmed', failedCount: 0 },
      { contender: 'websocket', verdict: 'unknown', failedCount: 0 },
    ] as const
    assert.equal(studyExitCodeOf(searchOf(answers)), 5)
  })

  it('is 3 when it has none because its trials failed', () => {
    assert.equal(studyExitCodeOf(searchOf([{ contender: 'sse', verdict: 'unknown', failedCount: 1 }])), 3)
  })
})

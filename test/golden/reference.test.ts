import assert from 'node:assert/strict'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, suite, test } from 'node:test'
import { keepReference, keptText } from '../../scripts/reference-folder.ts'
import { answerOf } from '../../src/answer/answer.ts'
import type { MicroBenchmarkResult } from '../../src/core/micro-benchmark.ts'
import type { ResultDocument } from '../../src/core/result.ts'
import { madeUpDocument } from './fixture-document.ts'
import { madeUpSweep } from './fixture-study.ts'

const folder = mkdtempSync(join(tmpdir(), 'reference-'))
after(() => rmSync(folder, { recursive: true }))
const root = join(folder, 'reference')
const withoutCharts = () => ({ charts: false })

/** A folder as a run leaves it: the document, and files beside it that are no reference. */
function ended(name: string, file: string, document: object, beside: readonly string[] = []): string {
  const dir = join(folder, name)
  mkdirSync(dir, { recursive: true })
  writeFileSync(join(dir, file), `${JSON.stringify(document, null, 2)}\n`)
  for (const other of beside) {
    mkdirSync(join(dir, other, '..'), { recursive: true })
    writeFileSync(join(dir, other), Buffer.alloc(1_000_000))
  }
  return dir
}

function pick(from: Record<string, unknown>, keys: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(keys.map((key) => [key, from[key]]))
}

const measure: MicroBenchmarkResult = {
  schemaVersion: 1,
  harness: madeUpDocument().harness,
  environment: madeUpDocument().environment,
  name: 'framing-micro',
  measure: 'framing-micro',
  title: 'Framing',
  question: 'What does a frame cost?',
  settings: { roundCount: 1 },
  isComplete: true,
  figures: [{ label: 'encode', group: 'ws', unit: 'µs', values: [2], median: 2, low: 2, high: 2 }],
  notes: [],
}

suite('npm run reference', () => {
  test('keeps what a run measured and its reports, and no raw data; words and answer are of today', async () => {
    const dir = ended('run', 'result.json', madeUpDocument(), ['deliveries-01-sse.bin', 'timeline.ndjson', 'trials.ndjson'])
    const kept = await keepReference(dir, root, withoutCharts)
    assert.deepEqual(
      kept.files.map(({ name }) => name),
      ['report.html', 'report.md', 'result.json'],
    )
    const read = (path: string) => JSON.parse(readFileSync(path, 'utf8')) as ResultDocument
    const { scenario: asked, ...given } = read(join(dir, 'result.json'))
    const { scenario, answer, ...measured } = read(join(kept.folder, 'result.json'))
    assert.deepEqual(measured, given)
    assert.equal(answer?.recommendation, answerOf(madeUpDocument()).recommendation)
    const question = 'What does it cost to keep 1,000 people informed of rare events that concern only them?'
    assert.deepEqual(scenario.resolved, { ...asked.resolved, ...pick(scenario.resolved, ['title', 'story']), question })
    const [, reportMd, resultJson] = kept.files
    assert.equal(resultJson!.bytes, readFileSync(join(kept.folder, 'result.json')).length)
    const total = kept.files.reduce((sum, { bytes }) => sum + bytes, 0)
    assert.match(keptText(kept), new RegExp(`^${kept.folder}: 3 files, ${Math.ceil(total / 1_000)} kB\n`))
    assert.ok(keptText(kept).includes(`  report.md  ${Math.ceil(reportMd!.bytes / 1_000)} kB\n`))
  })

  test('given the kept folder itself, draws it anew from its document', async () => {
    const first = await keepReference(ended('again', 'result.json', madeUpDocument()), root, withoutCharts)
    const document = readFileSync(join(first.folder, 'result.json'))
    writeFileSync(join(first.folder, 'report.md'), 'an old report')
    writeFileSync(join(first.folder, 'stale.txt'), 'of an earlier version')
    const second = await keepReference(first.folder, root, withoutCharts)
    assert.deepEqual(second.files, first.files)
    assert.ok(readFileSync(join(second.folder, 'result.json')).equals(document))
  })

  test('keeps a study without the runs at its points: five points of four contenders with their charts are below 2.5 MB', async () => {
    const dir = ended('study', 'study.json', madeUpSweep({ pointCount: 5 }), ['points/01/result.json', 'points/01/deliveries-01-sse.bin'])
    const { files } = await keepReference(dir, root)
    assert.deepEqual(
      files.map(({ name }) => name).filter((name) => !name.startsWith('charts/')),
      ['report.html', 'report.md', 'study.json'],
    )
    assert.deepEqual(
      files.map(({ name }) => name).filter((name) => name.startsWith('charts/')),
      ['connecting', 'latency', 'network', 'server'].map((part) => `charts/along-${part}.png`),
    )
    const total = files.reduce((sum, { bytes }) => sum + bytes, 0)
    assert.ok(total < 2_500_000, `${total} bytes`)
  })

  test('keeps a measure', async () => {
    const { name, files } = await keepReference(ended('measure', 'measure.json', measure, ['rounds.ndjson']), root)
    assert.deepEqual([name, files.map((file) => file.name)], ['framing-micro', ['measure.json', 'report.html', 'report.md']])
  })

  test('refuses what is not finished, and leaves what was kept as it is', async () => {
    const before = await keepReference(ended('whole', 'result.json', madeUpDocument()), root, withoutCharts)
    const failedTrials = [{ contender: 'sse', block: 0, position: 0, message: 'died' }]
    const refused: [string, string, object, RegExp][] = [
      ['stopped-run', 'result.json', { ...madeUpDocument(), interrupted: true }, /an interrupted or failed run is no reference$/],
      ['failed-run', 'result.json', { ...madeUpDocument(), failedTrials }, /an interrupted or failed run is no reference$/],
      ['stopped-study', 'study.json', madeUpSweep({ doneCount: 2 }), /an interrupted study is no reference$/],
      ['stopped-measure', 'measure.json', { ...measure, isComplete: false }, /a measure that was stopped is no reference$/],
      ['nothing', 'report.md', {}, /holds no result\.json, study\.json or measure\.json$/],
    ]
    for (const [name, file, document, message] of refused)
      await assert.rejects(keepReference(ended(name, file, document), root, withoutCharts), message)
    const undrawn = keepReference(join(folder, 'whole'), root, () => {
      throw new Error('no profile')
    })
    await assert.rejects(undrawn, /no profile/)
    assert.deepEqual(
      before.files.map(({ name }) => existsSync(join(before.folder, name))),
      before.files.map(() => true),
    )
    assert.deepEqual(
      readdirSync(root).filter((name) => name.startsWith('.')),
      [],
    )
  })
})

import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { stripVTControlCharacters } from 'node:util'
import { contendersOf } from '../../src/report/contenders.ts'
import { markdownReport } from '../../src/report/markdown.ts'
import { packageRoot } from '../../src/core/package-root.ts'
import { progressTable } from '../../src/report/progress-table.ts'
import { fullTerminalReport } from '../../src/report/terminal-full.ts'
import { textWidth } from '../../src/report/text-layout.ts'
import { writeReport } from '../../src/report/write-report.ts'
import { madeUpDocument } from './fixture-document.ts'
import { variants } from './fixture-variants.ts'
import type { ResultDocument } from '../../src/core/result.ts'

const expectedDir = join(packageRoot(), 'test', 'golden', 'expected')

async function matches(name: string, text: string): Promise<void> {
  const path = join(expectedDir, name)
  if (process.env['UPDATE_GOLDEN'] === '1') await writeFile(path, text)
  assert.equal(text, await readFile(path, 'utf8'), `${name} differs; UPDATE_GOLDEN=1 rewrites it`)
}

function progressRows(document: ResultDocument, blocks: number) {
  return contendersOf(document).map(({ label }) => ({
    contender: label,
    trials: document.trials.filter((trial) => trial.contender === label && trial.block < blocks),
  }))
}

const noNumber = /\b(?:NaN|Infinity|undefined|null)\b/u

/** Which texts are committed; the others would only repeat what these show. */
const committed: Readonly<Record<string, readonly (80 | 120 | 'md')[]>> = {
  plain: [80, 120, 'md'],
  'all-null': [80, 'md'],
  'zero-deliveries': [80],
  'one-contender': [80, 'md'],
  'eight-contenders': [120],
  'hostile-names': [80, 'md'],
  'invalid-trial': [120],
  censored: [120, 'md'],
  interrupted: [80],
  'zero-tiny-missing': [120],
  faults: [80, 'md'],
}

for (const [name, variant] of Object.entries(variants)) {
  const document = variant()

  for (const columns of [80, 120] as const) {
    if (committed[name]?.includes(columns) !== true) continue
    test(`${name}: the terminal report at ${columns} columns is as committed`, async () => {
      await matches(`${name}.${columns}.txt`, fullTerminalReport(document, { columns, colour: false }))
    })
  }

  test(`${name}: no terminal line is too wide, holds an escape or what is no number`, () => {
    for (const columns of [30, 48, 80, 100, 120, 200]) {
      const texts = [fullTerminalReport(document, { columns, colour: false }), progressTable(progressRows(document, 2), columns)]
      for (const line of texts.join('\n').split('\n')) {
        assert.ok(textWidth(line) <= columns, `${textWidth(line)} > ${columns}: ${line}`)
        assert.doesNotMatch(line, /\p{Cc}/u)
        assert.doesNotMatch(line, noNumber)
      }
    }
  })

  test(`${name}: markdown holds nothing that is no number, and is as committed`, async () => {
    const text = markdownReport(document)
    assert.doesNotMatch(text, noNumber)
    if (committed[name]?.includes('md') === true) await matches(`${name}.md`, text)
  })
}

test('colour adds escapes and nothing else', () => {
  const document = madeUpDocument()
  const coloured = fullTerminalReport(document, { columns: 100, colour: true })
  assert.ok(coloured.includes('\u001b[1m'))
  const stripped = stripVTControlCharacters(coloured)
    .split('\n')
    .map((line) => line.trimEnd())
  assert.equal(stripped.join('\n'), fullTerminalReport(document, { columns: 100, colour: false }))
})

test('zero, tiny and missing look different in every table', () => {
  const document = variants['zero-tiny-missing']!()
  const rows = [
    fullTerminalReport(document, { columns: 120, colour: false })
      .split('\n')
      .find((line) => line.startsWith('  CPU, ms/s')),
    markdownReport(document)
      .split('\n')
      .find((line) => line.startsWith('| Server resource use: CPU, ms/s')),
  ]
  for (const row of rows) assert.match(row ?? '', /\b0\b.*<0\.01.*– \(\d\).*27\.0/u)
  assert.match(fullTerminalReport(document, { columns: 120, colour: false }), /not measured: \/proc was not readable/u)
})

test('the progress table tells waiting contenders from done ones and tightens with blocks', () => {
  const document = madeUpDocument()
  const empty = progressTable(progressRows(document, 0), 120)
  assert.equal(empty.split('\n').filter((line) => line.endsWith('waiting')).length, 4)
  assert.doesNotMatch(progressTable(progressRows(document, 1), 120), /\d–\d/u)
  assert.match(progressTable(progressRows(document, 3), 120), /\d–\d/u)
})

test('the same document gives the same bytes, and without canvas everything but the charts', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'report-'))
  try {
    const document = madeUpDocument({ labels: [{ label: 'sse', transport: 'sse' }], blockCount: 1 })
    const first = await writeReport(document, join(dir, 'first'))
    const second = await writeReport(document, join(dir, 'second'))
    assert.deepEqual(first.files, [
      'report.md',
      'report.html',
      'charts/trade-off.png',
      'charts/spread.png',
      'charts/latency.png',
      'charts/ramp.png',
      'charts/timeline.png',
    ])
    assert.equal(second.chartsSkipped, null)
    for (const file of first.files)
      assert.deepEqual(await readFile(join(dir, 'first', file)), await readFile(join(dir, 'second', file)), file)
    const bare = await writeReport(document, join(dir, 'first'), { load: () => Promise.reject(new Error("Cannot find module 'canvas'")) })
    assert.deepEqual(bare, { files: ['report.md', 'report.html'], chartsSkipped: 'charts: skipped, no canvas' })
    const markdown = await readFile(join(dir, 'first', 'report.md'), 'utf8')
    assert.match(markdown, /charts: skipped, no canvas/u)
    assert.doesNotMatch(markdown, /charts\/.*\.png/u)
    await assert.rejects(readFile(join(dir, 'first', 'charts', 'latency.png')), { code: 'ENOENT' })
    assert.equal((await writeReport(document, join(dir, 'first'), { charts: false })).chartsSkipped, 'charts: switched off')
  } finally {
    await rm(dir, { recursive: true, force: true })
  }
})

test('a folder that cannot be written is reported with path and code', async () => {
  await assert.rejects(writeReport(madeUpDocument(), '/dev/null/report'), { code: 'ERR_RESULT_UNWRITABLE' })
})

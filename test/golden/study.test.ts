import assert from 'node:assert/strict'
import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { packageRoot } from '../../src/core/package-root.ts'
import { studySchema, type StudyDocument } from '../../src/core/study-result.ts'
import { textWidth } from '../../src/report/text-layout.ts'
import { studyFigures } from '../../src/report/study/figures.ts'
import { fullStudyTerminalReport } from '../../src/report/study/terminal-full.ts'
import { studyHtml } from '../../src/report/html.ts'
import { studyMarkdown } from '../../src/report/markdown.ts'
import { writeStudyReport } from '../../src/report/write-report.ts'
import type { Figure } from '../../src/report/charts/figure.ts'
import { fixtureProfile } from './fixture-profile.ts'
import { madeUpSearch, madeUpSweep } from './fixture-study.ts'

const expectedDir = join(packageRoot(), 'test', 'golden', 'expected')
const dir = await mkdtemp(join(tmpdir(), 'study-golden-'))
after(() => rm(dir, { recursive: true, force: true }))

async function matches(name: string, text: string): Promise<void> {
  const path = join(expectedDir, name)
  if (process.env['UPDATE_GOLDEN'] === '1') await writeFile(path, text)
  assert.equal(text, await readFile(path, 'utf8'), `${name} differs; UPDATE_GOLDEN=1 rewrites it`)
}

const documents: Readonly<Record<string, () => StudyDocument>> = {
  sweep: () => madeUpSweep(),
  'sweep-two-axes': () => madeUpSweep({ isPlane: true }),
  'sweep-one-block': () => madeUpSweep({ blockCount: 1 }),
  'sweep-interrupted': () => madeUpSweep({ doneCount: 2 }),
  'sweep-nothing-yet': () => madeUpSweep({ doneCount: 0 }),
  search: madeUpSearch,
}

for (const [name, make] of Object.entries(documents)) {
  const document = make()

  test(`${name}: fits its schema, and no line is too wide or holds what is no number`, () => {
    studySchema.parse(document)
    for (const columns of [60, 80, 120]) {
      for (const line of fullStudyTerminalReport(document, { columns, colour: false }).split('\n')) {
        assert.ok(textWidth(line) <= columns, `${textWidth(line)} > ${columns}: ${line}`)
        assert.doesNotMatch(line, /\b(?:NaN|Infinity|undefined|null)\b|\p{Cc}/u)
      }
    }
    assert.doesNotMatch(studyMarkdown(document), /\b(?:NaN|Infinity|undefined|null)\b/u)
  })

  test(`${name}: the page holds its data and nothing that is no number`, async () => {
    const page = await studyHtml(document)
    const data = /<script type="application\/json" id="figures">(.*?)<\/script>/su.exec(page)?.[1]
    assert.deepEqual(JSON.parse(data ?? ''), JSON.parse(JSON.stringify(studyFigures(document))))
    const text = page.replace(/<script.*?<\/script>|<style.*?<\/style>/gsu, '')
    assert.ok(!/\b(?:NaN|Infinity|undefined|null)\b/u.test(text), 'something that is no number')
  })
}

for (const [name, columns] of [
  ['sweep', 80],
  ['sweep', 120],
  ['search', 80],
  ['sweep-interrupted', 80],
] as const) {
  test(`${name}: the terminal report at ${columns} columns is as committed`, async () => {
    await matches(`study-${name}.${columns}.txt`, fullStudyTerminalReport(documents[name]!(), { columns, colour: false }))
  })
}

for (const name of ['sweep', 'search']) {
  test(`${name}: markdown is as committed`, async () => {
    await matches(`study-${name}.md`, studyMarkdown(documents[name]!()))
  })
}

test('the same study gives the same files to the byte, also from its own text', async () => {
  for (const make of [documents['sweep']!, documents['search']!]) {
    const document = make()
    const [first, second] = [join(dir, 'first'), join(dir, 'second')]
    await writeStudyReport(document, first)
    await writeStudyReport(studySchema.parse(JSON.parse(JSON.stringify(document))), second)
    const names = (await readdir(first, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile())
    assert.ok(names.some(({ name }) => name.endsWith('.png')))
    for (const { name, parentPath } of names) {
      const path = join(parentPath, name)
      assert.ok((await readFile(path)).equals(await readFile(path.replace(first, second))), `${name} differs`)
    }
    await rm(first, { recursive: true })
    await rm(second, { recursive: true })
  }
})

test('with a cost model the page of a study has the calculator, and a table behind each of its charts', async () => {
  const document = madeUpSweep()
  const page = await studyHtml(document, { file: 'results/profiles/reference.json', profile: fixtureProfile(), isOfThisMachine: false })
  assert.match(page, /<a href="#calculator">Calculator<\/a>/)
  const data = /<script type="application\/json" id="figures">(.*?)<\/script>/su.exec(page)?.[1]
  const figures = JSON.parse(data ?? '[]') as Figure[]
  assert.equal(figures.length, studyFigures(document).length + 2)
  for (const { id, title, panels } of figures) {
    assert.match(title, /\?$/)
    const behind = new RegExp(`data-tables="${id}">(.*?)</details>`, 'su').exec(page)?.[1] ?? ''
    assert.equal(behind.match(/<table/gu)?.length, panels.length, id)
  }
})

test('every figure asks its question, and a break-even point is marked where the table has it', () => {
  const document = madeUpSweep()
  const figures = studyFigures(document)
  for (const { title } of figures) assert.match(title, /\?$/u)
  const panels = figures.flatMap((figure) => figure.panels)
  const cpu = panels.find(({ title }) => title.startsWith('Server CPU, ms/s'))
  assert.ok(cpu?.kind === 'lines')
  const told = document.breakEven.filter(({ metric }) => metric === 'serverCpu').flatMap(({ crossings }) => crossings)
  // As the points are made up: 0.8 + 192,000 ÷ interval for short polling, 61, 33 and 27 ms/s for the others. Trials scatter by a few per cent.
  const known = [61, 33, 27].map((othersMs) => 192_000 / (othersMs - 0.8))
  const found = told.map(({ value }) => value).toSorted((a, b) => a - b)
  assert.deepEqual(
    found.map((value, at) => Math.abs(value / known[at]! - 1) < 0.05),
    [true, true, true],
    found.join(', '),
  )
  assert.deepEqual(
    cpu.crossings?.map(({ x }) => x),
    found,
  )
})

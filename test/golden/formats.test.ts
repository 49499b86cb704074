import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import { runCommandLine } from '../../src/cli/command-line.ts'
import { packageRoot } from '../../src/core/package-root.ts'
import { resultSchema, type ResultDocument, type TrialResult } from '../../src/core/result.ts'
import { studySchema } from '../../src/core/study-result.ts'
import { chosenPanel, startScale } from '../../src/report/charts/panel-view.ts'
import { panelTable } from '../../src/report/charts/panel-table.ts'
import { boxFigure } from '../../src/report/charts/latency.ts'
import { inkOn } from '../../src/report/charts/map-chart.ts'
import { mapRegions } from '../../src/report/charts/map-regions.ts'
import type { LinePanel, MapPanel } from '../../src/report/charts/figure.ts'
import { rampFigure } from '../../src/report/charts/ramp.ts'
import { tradeOffFigure } from '../../src/report/charts/trade-off-panels.ts'
import { csvColumns, csvReport, studyCsv, studyCsvColumns } from '../../src/report/csv.ts'
import { reportCharts, reportText } from '../../src/report/formats.ts'
import { gfmReport, studyGfm } from '../../src/report/gfm.ts'
import { comparableGroups, compareHtml } from '../../src/report/html-compare.ts'
import { madeUpDocument } from './fixture-document.ts'
import { madeUpSweep } from './fixture-study.ts'
import { variants } from './fixture-variants.ts'

const references = join(packageRoot(), 'results/reference')
const dir = await mkdtemp(join(tmpdir(), 'formats-'))
after(() => rm(dir, { recursive: true, force: true }))

/** Fields of each line of a CSV by RFC 4180. */
function parsed(text: string): string[][] {
  return text
    .trimEnd()
    .split('\n')
    .map((line) =>
      [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^",]*))/gu)].map(([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain ?? ''),
    )
}

describe('csv', () => {
  it('has one row per trial and metric, every trial with the same metrics', () => {
    const document = variants['plain']!()
    const [heads, ...rows] = parsed(csvReport(document))
    assert.deepEqual(heads, [...csvColumns])
    assert.ok(rows.every((row) => row.length === csvColumns.length))
    const keys = rows.map((row) => [row[1], row[3], row[6]].join('|'))
    assert.equal(new Set(keys).size, keys.length)
    assert.equal(rows.length % document.trials.length, 0)
    const p99 = rows.find((row) => row[1] === 'sse' && row[3] === '1' && row[6] === 'deliveryLatencyUs.p99')!
    const trial = document.trials.find(({ contender, block }) => contender === 'sse' && block === 0)!
    assert.deepEqual(p99.slice(7, 9), [String(trial.deliveryLatencyUs.p99), 'µs'])
    assert.deepEqual([...new Set(rows.map((row) => row[8]))].toSorted(), ['bytes', 'count', 'ms', 'ms/s', 'ratio', 'µs'])
  })

  it('says why a value is missing, and quotes what needs it', () => {
    const document = madeUpDocument({ labels: [{ label: 'a "b", c', transport: 'sse' }], blockCount: 1 })
    const rows = parsed(csvReport(document))
    assert.ok(rows.slice(1).every((row) => row[1] === 'a "b", c'))
    assert.ok(
      rows.slice(1).every((row) => (row[7] === '') === (row[9] !== '')),
      'a value or a reason, never both',
    )
  })

  it('has no text that a spreadsheet computes, and gives each text back when one quote is taken off its front', () => {
    const labels = ['=1+2', '@SUM(1,2)', '-2+3', '+HYPERLINK("https://example.org")', "'=1", "it's", ' =1', '\t=1', '\uff1d1', '']
    const change = (trial: TrialResult): TrialResult => ({
      ...trial,
      server: { ...trial.server, loop: { ...trial.server.loop, utilisationRatio: -0.5 } },
    })
    const document = madeUpDocument({ labels: labels.map((label) => ({ label, transport: 'sse' })), blockCount: 1, change })
    const [heads, ...rows] = parsed(csvReport(document))
    const value = heads!.indexOf('value')
    const texts = rows.flatMap((row) => row.filter((_, at) => at !== value))
    assert.deepEqual(
      texts.filter((text) => /^\s*[=+\-@\uff1d]/u.test(text)),
      [],
    )
    // As docs/method.md says it.
    const original = (text: string): string => (text.startsWith("'") ? text.slice(1) : text)
    assert.deepEqual(new Set(rows.map((row) => original(row[1]!))), new Set(labels))
    const negative = rows.filter((row) => row[6] === 'server.loop.utilisationRatio')
    assert.deepEqual(new Set(negative.map((row) => row[value])), new Set(['-0.5']))
    const study = madeUpSweep()
    for (const { rows: ofPoint } of study.points) ofPoint[0]!.contender = '=1+2'
    assert.ok(parsed(studyCsv(study)).some((row) => row[3] === "'=1+2"))
    assert.ok(!studyCsv(study).includes(',=1+2'))
  })

  it('of a study has a row for each block of each point', () => {
    const study = madeUpSweep()
    const [heads, ...rows] = parsed(studyCsv(study))
    assert.deepEqual(heads, [...studyCsvColumns])
    assert.ok(rows.every((row) => row.length === studyCsvColumns.length))
    // Seven points of three blocks: the p50 of a contender has a row for each.
    const ofP50 = rows.filter((row) => row[3] === 'sse' && row[6] === 'deliveryLatencyP50')
    assert.deepEqual(
      ofP50.map((row) => [row[1], row[5]]),
      [250, 500, 1_000, 2_000, 5_000, 10_000, 30_000].flatMap((interval) => [1, 2, 3].map((block) => [`${interval}`, `${block}`])),
    )
  })
})

describe('gfm', () => {
  it('opens with the question, holds the table, and folds the rest', () => {
    const text = gfmReport(variants['plain']!())
    assert.match(text, /^### Notifications: What does it cost/u)
    assert.match(text, /\| Delivery p99, ms \|/u)
    assert.equal(text.match(/<details>/gu)?.length, text.match(/<\/details>/gu)?.length)
    for (const name of Object.keys(variants)) {
      const lineCount = gfmReport(variants[name]!()).trimEnd().split('\n').length
      assert.ok(lineCount <= 60, `${name} has ${lineCount} lines`)
    }
  })

  it('of every kept result has at most 60 lines, with all of its folds closed', () => {
    for (const name of readdirSync(references)) {
      const read = (file: string): unknown => JSON.parse(readFileSync(join(references, name, file), 'utf8'))
      const texts = [
        ...(existsSync(join(references, name, 'result.json')) ? [gfmReport(resultSchema.parse(read('result.json')))] : []),
        ...(existsSync(join(references, name, 'study.json')) ? [studyGfm(studySchema.parse(read('study.json')))] : []),
      ]
      for (const text of texts) {
        assert.ok(text.trimEnd().split('\n').length <= 60, name)
        assert.equal(text.match(/<details>/gu)?.length, text.match(/<\/details>/gu)?.length, name)
      }
    }
  })

  it('puts what a reviewer must not miss on top', () => {
    assert.match(gfmReport(variants['interrupted']!()), /> \[!WARNING\]\n> Not finished:\n> - Interrupted/u)
  })
})

describe('other forms', () => {
  it('json is the document itself', async () => {
    const document = variants['plain']!()
    assert.deepEqual(JSON.parse(await reportText({ kind: 'run', document }, 'json')), JSON.parse(JSON.stringify(document)))
  })

  it('svg draws every chart as outlines, names of clips apart', async () => {
    const files = await reportCharts({ kind: 'run', document: madeUpDocument({ blockCount: 1 }) }, 'svg', dir)
    assert.deepEqual(
      files,
      ['trade-off', 'spread', 'latency', 'ramp', 'timeline'].map((id) => `charts/${id}.svg`),
    )
    for (const file of files) {
      const text = await readFile(join(dir, file), 'utf8')
      assert.match(text, /^<svg xmlns/u)
      assert.ok(!text.includes('<text'), 'text that needs a font')
      const ids = [...text.matchAll(/ id="([^"]+)"/gu)].map(([, id]) => id)
      assert.equal(new Set(ids).size, ids.length)
      for (const [, used] of text.matchAll(/url\(#([^)]+)\)/gu)) assert.ok(ids.includes(used))
    }
  })

  it('an unknown form and a wrong number of folders are reported before anything is read', async () => {
    await assert.rejects(runCommandLine(['report', dir, '--format', 'htm']), { code: 'ERR_USAGE', message: /Did you mean "html"/u })
    await assert.rejects(runCommandLine(['report']), { code: 'ERR_USAGE', message: /missing the folder of a result/u })
    await assert.rejects(runCommandLine(['report', 'a', 'b']), { code: 'ERR_USAGE', message: /--compare/u })
    await assert.rejects(runCommandLine(['report', '--compare', 'a']), { code: 'ERR_USAGE', message: /two results/u })
  })
})

describe('several results on one page', () => {
  const known = (document: ResultDocument, cpuModel: string): ResultDocument => ({
    ...document,
    environment: {
      ...document.environment,
      cpuModel,
      cpuClockMhz: 2_500,
      cpuQuotaCount: 'none',
      memoryLimitBytes: 'none',
    },
  })
  const run = (file: string, cpuModel: string) => ({ file, document: known(variants['plain']!(), cpuModel) })

  it('stand side by side on one machine only', () => {
    const [a, b, c] = [run('a', 'X'), run('b', 'X'), run('c', 'Y')]
    assert.deepEqual(comparableGroups([a, c, b]), [[a, b], [c]])
  })

  it('keep each its machine, and say what keeps them apart', async () => {
    const page = await compareHtml([run('a', 'Made-up X'), run('c', 'Made-up Y')])
    assert.match(page, /Not compared with each other/u)
    assert.match(page, /cpuModel &quot;Made-up X&quot; and &quot;Made-up Y&quot;/u)
    assert.ok(!page.includes('data-figure="side-by-side'), 'bars of two machines in one chart')
    assert.match(await compareHtml([run('a', 'X'), run('b', 'X')]), /data-figure="side-by-side-1"/u)
  })
})

describe('charts as a reader chooses them', () => {
  const ramp = (): LinePanel => rampFigure(variants['plain']!()).panels[0] as LinePanel

  it('drop what is switched off, and take the scale that is asked for', () => {
    const shown = chosenPanel({ ...ramp(), yScale: 'linear' }, { hidden: new Set([0]), scale: 'log' }) as LinePanel
    assert.deepEqual(
      shown.series.map(({ style }) => style),
      [1, 2, 3],
    )
    assert.equal(shown.yScale, 'log')
    assert.equal(startScale(ramp()), 'linear')
    const [p50, , , wire] = tradeOffFigure(variants['plain']!()).panels
    assert.deepEqual(
      [p50, wire].map((panel) => startScale(panel!)),
      ['log', 'linear'],
    )
  })

  it('have a fitted slope that is the known one: made-up memory grows by its nature', () => {
    assert.match(ramp().series[0]!.note ?? '', /KiB a client$/u)
  })

  it('have a table behind each, and a box never shows a quantile that too few deliveries lie beyond', () => {
    const { heads, rows } = panelTable(boxFigure(variants['plain']!()).panels[0]!)
    assert.equal(heads.length, rows[0]!.length)
    const few = boxFigure(variants['zero-deliveries']!()).panels[0]
    assert.ok(few?.kind === 'boxes' && few.boxes.some(({ p50, text }) => p50 === null && text !== ''))
  })

  it('write on every colour in what is read on it', () => {
    assert.deepEqual(['#000000', '#0072B2', '#D55E00', '#CC79A7', '#F5F5F5'].map(inkOn), [
      '#ffffff',
      '#ffffff',
      '#000000',
      '#000000',
      '#000000',
    ])
  })

  it('say in words which transport is cheapest on a map, and which are not reliably different', () => {
    const map: MapPanel = {
      kind: 'map',
      title: 't',
      hint: '',
      xTitle: 'x',
      yTitle: 'y',
      xs: [1, 10],
      ys: [1],
      labels: ['sse', 'websocket'],
      cells: [
        [
          { winner: 0, close: [1], isBeyond: false, text: '' },
          { winner: null, close: [], isBeyond: true, text: '' },
        ],
      ],
    }
    assert.deepEqual(panelTable(map).rows, [['1.00', 'S or W', 'none *']])
  })

  it('name each region of a map once, where it has the most room', () => {
    const cell = (winner: number | null, ...close: number[]) => ({ winner, close, isBeyond: false, text: '' })
    // From below: an L that is surely the first's, a patch that may be, one that may be the second's, and nobody in a corner.
    const cells = [
      [cell(0), cell(0), cell(0), cell(1, 0)],
      [cell(0), cell(0, 1), cell(0, 1), cell(1, 0)],
      [cell(0), cell(0, 1), cell(null), cell(0)],
    ]
    assert.deepEqual(mapRegions({ cells }), [
      { winner: 0, isClear: true, run: { row: 0, from: 0, until: 2 } },
      { winner: 1, isClear: false, run: { row: 0, from: 3, until: 3 } },
      { winner: 0, isClear: false, run: { row: 1, from: 1, until: 2 } },
      { winner: null, isClear: true, run: { row: 2, from: 2, until: 2 } },
      { winner: 0, isClear: true, run: { row: 2, from: 3, until: 3 } },
    ])
  })
})

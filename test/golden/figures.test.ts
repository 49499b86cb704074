import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { createCanvas, GlobalFonts } from 'canvas'
import { packageRoot } from '../../src/core/package-root.ts'
import { resultSchema } from '../../src/core/result.ts'
import { usPerMs } from '../../src/core/units.ts'
import { distribution } from '../../src/metrics/quantiles.ts'
import { latencyFigure } from '../../src/report/charts/latency.ts'
import { studySchema } from '../../src/core/study-result.ts'
import { fontOf, widthOf, wrapFor, type CanvasContext } from '../../src/report/charts/canvas-context.ts'
import type { Figure, Panel } from '../../src/report/charts/figure.ts'
import { figuresOf } from '../../src/report/charts/figures.ts'
import { logFrom } from '../../src/report/charts/scale.ts'
import { mostLines } from '../../src/report/charts/small-multiples.ts'
import { panelChart } from '../../src/report/charts/panel-chart.ts'
import { fontFamily, lightTheme } from '../../src/report/charts/theme.ts'
import { tradeOffFigure } from '../../src/report/charts/trade-off-panels.ts'
import { timelineFigure } from '../../src/report/charts/timeline.ts'
import { fontFile } from '../../src/report/font-file.ts'
import { figureLayout } from '../../src/report/render-charts.ts'
import { studyFigures } from '../../src/report/study/figures.ts'
import { fourContenders, madeUpDocument } from './fixture-document.ts'
import { madeUpSearch, madeUpSweep } from './fixture-study.ts'
import { variants } from './fixture-variants.ts'

for (const weight of ['Regular', 'SemiBold']) GlobalFonts.registerFromPath(fontFile(`web/Inter-${weight}.woff2`), fontFamily)
const probe = createCanvas(8, 8).getContext('2d') as unknown as CanvasContext

/** Every figure of a kept result, or of one that is made up, by the name of that. */
const all: [name: string, figures: Figure[]][] = []
const references = join(packageRoot(), 'results', 'reference')
for (const name of readdirSync(references)) {
  const read = (file: string): unknown => JSON.parse(readFileSync(join(references, name, file), 'utf8'))
  if (existsSync(join(references, name, 'result.json'))) all.push([name, figuresOf(resultSchema.parse(read('result.json')))])
  if (existsSync(join(references, name, 'study.json'))) all.push([name, studyFigures(studySchema.parse(read('study.json')))])
}
const keptCount = all.length
for (const [name, make] of Object.entries(variants)) all.push([`made up, ${name}`, figuresOf(make())])
all.push(['made up, sweep', studyFigures(madeUpSweep())])
all.push(['made up, sweep over two axes', studyFigures(madeUpSweep({ isPlane: true }))])
all.push(['made up, sweep of one block', studyFigures(madeUpSweep({ blockCount: 1 }))])
all.push(['made up, nothing done', studyFigures(madeUpSweep({ doneCount: 0 }))])
all.push(['made up, search', studyFigures(madeUpSearch())])

/** Calls back with every panel of every figure, and where it is. */
function eachPanel(look: (panel: Panel, where: string, figure: Figure) => void): void {
  for (const [name, figures] of all)
    for (const figure of figures)
      for (const [at, panel] of figure.panels.entries()) look(panel, `${name}, ${figure.id}, panel ${at + 1}`, figure)
}

/** Values that a scale is chosen for, where every value counts: charts against time go by what is usual. */
function valuesOf(panel: Panel): number[] {
  if (panel.kind === 'bars') return panel.bars.flatMap(({ value }) => value ?? [])
  if (panel.kind === 'boxes') return panel.boxes.flatMap(({ p5, p99, p50 }) => [p5, p50, p99].filter((value) => value !== null))
  return panel.kind === 'lines' ? panel.series.flatMap(({ points }) => points.flatMap(({ y }) => y ?? [])) : []
}

describe('every figure of the kept results and of what is made up', () => {
  it('has a title of at most two lines, a caption of two, and at most two below its panels, at the width at which it is drawn', () => {
    assert.ok(keptCount >= 7)
    for (const [name, figures] of all)
      for (const figure of figures) {
        const where = `${name}, ${figure.id}`
        const { title, see, read } = figureLayout(figure, probe)
        assert.ok(title.length === 1 || title.length === 2, where)
        assert.ok(!title.join().includes('…') || figure.title.includes('…'), `${where}: ${title.join(' / ')}`)
        assert.deepEqual([see.length, read.length], [1, 1], `${where}: ${[...see, ...read].join(' / ')}`)
        for (const text of figure.without)
          assert.ok(figureLayout({ ...figure, without: [text] }, probe).without.length <= 2, `${where}: ${text}`)
        for (const text of [figure.caption.see, figure.caption.read]) assert.doesNotMatch(text, /NaN|undefined|null|Infinity/u, where)
      }
  })

  it('has panels whose titles are at most two lines, none wider than its panel', () => {
    eachPanel((panel, where, figure) => {
      const { width, height } = figureLayout(figure, probe).places[0]!
      const { options } = panelChart(panel, lightTheme, { width, height, pixelRatio: 1 }) as unknown as {
        options: { plugins: { title: { text: string | string[] } } }
      }
      const lines = [options.plugins.title.text].flat()
      assert.ok(lines.length <= 2 && !lines.join().includes('…'), `${where}: ${lines.join(' / ')}`)
      for (const line of lines) assert.ok(widthOf(probe, line, fontOf(15, 600)) <= width, `${where}: ${line}`)
      assert.equal(wrapFor(probe, panel.hint, fontOf(12), width).length, 1, where)
    })
  })

  it('has at most five lines in a chart', () => {
    eachPanel((panel, where) => {
      if (panel.kind === 'lines') assert.ok(panel.series.length <= mostLines, `${where}: ${panel.series.length} lines`)
    })
  })

  it('has values that differ by more than 30 × on a log axis, with a place for those that are 0', () => {
    let logCount = 0
    eachPanel((panel, where, { id }) => {
      if (panel.kind === 'map') return
      const scale = panel.kind === 'lines' ? panel.yScale : panel.xScale
      const values = valuesOf(panel)
      const positive = values.filter((value) => value > 0)
      const isWide = positive.length > 0 && Math.max(...positive) / Math.min(...positive) > logFrom && values.every((value) => value >= 0)
      const isOverTime = (id === 'timeline' && !panel.title.startsWith('Delivery latency')) || id === 'recovery'
      // Panels beside each other have one scale, which the widest of them needs.
      const isPart = panel.kind === 'lines' && panel.yExtent !== undefined
      if (!isOverTime && !isPart) assert.equal(scale, isWide ? 'log' : 'linear', where)
      if (scale === 'linear') return
      logCount += 1
      const { options, data } = panelChart(panel, lightTheme, { width: 564, height: 300, pixelRatio: 1 }) as unknown as {
        options: { scales: Record<'x' | 'y', { type: string; min: number; ticks: { callback: (value: number) => string } }> }
        data: { datasets: { data: unknown[] }[] }
      }
      const axis = options.scales[panel.kind === 'lines' ? 'y' : 'x']
      assert.equal(axis.type, 'logarithmic', where)
      if (!values.includes(0)) return
      assert.equal(axis.ticks.callback(axis.min), '0', where)
      const drawn = data.datasets.flatMap((one) =>
        one.data.map((point) => (typeof point === 'object' && point !== null && 'y' in point ? point.y : point)),
      )
      assert.ok(drawn.includes(axis.min), `${where}: 0 is not drawn`)
      assert.ok(!drawn.includes(0), where)
    })
    assert.ok(logCount > 10)
  })

  it('has no panel that says of nobody that they differ, and a line that names the metric', () => {
    const figure = tradeOffFigure(variants['plain']!())
    assert.ok(!figure.panels.some(({ title }) => title.startsWith('Server descriptors')))
    assert.match(figure.without.join(), /server descriptors per client \(1\.00 each\)/u)
    const one = tradeOffFigure(variants['one-contender']!())
    assert.deepEqual(one.without, [])
    assert.ok(one.panels.some(({ title }) => title.startsWith('Server descriptors')))
  })
})

describe('what was not measured', () => {
  it('has no panel, and a figure of nothing else is left out', () => {
    assert.deepEqual(
      figuresOf(variants['all-null']!()).map(({ id }) => id),
      ['timeline'],
    )
    const [timeline] = figuresOf(variants['all-null']!())
    assert.deepEqual(timeline!.without.slice(-1), [
      'Not measured: server CPU, ms/s; delivery latency p50, ms; delivery latency max, ms (not readable on this platform).',
    ])
    eachPanel((panel, where) => {
      if (panel.kind === 'lines')
        assert.ok(
          panel.series.some(({ points }) => points.some(({ y }) => y !== null)),
          where,
        )
      if (panel.kind === 'boxes')
        assert.ok(
          panel.boxes.some(({ p50 }) => p50 !== null),
          where,
        )
    })
  })
})

describe('a caption says what to see first', () => {
  it('the widest difference that is decided, with whose it is', () => {
    const { caption } = tradeOffFigure(
      resultSchema.parse(JSON.parse(readFileSync(join(references, 'notifications', 'result.json'), 'utf8'))),
    )
    assert.equal(caption.see, 'Largest difference: delivery latency p50, 976 ms for short-poll and 0.988 ms for websocket, 988 ×.')
  })

  it('the percentile that it names, not the one before it that would read the same', () => {
    const oneMsTo = (lastMs: number): Float64Array => Float64Array.from({ length: lastMs }, (_, index) => (index + 1) * usPerMs)
    const latencyHistogram = distribution(oneMsTo(1_000), { censoredCount: 0 }).histogram
    const one = madeUpDocument({ labels: fourContenders.slice(0, 1), blockCount: 1 })
    const figure = latencyFigure({ ...one, summary: one.summary.map((row) => ({ ...row, latencyHistogram })) })
    const [panel] = figure.panels
    assert.ok(panel?.kind === 'lines')
    const labels = panel.series[0]!.points.map(({ at }) => at)
    assert.equal(new Set(labels).size, labels.length, labels.join())
    assert.equal(panel.series[0]!.points.find(({ x }) => x === 80)!.at, 'p98.8')
    // Of 1 ms to 1,000 ms, each once, the 990th is the p99 and the 988th the p98.75 (HdrHistogram keeps three digits).
    assert.match(figure.caption.see, /^99 % of the deliveries arrive within 990 ms/u)
  })

  it('with one block, that this is a first look', () => {
    assert.match(
      tradeOffFigure(madeUpDocument({ blockCount: 1 })).caption.see,
      /^First look, one block each; largest difference: delivery latency p50, /u,
    )
    assert.match(tradeOffFigure(variants['one-contender']!()).caption.see, /^One contender/u)
  })
})

describe('trials that do not count', () => {
  const document = variants['invalid-trial']!()

  it('shade the row of their contender, and are told in the table behind', () => {
    for (const panel of tradeOffFigure(document).panels) {
      assert.ok(panel.kind === 'bars')
      assert.deepEqual(
        panel.bars.filter(({ isSpoilt }) => isSpoilt === true).map(({ label }) => label),
        ['long-poll'],
      )
      assert.match(panel.bars[1]!.detail, /; 1 of 3 trials does not count \(/u)
    }
    assert.match(tradeOffFigure(document).caption.read, /Shaded: not all of its trials count\.$/u)
    assert.doesNotMatch(tradeOffFigure(variants['plain']!()).caption.read, /Shaded/u)
  })

  it('are a band over the whole of a chart against time where no other could be drawn', () => {
    const unranked = madeUpDocument({
      change: (trial) =>
        trial.contender === 'sse'
          ? {
              ...trial,
              validity: {
                status: 'tainted',
                reasons: [{ gate: 'saturated', status: 'unranked', families: ['latency', 'cpu'], owner: 'server', message: 'made up' }],
              },
            }
          : trial,
    })
    const bands = timelineFigure(unranked).panels.map((panel) => [
      panel.title,
      panel.kind === 'lines' ? panel.marks?.filter(({ tone }) => tone === 'spoilt').map(({ label }) => label) : [],
    ])
    assert.deepEqual(Object.fromEntries(bands), {
      'Deliveries received, per second': [],
      'Server CPU, ms/s': ['sse: CPU does not count'],
      'Delivery latency p50, ms': ['sse: latency does not count'],
      'Delivery latency max, ms': ['sse: latency does not count'],
      'Requests, per second': [],
    })
  })
})

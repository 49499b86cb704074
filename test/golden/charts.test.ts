import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { promisify } from 'node:util'
import { loadImage, createCanvas, GlobalFonts } from 'canvas'
import type { ResultDocument } from '../../src/core/result.ts'
import type { CanvasContext } from '../../src/report/charts/canvas-context.ts'
import type { Figure } from '../../src/report/charts/figure.ts'
import { figuresOf } from '../../src/report/charts/figures.ts'
import { timelineFigure } from '../../src/report/charts/timeline.ts'
import { tradeOffFigure } from '../../src/report/charts/trade-off-panels.ts'
import { figureLayout, loadDrawing, renderCharts, renderFigures } from '../../src/report/render-charts.ts'
import { fourContenders, madeUpDocument } from './fixture-document.ts'
import { variants, zeroTinyMissing } from './fixture-variants.ts'

const dir = await mkdtemp(join(tmpdir(), 'charts-'))
after(() => rm(dir, { recursive: true, force: true }))

const ratio = 2

interface Area {
  x: number
  y: number
  width: number
  height: number
}

async function readPng(path: string) {
  const image = await loadImage(path)
  const pen = createCanvas(image.width, image.height).getContext('2d')
  pen.drawImage(image, 0, 0)
  return pen
}

/** The PNG that was read last: a figure has many panels. */
let last: { path: string; pen: ReturnType<typeof readPng> } | undefined

/** Pixels of a part of a panel in the PNG of a figure; places are in CSS pixels, from the top left of the panel. */
async function pixels(path: string, figure: Figure, at: number, area?: Area): Promise<Uint8ClampedArray> {
  if (last?.path !== path) last = { path, pen: readPng(path) }
  const pen = await last.pen
  const place = figureLayout(figure, createCanvas(8, 8).getContext('2d') as unknown as CanvasContext).places[at]!
  const { x, y, width, height } = area ?? { x: 0, y: 0, width: place.width, height: place.height }
  return pen.getImageData((place.x + x) * ratio, (place.y + y) * ratio, width * ratio, height * ratio).data
}

function darkCount(data: Uint8ClampedArray): number {
  let count = 0
  for (let at = 0; at < data.length; at += 4) if (data[at]! + data[at + 1]! + data[at + 2]! < 300) count += 1
  return count
}

/** Draws the figures of a document, or those that are named. */
async function draw(name: string, document: ResultDocument, ids?: readonly string[]): Promise<string> {
  const path = join(dir, name)
  const figures = figuresOf(document).filter(({ id }) => ids?.includes(id) ?? true)
  assert.equal((await renderFigures(figures, path)).skipped, null)
  return path
}

test('the canvas that charts are drawn on is the stand-in', () => {
  assert.equal(typeof GlobalFonts.registerFromPath, 'function')
})

test('labels are drawn, and two of the same length give different pixels', async () => {
  const named = (label: string) => madeUpDocument({ labels: [{ label, transport: 'sse' }], blockCount: 1 })
  const documents = [named('abcdefgh'), named('stuvwxyz'), named('长轮询长轮询啊啊')]
  const drawn = await Promise.all(
    documents.map(async (document, at) => ({ document, path: await draw(`label-${at}`, document, ['trade-off', 'latency']) })),
  )
  const partOf = (id: 'trade-off' | 'latency', area: Area) =>
    Promise.all(
      drawn.map(({ document, path }) =>
        pixels(
          join(path, `${id}.png`),
          figuresOf(document).find((figure) => figure.id === id)!,
          0,
          area,
        ),
      ),
    )
  const labels = await partOf('trade-off', { x: 0, y: 50, width: 60, height: 40 })
  for (const label of labels) assert.ok(darkCount(label) > 20, 'label area is blank')
  assert.notDeepEqual(labels[0], labels[1])
  const ends = await partOf('latency', { x: 1_056, y: 4, width: 96, height: 400 })
  for (const end of ends) assert.ok(darkCount(end) > 20, 'the name at the end of the line is blank')
  assert.notDeepEqual(ends[0], ends[1])
})

test('zero, tiny and missing bars look different', async () => {
  const document = zeroTinyMissing()
  const path = await draw('zero', document, ['trade-off'])
  const figure = tradeOffFigure(document)
  const cpu = figure.panels.findIndex(({ title }) => title === 'Server CPU, ms/s')
  const bars = await Promise.all(
    [0, 1, 2].map((bar) => pixels(join(path, 'trade-off.png'), figure, cpu, { x: 66, y: 56 + bar * 37, width: 200, height: 36 })),
  )
  for (const bar of bars) assert.ok(new Set(bar).size > 4, 'a bar says nothing')
  assert.notDeepEqual(bars[0], bars[1])
  assert.notDeepEqual(bars[1], bars[2])
  assert.notDeepEqual(bars[0], bars[2])
})

test('no panel is empty, with 1, 2, 4 and 8 contenders and with nothing measured', async () => {
  for (const name of ['one-contender', 'two-contenders', 'plain', 'eight-contenders', 'all-null']) {
    const document = variants[name]!()
    const path = await draw(name, document)
    for (const figure of figuresOf(document))
      for (const at of figure.panels.keys()) {
        const data = await pixels(join(path, `${figure.id}.png`), figure, at)
        assert.ok(darkCount(data) > 50, `${name}/${figure.id} panel ${at}`)
      }
  }
})

test('the timeline says why short polling looks low at first, and only where it is shown', () => {
  const note = /Short polling looks low until its first interval is over/
  const notesOf = (document: ResultDocument): string => timelineFigure(document).notes.join(' ')
  assert.match(notesOf(madeUpDocument()), note)
  assert.doesNotMatch(notesOf(madeUpDocument({ labels: fourContenders.slice(1) })), note)
})

test('a slice is marked for what never came and for a stall, not for what a poll brings later', () => {
  // In slice 0 nothing is received, but all comes later; in 8 nothing comes of what was due; in 12 all is held.
  const document = madeUpDocument({
    change: (trial) => ({
      ...trial,
      timeline: trial.timeline.map((slice, at) => {
        const plain = { ...slice, dueCount: 25, deliveredCount: 25, arrivedCount: 25, heldCount: 0, serverGcUs: 0 }
        if (at === 0) return { ...plain, deliveredCount: 0 }
        if (at === 8) return { ...plain, arrivedCount: 0 }
        return at === 12 ? { ...plain, deliveredCount: 0, heldCount: 25 } : plain
      }),
    }),
  })
  const panel = timelineFigure(document).panels[0]
  assert.ok(panel?.kind === 'lines')
  const marked = panel.series.map(({ label, points }) => [
    label,
    points.flatMap(({ event }, at) => (event === undefined ? [] : [`${at} ${event}`])),
  ])
  // Half of a poll interval of 2 s is no stall.
  const prompt = ['8 lost', '12 stall']
  assert.deepEqual(marked, [
    ['short-poll', ['8 lost']],
    ['long-poll', prompt],
    ['sse', prompt],
    ['websocket', prompt],
  ])
})

test('a machine without any font draws the same bytes', async () => {
  const script = `
    const [, charts, document, dir] = process.argv
    const { renderCharts } = await import(charts)
    const { madeUpDocument } = await import(document)
    await renderCharts(madeUpDocument({ blockCount: 1 }), dir)`
  const bare = join(dir, 'bare')
  const modules = ['../../src/report/render-charts.js', './fixture-document.js'].map((path) => new URL(path, import.meta.url).href)
  await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script, ...modules, bare], {
    env: { ...process.env, DISABLE_SYSTEM_FONTS_LOAD: '1' },
  })
  const here = await draw('here', madeUpDocument({ blockCount: 1 }))
  for (const file of ['trade-off.png', 'spread.png', 'latency.png', 'ramp.png', 'timeline.png'])
    assert.deepEqual(await readFile(join(bare, file)), await readFile(join(here, file)), file)
})

test('a font that draws nothing is an error, not a blank chart', async () => {
  const load = async () => {
    const drawing = await loadDrawing()
    const blank = { measureText: () => ({ width: 0 }) }
    return {
      ...drawing,
      canvas: { ...drawing.canvas, createCanvas: () => ({ getContext: () => blank }) } as unknown as typeof drawing.canvas,
    }
  }
  await assert.rejects(renderCharts(madeUpDocument({ blockCount: 1 }), join(dir, 'font'), load), { code: 'ERR_CHART_FONT', exitCode: 1 })
})

import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Chart, registerables } from 'chart.js'
import { harnessError } from '../core/errors.ts'
import { reinstallAdvice } from '../core/package-root.ts'
import type { ResultDocument } from '../core/result.ts'
import { panelHeight, type Figure, type Frame } from './charts/figure.ts'
import { figuresOf } from './charts/figures.ts'
import { fontFamily, lightTheme } from './charts/theme.ts'
import { panelChart } from './charts/panel-chart.ts'
import { fontOf, twoLines, wrapFor, type CanvasContext } from './charts/canvas-context.ts'
import { fontFile } from './font-file.ts'
import { html } from './html-text.ts'

type CanvasModule = typeof import('canvas')
type Renderer = typeof import('chartjs-node-canvas')

/** The two modules that draw: the stand-in for node-canvas, and Chart.js on top of it. */
export interface Drawing {
  canvas: CanvasModule
  renderer: Renderer
}

const pixelRatio = 2
const fontProbe = fontOf(32)

/** Loads what draws; rejects where the native module is missing or does not fit the machine. */
export async function loadDrawing(): Promise<Drawing> {
  const [canvas, renderer] = await Promise.all([import('canvas'), import('chartjs-node-canvas')])
  return { canvas: canvas.default, renderer: renderer.default }
}

/**
 * Registers the shipped font and makes sure that it draws: without any font all text vanishes without an error.
 *
 * @throws {HarnessError} ERR_CHART_FONT when it does not
 */
function registerFont(canvas: CanvasModule): void {
  if (!canvas.GlobalFonts.has(fontFamily)) {
    for (const weight of ['Regular', 'SemiBold']) {
      const path = fontFile(`web/Inter-${weight}.woff2`)
      if (canvas.GlobalFonts.registerFromPath(path, fontFamily) === null)
        throw harnessError('ERR_CHART_FONT', `charts: no font could be read from ${path}: ${reinstallAdvice()}.`)
    }
  }
  const pen = canvas.createCanvas(8, 8).getContext('2d')
  pen.font = fontProbe
  const [wide, narrow] = [pen.measureText('WWWW').width, pen.measureText('iiii').width]
  if (!(canvas.GlobalFonts.has(fontFamily) && wide > narrow && narrow > 0)) {
    throw harnessError(
      'ERR_CHART_FONT',
      `charts: no usable font: "WWWW" is ${wide} px and "iiii" ${narrow} px wide in ${fontFamily}: ${reinstallAdvice()}.`,
    )
  }
}

/** Width of a figure as a file, in CSS pixels. */
const figureWidth = 1_200

const margin = 24
const titleFont = fontOf(24, 600)
const captionFont = fontOf(14)
const captionLineHeight = 20
const titleLineHeight = 36

/** Where everything of a figure stands in its file, in CSS pixels. */
export interface FigureLayout {
  height: number
  title: string[]
  /** Lines of what to see first, and of how to read it. */
  see: string[]
  read: string[]
  /** Lines below the panels about what has none, and where they begin. */
  without: string[]
  withoutTop: number
  places: { panel: Figure['panels'][number]; x: number; y: number; width: number; height: number }[]
}

/**
 * Title and caption on top, then the panels in rows of as many columns as the figure has, then what has none.
 *
 * @param probe measures texts; the shipped font must be registered
 */
export function figureLayout(figure: Figure, probe: CanvasContext): FigureLayout {
  const width = Math.floor((figureWidth - margin * (figure.columns + 1)) / figure.columns)
  const wrapped = (text: string, font: string): string[] => (text === '' ? [] : wrapFor(probe, text, font, figureWidth - 2 * margin))
  const title = twoLines(wrapped(figure.title, titleFont))
  const [see, read] = [wrapped(figure.caption.see, captionFont), wrapped(figure.caption.read, captionFont)]
  const without = figure.without.flatMap((text) => wrapped(text, captionFont))
  const places: FigureLayout['places'] = []
  let top = margin + title.length * titleLineHeight + (see.length + read.length) * captionLineHeight + margin / 2
  for (let at = 0; at < figure.panels.length; at += figure.columns) {
    const row = figure.panels.slice(at, at + figure.columns)
    const height = row.map((panel) => panelHeight(panel, figure.columns)).reduce((a, b) => Math.max(a, b))
    for (const [column, panel] of row.entries()) places.push({ panel, x: margin + column * (width + margin), y: top, width, height })
    top += height + margin
  }
  const withoutTop = top
  if (without.length > 0) top += without.length * captionLineHeight + margin
  return { height: Math.ceil(top), title, see, read, without, withoutTop, places }
}

/** Ground, title, caption and last lines of a figure. */
function drawTexts(pen: CanvasContext, { height, title, see, read, without, withoutTop }: FigureLayout): void {
  pen.fillStyle = lightTheme.ground
  pen.fillRect(0, 0, figureWidth, height)
  pen.textBaseline = 'middle'
  pen.fillStyle = lightTheme.ink
  pen.font = titleFont
  for (const [at, line] of title.entries()) pen.fillText(line, margin, margin + (at + 0.5) * titleLineHeight - 4)
  pen.font = captionFont
  const captionTop = margin + title.length * titleLineHeight
  const drawLines = (lines: readonly string[], top: number, colour: string): void => {
    pen.fillStyle = colour
    for (const [at, line] of lines.entries()) pen.fillText(line, margin, top + (at + 0.5) * captionLineHeight)
  }
  drawLines(see, captionTop, lightTheme.ink)
  drawLines(read, captionTop + see.length * captionLineHeight, lightTheme.faintInk)
  drawLines(without, withoutTop, lightTheme.faintInk)
}

/** One drawing instance a size: each loads a Chart.js of its own. */
class ChartRenderers {
  readonly #renderer: Renderer
  readonly #bySize = new Map<string, InstanceType<Renderer['ChartJSNodeCanvas']>>()

  constructor(renderer: Renderer) {
    this.#renderer = renderer
  }

  draw(panel: Figure['panels'][number], frame: Frame): Promise<Buffer> {
    const size = `${frame.width}x${frame.height}`
    const known =
      this.#bySize.get(size) ??
      new this.#renderer.ChartJSNodeCanvas({ width: frame.width, height: frame.height, backgroundColour: lightTheme.ground })
    this.#bySize.set(size, known)
    return known.renderToBuffer(panelChart(panel, lightTheme, frame))
  }
}

/** Draws a figure: its texts, then its panels in rows. PNG, two pixels for each CSS pixel. */
async function drawFigure(canvas: CanvasModule, renderers: ChartRenderers, figure: Figure): Promise<Buffer> {
  const layout = figureLayout(figure, canvas.createCanvas(8, 8).getContext('2d') as unknown as CanvasContext)
  const sheet = canvas.createCanvas(figureWidth * pixelRatio, layout.height * pixelRatio)
  const pen = sheet.getContext('2d')
  pen.scale(pixelRatio, pixelRatio)
  drawTexts(pen as unknown as CanvasContext, layout)
  for (const { panel, x, y, width, height } of layout.places) {
    const image = await canvas.loadImage(await renderers.draw(panel, { width, height, pixelRatio }))
    pen.drawImage(image, x, y, width, height)
  }
  return sheet.toBuffer('image/png')
}

/**
 * Writes figures as PNG into a folder, which is made if need be.
 *
 * Without the canvas module nothing is drawn and `skipped` says so in one line; everything else of a report works without.
 *
 * @param load how the drawing modules are got
 * @throws {HarnessError} ERR_CHART_FONT when the shipped font does not draw
 */
export async function renderFigures(
  figures: readonly Figure[],
  dir: string,
  load: () => Promise<Drawing> = loadDrawing,
): Promise<{ files: string[]; skipped: string | null }> {
  let drawing: Drawing
  try {
    drawing = await load()
  } catch {
    return { files: [], skipped: 'charts: skipped, no canvas' }
  }
  registerFont(drawing.canvas)
  const { canvas } = drawing
  const renderers = new ChartRenderers(drawing.renderer)
  return { files: await writeEach(figures, dir, 'png', (figure) => drawFigure(canvas, renderers, figure)), skipped: null }
}

async function writeEach(
  figures: readonly Figure[],
  dir: string,
  ending: 'png' | 'svg',
  draw: (figure: Figure) => string | Promise<Buffer>,
): Promise<string[]> {
  await mkdir(dir, { recursive: true })
  const files: string[] = []
  for (const figure of figures) {
    const file = `${figure.id}.${ending}`
    await writeFile(join(dir, file), await draw(figure))
    files.push(file)
  }
  return files
}

/** Writes every figure of a run's document, as `renderFigures`. */
export function renderCharts(document: ResultDocument, dir: string, load?: () => Promise<Drawing>): ReturnType<typeof renderFigures> {
  return renderFigures(figuresOf(document), dir, load)
}

/**
 * Writes figures as SVG into a folder, from the same builders as the PNG. Text is drawn as outlines, so that the file needs
 * no font; each picture has a title for those who cannot see it.
 *
 * @throws whatever loading the canvas module throws: without it there is no vector chart
 */
export async function renderSvg(figures: readonly Figure[], dir: string): Promise<string[]> {
  const { canvas } = await loadDrawing()
  registerFont(canvas)
  Chart.register(...registerables)
  return writeEach(figures, dir, 'svg', (figure) => svgOf(canvas, figure))
}

function svgOf(canvas: CanvasModule, figure: Figure): string {
  const layout = figureLayout(figure, canvas.createCanvas(8, 8).getContext('2d') as unknown as CanvasContext)
  const head = canvas.createSvgCanvas(figureWidth, layout.height)
  drawTexts(head.getContext('2d') as unknown as CanvasContext, layout)
  const panels = layout.places.map(({ panel, x, y, width, height }, at) => {
    const sheet = canvas.createSvgCanvas(width, height)
    const chart = new Chart(sheet, panelChart(panel, lightTheme, { width, height, pixelRatio: 1 }))
    const drawn = nested(sheet, `panel${at}`, `x="${x}" y="${y}"`)
    chart.destroy()
    return drawn
  })
  const size = `width="${figureWidth}" height="${layout.height}" viewBox="0 0 ${figureWidth} ${layout.height}"`
  return `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" role="img" ${size}>
<title>${html(figure.title)}</title>
${nested(head, 'head', '')}
${panels.join('\n')}
</svg>
`
}

/** A drawing as a part of another: names of clips are its own, since every drawing starts them at the same number. */
function nested(sheet: ReturnType<CanvasModule['createSvgCanvas']>, name: string, place: string): string {
  return sheet
    .getContent()
    .toString('utf8')
    .replace(/^<\?xml[^>]*\?>\s*/u, '')
    .replace(/^<svg /u, `<svg ${place} `)
    .replace(/(id="|url\(#|href="#)/gu, `$1${name}-`)
    .trimEnd()
}

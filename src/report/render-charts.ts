import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { harnessError } from '../core/errors.ts'
import type { ResultDocument } from '../core/result.ts'
import type { Figure, Frame } from './charts/figure.ts'
import { drawHead, figureLayout, figureWidth } from './charts/figure-layout.ts'
import { figuresOf } from './charts/figures.ts'
import { fontFamily, lightTheme } from './charts/theme.ts'
import { panelChart } from './charts/panel-chart.ts'
import { fontOf, type CanvasContext } from './charts/canvas-context.ts'
import { fontFile } from './font-file.ts'

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
export function registerFont(canvas: CanvasModule): void {
  if (!canvas.GlobalFonts.has(fontFamily)) {
    for (const weight of ['Regular', 'SemiBold']) {
      const path = fontFile(`web/Inter-${weight}.woff2`)
      if (canvas.GlobalFonts.registerFromPath(path, fontFamily) === null)
        throw harnessError('ERR_CHART_FONT', `charts: no font could be read from ${path}. Run npm ci again.`)
    }
  }
  const pen = canvas.createCanvas(8, 8).getContext('2d')
  pen.font = fontProbe
  const [wide, narrow] = [pen.measureText('WWWW').width, pen.measureText('iiii').width]
  if (!(canvas.GlobalFonts.has(fontFamily) && wide > narrow && narrow > 0)) {
    throw harnessError(
      'ERR_CHART_FONT',
      `charts: no usable font: "WWWW" is ${wide} px and "iiii" ${narrow} px wide in ${fontFamily}. Run npm ci again.`,
    )
  }
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

/** Draws a figure: its title and notes, then its panels in rows. PNG, two pixels for each CSS pixel. */
async function drawFigure(canvas: CanvasModule, draughtsmen: ChartRenderers, figure: Figure): Promise<Buffer> {
  const layout = figureLayout(figure, canvas.createCanvas(8, 8).getContext('2d') as unknown as CanvasContext)
  const sheet = canvas.createCanvas(figureWidth * pixelRatio, layout.height * pixelRatio)
  const pen = sheet.getContext('2d')
  pen.scale(pixelRatio, pixelRatio)
  drawHead(pen as unknown as CanvasContext, figure, layout)
  for (const { panel, x, y, width, height } of layout.places) {
    const image = await canvas.loadImage(await draughtsmen.draw(panel, { width, height, pixelRatio }))
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
  await mkdir(dir, { recursive: true })
  const draughtsmen = new ChartRenderers(drawing.renderer)
  const files: string[] = []
  for (const figure of figures) {
    const file = `${figure.id}.png`
    await writeFile(join(dir, file), await drawFigure(drawing.canvas, draughtsmen, figure))
    files.push(file)
  }
  return { files, skipped: null }
}

/** Writes every figure of a run's document, as `renderFigures`. */
export function renderCharts(document: ResultDocument, dir: string, load?: () => Promise<Drawing>): ReturnType<typeof renderFigures> {
  return renderFigures(figuresOf(document), dir, load)
}

import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Chart, registerables } from 'chart.js'
import { drawHead, figureLayout, figureWidth } from './charts/figure-layout.ts'
import type { Figure } from './charts/figure.ts'
import { lightTheme } from './charts/theme.ts'
import { panelChart } from './charts/panel-chart.ts'
import type { CanvasContext } from './charts/canvas-context.ts'
import { html } from './html-text.ts'
import { loadDrawing, registerFont, type Drawing } from './render-charts.ts'

type SvgCanvas = ReturnType<Drawing['canvas']['createSvgCanvas']>

/**
 * Writes figures as SVG into a folder, from the same builders as the PNG. Text is drawn as outlines, so that the file needs
 * no font; each picture has a title for those who cannot see it.
 *
 * @throws whatever loading the canvas module throws: without it there is no vector chart
 */
export async function renderSvg(figures: readonly Figure[], dir: string, load: () => Promise<Drawing> = loadDrawing): Promise<string[]> {
  const { canvas } = await load()
  registerFont(canvas)
  Chart.register(...registerables)
  await mkdir(dir, { recursive: true })
  const files: string[] = []
  for (const figure of figures) {
    files.push(`${figure.id}.svg`)
    await writeFile(join(dir, `${figure.id}.svg`), svgOf(canvas, figure))
  }
  return files
}

function svgOf(canvas: Drawing['canvas'], figure: Figure): string {
  const layout = figureLayout(figure, canvas.createCanvas(8, 8).getContext('2d') as unknown as CanvasContext)
  const head = canvas.createSvgCanvas(figureWidth, layout.height)
  drawHead(head.getContext('2d') as unknown as CanvasContext, figure, layout)
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
function nested(sheet: SvgCanvas, name: string, place: string): string {
  return sheet
    .getContent()
    .toString('utf8')
    .replace(/^<\?xml[^>]*\?>\s*/u, '')
    .replace(/^<svg /u, `<svg ${place} `)
    .replace(/(id="|url\(#|href="#)/gu, `$1${name}-`)
    .trimEnd()
}

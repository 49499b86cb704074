import {
  BarController,
  BarElement,
  CategoryScale,
  Chart,
  Legend,
  LinearScale,
  LineController,
  LineElement,
  LogarithmicScale,
  PointElement,
  SubTitle,
  Title,
  Tooltip,
} from 'chart.js'
import { panelHeight, type Figure } from '../charts/figure.ts'
import { darkLook, lightLook, type Look } from '../charts/look.ts'
import { panelChart } from '../charts/panel-chart.ts'
import { fontOf } from '../charts/pen.ts'
import { page, type PageElement } from './browser.ts'

const resizePauseMs = 150
/** Width of a chart on paper, in CSS pixels: half of a sheet's text width, or all of it. */
const paperWidth = 680

Chart.register(
  BarController,
  BarElement,
  CategoryScale,
  Legend,
  LinearScale,
  LineController,
  LineElement,
  LogarithmicScale,
  PointElement,
  SubTitle,
  Title,
  Tooltip,
)

const figures = JSON.parse(page.document.getElementById('figures')?.textContent ?? '[]') as Figure[]
const dark = page.matchMedia('(prefers-color-scheme: dark)')
let charts: Chart[] = []

function drawPanel(place: PageElement, look: Look, width: number): Chart[] {
  const figure = figures.find(({ id }) => id === place.dataset['figure'])
  const panel = figure?.panels[Number(place.dataset['panel'])]
  const canvas = place.querySelector('canvas')
  if (figure === undefined || panel === undefined || canvas === null) return []
  const frame = { width, height: panelHeight(panel, figure.columns), pixelRatio: Math.max(1, page.devicePixelRatio) }
  canvas.width = frame.width
  canvas.height = frame.height
  canvas.style.width = `${frame.width}px`
  canvas.style.height = `${frame.height}px`
  return [new Chart(canvas, panelChart(panel, look, frame))]
}

function draw(look: Look, widest = Number.POSITIVE_INFINITY): void {
  for (const chart of charts) chart.destroy()
  charts = [...page.document.querySelectorAll('.panel')].flatMap((place) => drawPanel(place, look, Math.min(widest, place.clientWidth)))
  page.document.documentElement.dataset['charts'] = String(charts.length)
}

function drawForScreen(): void {
  draw(dark.matches ? darkLook : lightLook)
}

let timer: number | undefined
page.addEventListener('resize', () => {
  page.clearTimeout(timer)
  timer = page.setTimeout(drawForScreen, resizePauseMs)
})
page.addEventListener('beforeprint', () => draw(lightLook, paperWidth))
page.addEventListener('afterprint', drawForScreen)
dark.addEventListener('change', drawForScreen)

// A canvas does not draw again by itself when a font has loaded.
void Promise.all([page.document.fonts.load(fontOf(13)), page.document.fonts.load(fontOf(13, 600))]).then(drawForScreen)

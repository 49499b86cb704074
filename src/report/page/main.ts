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
import type { Figure } from '../charts/figure.ts'
import { fontOf } from '../charts/canvas-context.ts'
import { page } from './browser.ts'
import { connectCalculator } from './calculator.ts'
import { connectControls } from './controls.ts'
import { Drawing, onColourScheme } from './drawing.ts'
import { connectPrinting } from './printing.ts'

const resizePauseMs = 150

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

const drawing = new Drawing(JSON.parse(page.document.getElementById('figures')?.textContent ?? '[]') as Figure[])
let timer: number | undefined
page.addEventListener('resize', () => {
  page.clearTimeout(timer)
  timer = page.setTimeout(() => drawing.drawAll(), resizePauseMs)
})
onColourScheme(() => drawing.drawAll())
connectControls(drawing)
connectCalculator(drawing)
connectPrinting(drawing)

// A canvas does not draw again by itself when a font has loaded.
void Promise.all([page.document.fonts.load(fontOf(13)), page.document.fonts.load(fontOf(13, 600))]).then(() => drawing.drawAll())

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
import { page, type PageElement } from './browser.ts'
import { connectCalculator } from './calculator.ts'
import { Drawing, onColourScheme } from './drawing.ts'

const resizePauseMs = 150
/** Width of a row of charts on paper, in CSS pixels: the text width of A4 and of Letter with common margins. */
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

const drawing = new Drawing(JSON.parse(page.document.getElementById('figures')?.textContent ?? '[]') as Figure[])
let timer: number | undefined
page.addEventListener('resize', () => {
  page.clearTimeout(timer)
  timer = page.setTimeout(() => drawing.drawAll(), resizePauseMs)
})
onColourScheme(() => drawing.drawAll())
connectControls(drawing)
connectFolds(drawing)
connectCalculator(drawing)
connectPrinting(drawing)

// A canvas does not draw again by itself when a font has loaded.
void Promise.all([page.document.fonts.load(fontOf(13)), page.document.fonts.load(fontOf(13, 600))]).then(() => drawing.drawAll())

/** Makes legends and scales work: buttons, so that a keyboard and a screen reader can use them. */
function connectControls(drawing: Drawing): void {
  for (const group of page.document.querySelectorAll('.controls')) connectGroup(group, drawing)
}

function connectGroup(group: PageElement, drawing: Drawing): void {
  const id = group.closest('figure')?.querySelector('.panel')?.dataset['figure']
  if (id === undefined) return
  const choice = drawing.choiceOf(id)
  const scales = [...group.querySelectorAll('.scale')]
  const showScale = (): void => {
    for (const button of scales) button.setAttribute('aria-pressed', String(button.dataset['scale'] === drawing.scaleOf(id)))
  }
  for (const button of group.querySelectorAll('.key')) {
    const style = Number(button.dataset['style'])
    button.addEventListener('click', () => {
      if (!choice.hidden.delete(style)) choice.hidden.add(style)
      button.setAttribute('aria-pressed', String(!choice.hidden.has(style)))
      drawing.drawFigure(id)
    })
  }
  for (const button of scales)
    button.addEventListener('click', () => {
      choice.scale = button.dataset['scale'] === 'log' ? 'log' : 'linear'
      showScale()
      drawing.drawFigure(id)
    })
  showScale()
}

/** Draws the charts of a fold when it is opened, and opens a fold that a link leads to. */
function connectFolds(drawing: Drawing): void {
  for (const fold of page.document.querySelectorAll('details'))
    fold.addEventListener('toggle', () => {
      if (!fold.open) return
      for (const panel of fold.querySelectorAll('.panel[data-panel="0"]')) drawing.drawFigure(panel.dataset['figure'] ?? '')
    })
  for (const link of page.document.querySelectorAll('nav a'))
    link.addEventListener('click', () => {
      const target = page.document.getElementById(link.getAttribute('href')?.slice(1) ?? '')
      if (target !== null) target.open = true
    })
}

/** Paper has what is unfolded: charts are drawn light and for the sheet, and then as before. */
function connectPrinting(drawing: Drawing): void {
  page.addEventListener('beforeprint', () => drawing.drawAll(paperWidth))
  page.addEventListener('afterprint', () => drawing.drawAll())
}

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

/** On paper everything is there to be read: what is folded is opened, charts are drawn light and for the sheet, then all is as before. */
function connectPrinting(drawing: Drawing): void {
  let opened: PageElement[] = []
  page.addEventListener('beforeprint', () => {
    opened = [...page.document.querySelectorAll('details')].filter((one) => !one.open)
    for (const one of opened) one.open = true
    drawing.drawAll(paperWidth)
  })
  page.addEventListener('afterprint', () => {
    for (const one of opened) one.open = false
    opened = []
    drawing.drawAll()
  })
}

import { Chart } from 'chart.js'
import { panelHeight, type Figure } from '../charts/figure.ts'
import { darkTheme, lightTheme, type Theme } from '../charts/theme.ts'
import { panelChart } from '../charts/panel-chart.ts'
import { chosenPanel, startScale, type PanelChoice } from '../charts/panel-view.ts'
import { page, type PageElement } from './browser.ts'

/** Between panels side by side on paper. */
const gap = 24

const dark = page.matchMedia('(prefers-color-scheme: dark)')

/** The charts of a page: what is drawn where, and what a reader has switched. */
export class Drawing {
  readonly #figures = new Map<string, Figure>()
  readonly #choices = new Map<string, { hidden: Set<number>; scale: PanelChoice['scale'] }>()
  readonly #charts = new Map<PageElement, Chart>()
  #paperWidth: number | null = null

  constructor(figures: readonly Figure[]) {
    for (const figure of figures) this.#figures.set(figure.id, figure)
  }

  /** Puts another figure in the place of one; `drawFigure` shows it. */
  replace(figure: Figure): void {
    this.#figures.set(figure.id, figure)
  }

  /** What a reader has chosen for a figure. */
  choiceOf(id: string): { hidden: Set<number>; scale: PanelChoice['scale'] } {
    const choice = this.#choices.get(id) ?? { hidden: new Set<number>(), scale: null }
    this.#choices.set(id, choice)
    return choice
  }

  /** The scale that the charts of a figure have now; null where they have no choice of one, or not all the same. */
  scaleOf(id: string): PanelChoice['scale'] {
    const scales = new Set(this.#figures.get(id)?.panels.map(startScale) ?? [])
    scales.delete(null)
    if (scales.size === 0) return null
    return this.choiceOf(id).scale ?? (scales.size === 1 ? [...scales][0]! : null)
  }

  /** Draws everything; on paper always light, and a row of panels so wide. */
  drawAll(paperWidth: number | null = null): void {
    this.#paperWidth = paperWidth
    for (const id of this.#figures.keys()) this.drawFigure(id)
    this.#sayCount()
  }

  drawFigure(id: string): void {
    for (const place of page.document.querySelectorAll(`.panel[data-figure="${id}"]`)) this.#drawPanel(place, id)
    this.#sayCount()
  }

  /** For those who wait for charts, as tests do. */
  #sayCount(): void {
    page.document.documentElement.dataset['charts'] = String(this.#charts.size)
  }

  #drawPanel(place: PageElement, id: string): void {
    const figure = this.#figures.get(id)
    const panel = figure?.panels[Number(place.dataset['panel'])]
    const canvas = place.querySelector('canvas')
    if (figure === undefined || panel === undefined || canvas === null) return
    this.#charts.get(place)?.destroy()
    this.#charts.delete(place)
    // Nobody sees it while it is folded; it has a width all the same where the browser only skips its content.
    if (!place.checkVisibility()) return
    const width =
      this.#paperWidth === null ? place.clientWidth : Math.floor((this.#paperWidth - gap * (figure.columns - 1)) / figure.columns)
    const frame = { width, height: panelHeight(panel, figure.columns, width), pixelRatio: Math.max(1, page.devicePixelRatio) }
    canvas.width = frame.width
    canvas.height = frame.height
    canvas.style.width = `${frame.width}px`
    canvas.style.height = `${frame.height}px`
    const choice = this.choiceOf(id)
    const chosen = chosenPanel(panel, { hidden: choice.hidden, scale: startScale(panel) === null ? null : choice.scale })
    this.#charts.set(place, new Chart(canvas, panelChart(chosen, this.#look(), frame)))
  }

  #look(): Theme {
    return this.#paperWidth === null && dark.matches ? darkTheme : lightTheme
  }
}

/** Calls back when the reader changes between light and dark. */
export function onColourScheme(listener: () => void): void {
  dark.addEventListener('change', listener)
}

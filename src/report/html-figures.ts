import type { Figure } from './charts/figure.ts'
import { html, section } from './html-text.ts'

/** Places that the page's script draws its charts into; without a title, no section of its own. */
export function figureSection(all: readonly Figure[], title = 'Charts'): string {
  const figures = all.map((figure) => {
    const canvases = figure.panels.map((panel, at) => {
      const name = [figure.title, panel.title].filter((part) => part !== '').join(': ')
      return `<div class="panel" data-figure="${figure.id}" data-panel="${at}"><canvas role="img" aria-label="${html(name)}. The tables of this page hold its figures."></canvas></div>`
    })
    const notes = figure.notes.map((note) => `<p class="notes">${html(note)}</p>`).join('')
    return `<figure class="columns-${figure.columns}"><figcaption><h3>${html(figure.title)}</h3>${notes}</figcaption><div class="panels">${canvases.join('')}</div></figure>`
  })
  const content = `<noscript><p>The charts need JavaScript; the tables hold the same figures.</p></noscript>${figures.join('\n')}`
  return title === '' ? content : section(title, content, 'charts')
}

import type { Figure } from './charts/figure.ts'
import { lightTheme, seriesStyle } from './charts/theme.ts'
import { panelTable } from './charts/panel-table.ts'
import { legendOf, startScale } from './charts/panel-view.ts'
import { folded, html, row, table } from './html-text.ts'

/** One figure: its title and caption, its legend and scale as buttons, a place for each chart, what has none, and what is behind it. */
export function figureHtml(figure: Figure): string {
  const places = figure.panels.map((panel, at) => {
    const name = [figure.title, panel.title].filter((part) => part !== '').join(' ')
    return `<div class="panel" data-figure="${figure.id}" data-panel="${at}"><canvas role="img" aria-label="${html(name)} The table below the chart holds its figures."></canvas></div>`
  })
  const { see, read } = figure.caption
  const caption = `<p class="caption">${html(see)}</p><p class="caption notes">${html(read)}</p>`
  const without = figure.without.map((text) => `<p class="caption notes">${html(text)}</p>`).join('')
  return `<figure id="figure-${figure.id}" class="columns-${figure.columns}"><figcaption><h3>${html(figure.title)}</h3>${caption}</figcaption>${controls(figure)}<div class="panels">${places.join('')}</div>${without}${figureTables(figure)}</figure>`
}

/** The figures of all charts of a figure, and what it rests on, folded. */
export function figureTables({ id, panels, notes }: Figure): string {
  const texts = notes.filter((note) => note !== '').map((note) => `<p class="notes">${html(note)}</p>`)
  const tables = panels.map((panel) => {
    const { heads, rows } = panelTable(panel)
    const lines = rows.map((cells) => row(cells.map((cell) => (cell === '' ? '' : html(cell)))))
    const head = heads.map((cell) => (cell === '' ? '<span class="unseen">Contender</span>' : html(cell)))
    return `${panel.title === '' ? '' : `<h4>${html(panel.title)}</h4>`}${table(head, lines, 'behind')}`
  })
  return `<div class="tables" data-tables="${id}">${folded('The figures as a table, and what they rest on', [...texts, ...tables].join(''))}</div>`
}

function controls(figure: Figure): string {
  const shown = new Map<number, string>()
  for (const { style, label } of figure.panels.flatMap(legendOf)) {
    const before = shown.get(style) ?? label
    // What is said of each panel alone ("found: 4,149") is no name for all of them.
    shown.set(style, before === label ? label : label.replace(/: .*$/u, ''))
  }
  const isSideBySide = figure.panels.some(
    (panel) => panel.kind === 'bars' && new Set(panel.bars.map(({ style }) => style)).size < panel.bars.length,
  )
  const legend = [...shown].map(
    ([style, label]) =>
      `<button type="button" class="key" aria-pressed="true" data-style="${style}">${keyPicture(style)}${html(isSideBySide ? label.replace(/, run \d+$/u, '') : label)}</button>`,
  )
  const scale = figure.panels.map(startScale).find((one) => one !== null)
  const scales =
    scale === undefined
      ? ''
      : `<button type="button" class="scale" aria-pressed="false" data-scale="log">Log scale</button><button type="button" class="scale" aria-pressed="false" data-scale="linear">Linear scale</button>`
  if (legend.length + scales.length === 0) return ''
  return `<div class="controls" role="group" aria-label="${html(`Shown in: ${figure.title}`)}">${legend.join('')}${scales}</div>`
}

const markerPaths: Readonly<Record<string, string>> = {
  circle: 'M15 3a4 4 0 1 0 .01 0z',
  rect: 'M11.5 3.5h7v7h-7z',
  triangle: 'M15 2.5l4.5 8h-9z',
  rectRot: 'M15 2l5 5-5 5-5-5z',
  star: 'M15 2v10M10 7h10M11.5 3.5l7 7M18.5 3.5l-7 7',
  crossRot: 'M11 3l8 8M19 3l-8 8',
}

/** The line and marker of a contender, as in the charts. */
function keyPicture(style: number): string {
  const { marker, dash } = seriesStyle(lightTheme, style)
  const pattern = dash.length === 0 ? '' : ` stroke-dasharray="${dash.join(' ')}"`
  return `<svg class="key-${style % lightTheme.series.length}" width="30" height="14" viewBox="0 0 30 14" aria-hidden="true"><path d="M0 7h30" stroke="currentColor" stroke-width="2" fill="none"${pattern}/><path d="${markerPaths[marker] ?? ''}" fill="currentColor" stroke="currentColor"/></svg>`
}

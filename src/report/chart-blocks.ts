import { fold, section, type Block } from './blocks.ts'
import { panelHeight, type Figure } from './charts/figure.ts'

/** Height of the charts that a page shows unasked, in CSS pixels: with answer, table and calculator it stays within four screens of 900. */
const mostHeight = 1_600
/** Title, caption, legend, notes, the fold with the figures, and the space around them. */
const frameHeight = 265
const lineHeight = 22
const gap = 16

/** Charts: from the first on, those that four screens leave room for, and the others folded. */
export function chartBlocks(figures: readonly Figure[]): Block[] {
  let height = 0
  const shown = figures.filter((figure) => {
    const ends = height + figureHeight(figure)
    if (ends > mostHeight) return false
    height = ends
    return true
  })
  const others = figures.filter((figure) => !shown.includes(figure))
  return section('charts', 'Charts', [
    ...(shown.length === 0 ? [] : [{ kind: 'figures', figures: shown } as const]),
    ...fold('More charts', others.length === 0 ? [] : [{ kind: 'figures', figures: others }]),
  ])
}

/** As the page's script draws it where there is room for all of its columns. */
function figureHeight({ columns, panels, without }: Figure): number {
  let height = frameHeight + lineHeight * without.length
  for (let from = 0; from < panels.length; from += columns)
    height += gap + Math.max(...panels.slice(from, from + columns).map((panel) => panelHeight(panel, columns)))
  return height
}

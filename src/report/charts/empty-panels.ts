import { uncapital } from '../../text/format.ts'
import { firstOnTwoLines } from './caption.ts'
import type { Figure, Panel } from './figure.ts'

/** Whether a panel has not one value to draw. */
function isEmpty(panel: Panel): boolean {
  switch (panel.kind) {
    case 'bars':
      // What is not finite, or does not count, is a finding.
      return panel.bars.every(({ text }) => text === 'not measured')
    case 'boxes':
      return panel.boxes.every(({ p50 }) => p50 === null)
    case 'map':
      return false
    case 'lines':
      return panel.series.every(({ points }) => points.every(({ y }) => y === null))
  }
}

/** Figures as they are drawn: without panels that have nothing to draw, which a line names with the reason. A figure of which nothing is left goes. */
export function withoutEmpty(figures: readonly Figure[]): Figure[] {
  return figures.flatMap((figure) => {
    const empty = figure.panels.filter(isEmpty)
    const panels = figure.panels.filter((panel) => !empty.includes(panel))
    if (panels.length === 0 && figure.without.length === 0) return []
    const without = empty.length === 0 ? figure.without : [...figure.without, emptyLine(empty)]
    // One panel alone has the whole width.
    return [{ ...figure, panels, without, columns: panels.length === 1 ? 1 : figure.columns }]
  })
}

function emptyLine(panels: readonly Panel[]): string {
  const names = panels.map(({ title }) => uncapital(title)).join('; ')
  const reasons = new Set(panels.flatMap((panel) => (panel.kind === 'lines' ? [panel.emptyText.replace(/^Not measured: /u, '')] : [])))
  return firstOnTwoLines(
    `Not measured: ${names}${reasons.size === 0 ? '' : ` (${[...reasons].join('; ')})`}.`,
    `Not measured: ${names}.`,
    `Not measured: ${panels.length} of the charts.`,
  )
}

import type { Panel } from './figure.ts'

/** What a reader has chosen for a chart: styles that are switched off, and the scale of its values. */
export interface PanelChoice {
  hidden: ReadonlySet<number>
  scale: 'log' | 'linear' | null
}

/** A panel as a reader wants it. */
export function chosenPanel(panel: Panel, { hidden, scale }: PanelChoice): Panel {
  switch (panel.kind) {
    case 'bars': {
      const bars = panel.bars.filter(({ style }) => !hidden.has(style))
      return { ...panel, bars: bars.length === 0 ? panel.bars : bars, xScale: scale ?? panel.xScale }
    }
    case 'boxes': {
      const boxes = panel.boxes.filter(({ style }) => !hidden.has(style))
      return { ...panel, boxes: boxes.length === 0 ? panel.boxes : boxes, xScale: scale ?? panel.xScale }
    }
    case 'map':
      return panel
    case 'lines':
      return { ...panel, yScale: scale ?? panel.yScale, series: panel.series.filter(({ style }) => !hidden.has(style)) }
  }
}

/** The scale that a panel starts with; null where it has no choice of one. */
export function startScale(panel: Panel): 'log' | 'linear' | null {
  if (panel.kind === 'map') return null
  return panel.kind === 'lines' ? panel.yScale : panel.xScale
}

/** Names and styles of what a panel shows, for its legend. */
export function legendOf(panel: Panel): { label: string; style: number }[] {
  if (panel.kind === 'map') return []
  const shown = panel.kind === 'bars' ? panel.bars : panel.kind === 'boxes' ? panel.boxes : panel.series
  return shown.map(({ label, style }) => ({ label, style }))
}

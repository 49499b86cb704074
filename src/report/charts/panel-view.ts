import type { Panel } from './figure.ts'

/** What a reader has chosen for a chart: styles that are switched off, and the scale of its values. */
export interface PanelChoice {
  hidden: ReadonlySet<number>
  scale: 'log' | 'linear' | null
}

/** A panel as a reader wants it. On a log scale, what is 0 or less has no place and is left out. */
export function chosenPanel(panel: Panel, { hidden, scale }: PanelChoice): Panel {
  switch (panel.kind) {
    case 'bars': {
      const bars = panel.bars.filter(({ style }) => !hidden.has(style))
      return bars.length === 0 ? panel : { ...panel, bars }
    }
    case 'boxes': {
      const boxes = panel.boxes.filter(({ style }) => !hidden.has(style))
      return { ...panel, boxes: boxes.length === 0 ? panel.boxes : boxes, xScale: scale ?? panel.xScale }
    }
    case 'map':
      return panel
    case 'lines': {
      const yScale = scale ?? panel.yScale
      const series = panel.series.filter(({ style }) => !hidden.has(style))
      if (yScale === 'linear') return { ...panel, yScale, series }
      const positive = (value: number | null): number | null => (value !== null && value > 0 ? value : null)
      return {
        ...panel,
        yScale,
        series: series.map((one) => ({
          ...one,
          points: one.points.map(({ low, high, ...point }) => ({
            ...point,
            y: positive(point.y),
            ...(low !== undefined && high !== undefined && low > 0 ? { low, high } : {}),
          })),
        })),
      }
    }
  }
}

/** The scale that a panel starts with; null where it has no choice of one. */
export function startScale(panel: Panel): 'log' | 'linear' | null {
  if (panel.kind === 'boxes') return panel.xScale
  return panel.kind === 'lines' ? panel.yScale : null
}

/** Names and styles of what a panel shows, for its legend. */
export function legendOf(panel: Panel): { label: string; style: number }[] {
  if (panel.kind === 'map') return []
  const shown = panel.kind === 'bars' ? panel.bars : panel.kind === 'boxes' ? panel.boxes : panel.series
  return shown.map(({ label, style }) => ({ label, style }))
}

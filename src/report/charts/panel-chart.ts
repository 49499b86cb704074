import type { ChartConfiguration } from 'chart.js'
import { barChart } from './bar-chart.ts'
import { boxChart } from './box-chart.ts'
import type { Frame, Panel } from './figure.ts'
import { lineChart } from './line-chart.ts'
import type { Theme } from './theme.ts'
import { mapChart } from './map-chart.ts'

/** The Chart.js configuration of any panel. Chart.js types one by its kind; whoever draws takes any. */
export function panelChart(panel: Panel, look: Theme, frame: Frame): ChartConfiguration {
  return configurationOf(panel, look, frame) as ChartConfiguration
}

function configurationOf(panel: Panel, look: Theme, frame: Frame): object {
  switch (panel.kind) {
    case 'bars':
      return barChart(panel, look, frame)
    case 'boxes':
      return boxChart(panel, look, frame)
    case 'map':
      return mapChart(panel, look, frame)
    case 'lines':
      return lineChart(panel, look, frame)
  }
}

import type { ChartConfiguration } from 'chart.js'
import { barChart } from './bar-chart.ts'
import type { BarPanel, Frame, LinePanel } from './figure.ts'
import { lineChart } from './line-chart.ts'
import type { Look } from './look.ts'

/** The Chart.js configuration of any panel. */
export function panelChart(panel: LinePanel | BarPanel, look: Look, frame: Frame): ChartConfiguration {
  // Chart.js types a configuration by its kind; whoever draws takes any.
  return (panel.kind === 'bars' ? barChart(panel, look, frame) : lineChart(panel, look, frame)) as ChartConfiguration
}

import { barValues } from './bar-values.ts'
import type { Bar, BarPanel, Frame } from './figure.ts'
import { rowChart, type RowParts } from './row-chart.ts'
import { seriesStyle, type Theme } from './theme.ts'
import { linearAxis } from './ticks.ts'

/** A whisker longer than this many times the longest bar is cut with an arrow: it would press all bars flat. */
const longestWhisker = 1.6
const valueRoom = 68

function axisEnds(bars: readonly Bar[]): { min: number; max: number; stepSize: number } {
  const values = bars.map(({ value }) => value).filter((value) => value !== null)
  const most = values.reduce((a, b) => Math.max(a, b), 0)
  const least = values.reduce((a, b) => Math.min(a, b), 0)
  const highs = bars.map(({ high }) => high).filter((high) => high !== null)
  const end = Math.min(
    highs.reduce((a, b) => Math.max(a, b), most),
    most * longestWhisker,
  )
  const { max, stepSize } = linearAxis(Math.max(end, -least))
  return { min: least < 0 ? -max : 0, max, stepSize }
}

/** The Chart.js configuration of a panel of bars in a frame; pure, the same in Node and in a browser. */
export function barChart(panel: BarPanel, look: Theme, frame: Frame): object {
  const { bars } = panel
  const { min, max, stepSize } = axisEnds(bars)
  const rows: RowParts = {
    labels: bars.map(({ label }) => label),
    dataset: {
      data: bars.map(({ value }) => value),
      backgroundColor: bars.map(({ style }) => seriesStyle(look, style).colour),
      barPercentage: 0.78,
      categoryPercentage: 0.9,
    },
    parts: barValues(bars, look),
    room: valueRoom,
    isEmpty: bars.every(({ value }) => value === null),
    axis: { type: 'linear', min, max },
    ticks: { stepSize },
    tooltip: (at) => bars[at]?.detail ?? '',
  }
  return rowChart(panel, rows, look, frame)
}

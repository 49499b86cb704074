import type { ChartConfiguration } from 'chart.js'
import { formatTick } from '../format.ts'
import { barValues } from './bar-values.ts'
import type { Bar, BarPanel, Frame } from './figure.ts'
import { axisLines, nameAxis } from './axes.ts'
import { axisFont, chartFrame, roomAround } from './chart-frame.ts'
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
export function barChart(panel: BarPanel, look: Theme, frame: Frame): ChartConfiguration<'bar', (number | null)[], string> {
  const colours = panel.bars.map(({ style }) => seriesStyle(look, style).colour)
  const { min, max, stepSize } = axisEnds(panel.bars)
  const isEmpty = panel.bars.every(({ value }) => value === null)
  const shared = chartFrame(panel, look, frame)
  const lines = axisLines(look)
  return {
    type: 'bar',
    data: {
      labels: panel.bars.map(({ label }) => label),
      datasets: [
        {
          data: panel.bars.map(({ value }) => value),
          backgroundColor: colours,
          barPercentage: 0.78,
          categoryPercentage: 0.9,
          maxBarThickness: 26,
        },
      ],
    },
    plugins: [barValues(panel.bars, look)],
    options: {
      ...shared,
      indexAxis: 'y',
      interaction: { mode: 'nearest', axis: 'y', intersect: false },
      layout: { padding: roomAround(valueRoom) },
      scales: {
        x: {
          ...lines,
          type: 'linear',
          min,
          max,
          grid: { ...lines.grid, display: !isEmpty },
          ticks: {
            display: !isEmpty,
            color: look.faintInk,
            font: axisFont,
            stepSize,
            maxRotation: 0,
            callback: (value) => formatTick(Number(value)),
          },
        },
        y: nameAxis(
          panel.bars.map(({ label }) => label),
          look,
          frame,
        ),
      },
      plugins: {
        ...shared.plugins,
        tooltip: { ...shared.plugins.tooltip, callbacks: { label: (item) => panel.bars[item.dataIndex]?.detail ?? '' } },
      },
    },
  }
}

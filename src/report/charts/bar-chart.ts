import type { ChartConfiguration } from 'chart.js'
import { formatTick } from '../format.ts'
import { barValues } from './bar-values.ts'
import type { Bar, BarPanel, Frame } from './figure.ts'
import { axisFont, headOptions, tooltipOptions } from './head.ts'
import { fontFamily, seriesStyle, type Look } from './look.ts'
import { fontOf, twoLines, wrapFor, type Pen } from './pen.ts'
import { linearAxis } from './ticks.ts'

/** A whisker longer than this many times the longest bar is cut with an arrow: it would press all bars flat. */
const longestWhisker = 1.6
const valueRoom = 68
const nameWidth = 170

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
export function barChart(panel: BarPanel, look: Look, frame: Frame): ChartConfiguration<'bar', (number | null)[], string> {
  const colours = panel.bars.map(({ style }) => seriesStyle(look, style).colour)
  const { min, max, stepSize } = axisEnds(panel.bars)
  const isEmpty = panel.bars.every(({ value }) => value === null)
  const widest = frame.width < 480 ? nameWidth * 0.64 : nameWidth
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
      indexAxis: 'y',
      responsive: false,
      animation: false,
      devicePixelRatio: frame.pixelRatio,
      font: { family: fontFamily, size: 13 },
      color: look.ink,
      interaction: { mode: 'nearest', axis: 'y', intersect: false },
      layout: { padding: { left: 4, top: 4, bottom: 4, right: valueRoom } },
      scales: {
        x: {
          type: 'linear',
          min,
          max,
          grid: { color: look.grid, display: !isEmpty },
          border: { color: look.axis },
          ticks: {
            display: !isEmpty,
            color: look.faintInk,
            font: axisFont,
            stepSize,
            maxRotation: 0,
            callback: (value) => formatTick(Number(value)),
          },
        },
        y: {
          type: 'category',
          grid: { display: false },
          border: { color: look.axis },
          ticks: {
            autoSkip: false,
            color: look.ink,
            font: axisFont,
            callback(value) {
              const label = panel.bars[Number(value)]?.label ?? ''
              return twoLines(wrapFor(this.ctx as Pen, label, fontOf(13), widest))
            },
          },
        },
      },
      plugins: {
        ...headOptions(panel, look),
        legend: { display: false },
        tooltip: {
          ...tooltipOptions(look),
          callbacks: { label: (item) => panel.bars[item.dataIndex]?.detail ?? '' },
        },
      },
    },
  }
}

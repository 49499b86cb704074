import type { LinePanel, LineSeries } from './figure.ts'
import { heldValues } from './scale.ts'

/** More lines in one chart nobody tells apart. */
export const mostLines = 5

/**
 * A chart of lines as it is drawn: itself with up to five lines, else a chart for each transport, all with the same axes. A
 * transport with more than five contenders has several, as even as can be.
 *
 * @param transports of the contenders, by style
 */
export function smallMultiples(panel: LinePanel, transports: readonly string[]): LinePanel[] {
  if (panel.series.length <= mostLines) return [panel]
  const groups = new Map<string, LineSeries[]>()
  for (const one of panel.series) {
    const group = transports[one.style] ?? one.label
    groups.set(group, [...(groups.get(group) ?? []), one])
  }
  const yExtent = extentOf(heldValues(panel))
  return [...groups].flatMap(([group, all]) =>
    evenParts(all).map((series, at, { length }) => {
      const has = (style: number): boolean => series.some((one) => one.style === style)
      const part = length === 1 ? group : `${group}, ${at + 1} of ${length}`
      return {
        ...panel,
        title: panel.title === '' ? part : `${panel.title}: ${part}`,
        series,
        yExtent,
        ...(panel.marks === undefined ? {} : { marks: panel.marks.filter(({ style }) => style === undefined || has(style)) }),
        ...(panel.crossings === undefined ? {} : { crossings: panel.crossings.filter(({ left, right }) => has(left) && has(right)) }),
      }
    }),
  )
}

function evenParts(all: readonly LineSeries[]): LineSeries[][] {
  const count = Math.ceil(all.length / mostLines)
  return Array.from({ length: count }, (_, at) =>
    all.slice(Math.round((at * all.length) / count), Math.round(((at + 1) * all.length) / count)),
  )
}

/** The least and the most of values, and the least above 0, which a log axis begins at. */
function extentOf(values: readonly number[]): number[] {
  if (values.length === 0) return []
  const ends = [values.reduce((a, b) => Math.min(a, b)), values.reduce((a, b) => Math.max(a, b))]
  const positive = values.filter((value) => value > 0)
  return [...new Set(positive.length === 0 ? ends : [...ends, positive.reduce((a, b) => Math.min(a, b))])]
}

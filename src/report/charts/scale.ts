import { formatTick } from '../../text/format.ts'
import type { LinePanel } from './figure.ts'
import { logRange, logTicks } from './ticks.ts'

/** Values that differ by more than this factor are drawn on a log axis: on a linear one the small ones vanish at 3 % of its length. */
export const logFrom = 30

/** The scale on which values are drawn unless a reader chooses another. What is below 0 has no place on a log axis. */
export function scaleFor(values: readonly (number | null)[]): 'log' | 'linear' {
  const known = values.filter((value) => value !== null)
  const positive = known.filter((value) => value > 0)
  if (positive.length === 0 || known.some((value) => value < 0)) return 'linear'
  const [least, most] = [positive.reduce((a, b) => Math.min(a, b)), positive.reduce((a, b) => Math.max(a, b))]
  return most / least > logFrom ? 'log' : 'linear'
}

/** A log axis. Values of 0 stand at `zeroAt`, a step below its least value; null where there is none. */
export interface LogAxis {
  min: number
  max: number
  zeroAt: number | null
  ticks: number[]
}

/** Part of the length of the axis that the step down to 0 takes. */
const zeroShare = 0.1

/** The log axis of values, with 0 as its lowest tick where one of them is 0. */
export function logAxis(values: readonly number[], mostTicks: number): LogAxis {
  const { min, max } = logRange(values)
  const ticks = logTicks(min, max, mostTicks)
  if (!values.includes(0)) return { min, max, zeroAt: null, ticks }
  const zeroAt = min / (max / min) ** (zeroShare / (1 - zeroShare))
  return { min: zeroAt, max, zeroAt, ticks: [zeroAt, ...ticks] }
}

/** Where a value stands on a log axis: 0 at its step, null for what has no place. */
export function placeOnLog(value: number | null, { zeroAt }: LogAxis): number | null {
  if (value === 0) return zeroAt
  return value !== null && value > 0 ? value : null
}

/** What is written at a tick of a log axis. */
export function logTickText(value: number, { zeroAt }: LogAxis): string {
  return value === zeroAt ? '0' : formatTick(value)
}

/** Every value that the y axis of a chart of lines holds: its points, its whiskers as far as they are drawn, and those of panels beside it. */
export function heldValues({ series, yLimit, yExtent = [] }: LinePanel): number[] {
  const within = (value: number | undefined): number | null =>
    value === undefined ? null : Math.min(Math.max(value, yLimit?.low ?? value), yLimit?.high ?? value)
  return [...series.flatMap(({ points }) => points.flatMap(({ y, low, high }) => [y, within(low), within(high)])), ...yExtent].filter(
    (value) => value !== null,
  )
}

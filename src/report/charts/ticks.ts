const steps = [1, 2, 5]

/** Share of the room of a tick that an end of an axis keeps free of others. */
const leastRoom = 0.6

/** Ticks at 1, 2 and 5 of each decade that cover a range; only at both ends and at 1 where they would stand closer than `most` allows. */
export function logTicks(min: number, max: number, most: number): number[] {
  const from = Math.floor(Math.log10(min))
  const to = Math.ceil(Math.log10(max))
  const decades = Array.from({ length: to - from + 1 }, (_, at) => from + at)
  const all = decades.flatMap((decade) => steps.map((step) => Number((step * 10 ** decade).toPrecision(1))))
  const first = all.findLastIndex((tick) => tick <= min)
  const last = all.findIndex((tick) => tick >= max)
  const covering = all.slice(Math.max(0, first), last === -1 ? undefined : last + 1)
  if (covering.length <= most) return covering
  const ends = [covering[0]!, covering.at(-1)!]
  const room = (leastRoom * Math.log10(ends[1]! / ends[0]!)) / most
  const isClear = (tick: number): boolean => ends.every((end) => Math.abs(Math.log10(tick / end)) > room)
  return covering.filter((tick) => ends.includes(tick) || (Number.isInteger(Math.log10(tick)) && isClear(tick)))
}

/** Ticks at 1, 2 and 5 of each decade within a range, only at 1 where there are more than `most`. */
export function ticksWithin(min: number, max: number, most: number): number[] {
  const within = logTicks(min, max, Number.POSITIVE_INFINITY).filter((tick) => tick >= min && tick <= max)
  return within.length <= most ? within : within.filter((tick) => Number.isInteger(Math.log10(tick)))
}

/** Ends of a log axis around positive values: the nearest 1, 2 or 5 below and above. */
export function logRange(values: readonly number[]): { min: number; max: number } {
  const positive = values.filter((value) => value > 0)
  if (positive.length === 0) return { min: 1, max: 10 }
  const ticks = logTicks(
    positive.reduce((a, b) => Math.min(a, b)),
    positive.reduce((a, b) => Math.max(a, b)),
    Number.POSITIVE_INFINITY,
  )
  const min = ticks[0]!
  const max = ticks.at(-1)!
  return min === max ? { min: min / 2, max: max * 2 } : { min, max }
}

/**
 * Of ticks in ascending order those whose texts stand clear of each other: the first and the last always, the others from
 * the left.
 *
 * @param placeOf 0 at the left end of the axis, 1 at the right
 * @param widthOf of the text of a tick with its margin, as a share of the axis
 */
export function clearTicks(ticks: readonly number[], placeOf: (tick: number) => number, widthOf: (tick: number) => number): number[] {
  const isClear = (one: number, other: number): boolean => Math.abs(placeOf(one) - placeOf(other)) >= (widthOf(one) + widthOf(other)) / 2
  const [first, last] = [ticks[0], ticks.at(-1)]
  if (first === undefined || last === undefined) return []
  const kept = first === last ? [first] : [first, last]
  for (const tick of ticks) if (kept.every((one) => isClear(one, tick))) kept.push(tick)
  return kept.toSorted((a, b) => a - b)
}

const stepSizes = [1, 2, 2.5, 5, 10]
const stepsOfAxis = 5

/** End and step of an axis from 0 that reaches a value: about five equal round steps. */
export function linearAxis(value: number): { max: number; stepSize: number } {
  if (!(value > 0)) return { max: 1, stepSize: 1 }
  const wanted = value / stepsOfAxis
  const decade = 10 ** Math.floor(Math.log10(wanted))
  const size = stepSizes.find((candidate) => candidate * decade >= wanted * 0.999) ?? 10
  const stepSize = Number((size * decade).toPrecision(3))
  return { max: Number((Math.ceil((value / stepSize) * 0.999) * stepSize).toPrecision(6)), stepSize }
}

/** The percentile at x = 1 ÷ (1 − p): "0", "50", "90", "99.9". */
export function percentileLabel(x: number): string {
  const percent = 100 * (1 - 1 / x)
  // One more than its own decade needs, so that 98.75 does not read as 99.
  const decimals = Math.max(0, Math.ceil(Math.log10(x) - 1e-9) - 1)
  const text = percent.toFixed(Math.min(8, decimals))
  return text.includes('.') ? text.replace(/\.?0+$/u, '') : text
}

const leastTickRatio = 2

/** Ticks of a percentile axis: 0, 50, 90, 99 …, and its end where that stands clear of the last of them. */
export function percentileTicks(xMax: number): number[] {
  const ticks = [1, 2]
  for (let tick = 10; tick <= xMax * 1.001; tick *= 10) ticks.push(tick)
  return xMax / ticks.at(-1)! >= leastTickRatio ? [...ticks, xMax] : ticks
}

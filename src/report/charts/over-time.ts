import { familyNames, type Family } from '../../core/family.ts'
import type { TrialResult } from '../../core/result.ts'
import { msPerSecond } from '../../core/units.ts'
import { medianOf } from '../../metrics/statistics.ts'
import { counts } from '../../metrics/validity.ts'
import type { LineMark, LinePanel, LineSeries } from './figure.ts'
import { scaleFor } from './scale.ts'

/**
 * The scale of a chart against time. A log axis is for contenders that usually differ by much: a drop to 0 and back is what
 * such a chart is for, and a log axis would draw a ripple near 0 as large as the drop.
 */
export function scaleOverTime(series: readonly Pick<LineSeries, 'points'>[]): LinePanel['yScale'] {
  return scaleFor(series.map(({ points }) => medianOf(points.flatMap(({ y }) => y ?? []))))
}

/** The faults as they took place in the first of trials. */
export function faultMarks(trials: readonly (TrialResult | undefined)[]): LineMark[] {
  const first = trials.find((trial) => trial?.faults !== undefined)
  return (first?.faults ?? []).map(({ kind, startMs, endMs }) => ({ from: startMs / msPerSecond, until: endMs / msPerSecond, label: kind }))
}

/** A band over the whole of a chart against time for each trial in it whose figures of a family do not count. */
export function spoiltMarks(
  trials: readonly (TrialResult | undefined)[],
  labels: readonly string[],
  { family, until }: { family: Family; until: number },
): LineMark[] {
  return trials.flatMap((trial, style): LineMark[] =>
    trial === undefined || counts(trial, family)
      ? []
      : [{ from: 0, until, label: `${labels[style]!}: ${familyNames[family]} does not count`, tone: 'spoilt', style }],
  )
}

import { familyNames, type Family } from '../../core/family.ts'
import type { ResultDocument, TrialResult } from '../../core/result.ts'
import { msPerSecond } from '../../core/units.ts'
import { counts, whyOut } from '../../metrics/validity.ts'
import type { LineMark } from './figure.ts'

/**
 * How many trials of a contender do not count for figures of a family, and why: "1 of 3 trials does not count (saturated: …)".
 * Null where all do. Attempts that were repeated are no trials of it.
 */
export function spoiltText({ trials, failedTrials }: ResultDocument, label: string, family: Family): string | null {
  const own = trials.filter((trial) => trial.contender === label && trial.isRepeated !== true)
  const out = own.filter((trial) => !counts(trial, family))
  const failedCount = failedTrials.filter(({ contender }) => contender === label).length
  const count = out.length + failedCount
  if (count === 0) return null
  const why = new Set([...out.map((trial) => whyOut(trial, family)), ...(failedCount > 0 ? ['it failed'] : [])])
  return `${count} of ${own.length + failedCount} trials ${count === 1 ? 'does' : 'do'} not count (${[...why].join('; ')})`
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

import type { Family } from '../../core/family.ts'
import type { ResultDocument } from '../../core/result.ts'
import { counts, whyOut } from '../../metrics/validity.ts'

/** Said below the name of a line that rests on trials of which some do not count. */
export const spoiltNote = 'not all of its trials count'

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

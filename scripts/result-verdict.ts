import type { ResultDocument } from '../src/core/result.ts'
import { isCounted } from '../src/metrics/validity.ts'
import { reasonsOfItsOwn } from '../test/helpers/machine-gates.ts'

export interface ResultVerdict {
  /** What no busy machine excuses: a failed trial, a pair that was lost, repeated, damaged or out of order, a gate that is not of the machine. */
  faults: string[]
  /** What gates of the machine found. */
  remarks: string[]
}

/** Holds a run to what must be right on any machine. */
export function verdictOn({ trials, failedTrials }: ResultDocument): ResultVerdict {
  const faults = failedTrials.map(({ contender, message }) => `${contender} failed: ${message}`)
  const remarks: string[] = []
  for (const trial of trials) {
    const name = `${trial.contender}, block ${trial.block + 1}`
    for (const count of ['lostCount', 'duplicatedCount', 'reorderedCount', 'unexpectedCount', 'corruptedCount'] as const)
      if (trial.ledger[count] > 0) faults.push(`${name}: ${count} ${trial.ledger[count]}`)
    const { notReceivedCount } = trial.ledger
    if (notReceivedCount > 0 && isCounted(trial))
      faults.push(`${name}: notReceivedCount ${notReceivedCount}, which counts against the contender`)
    const own = reasonsOfItsOwn(trial)
    for (const reason of trial.validity.reasons) {
      const { gate, status, message } = reason
      ;(own.includes(reason) ? faults : remarks).push(`${name}: ${status} by ${gate}: ${message}`)
    }
  }
  return { faults, remarks }
}

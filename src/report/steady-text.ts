import type { ResultDocument, TrialResult } from '../core/result.ts'
import { formatDurationMs } from '../text/format.ts'
import { oneLine } from '../text/one-line.ts'

/** What a reader must know of the steadiness of trials: those without a steady state, and those that began to measure before it. */
export function steadyLines(document: ResultDocument): string[] {
  const trialsOf = new Map<string, TrialResult[]>()
  for (const trial of document.trials) {
    const text = remarkOf(trial)
    if (text !== null) trialsOf.set(text, [...(trialsOf.get(text) ?? []), trial])
  }
  return [...trialsOf].map(([text, trials]) => {
    const isAll = trials.length === document.trials.length
    const names = trials.map(({ contender, block }) => `${oneLine(contender)} in block ${block + 1}`)
    return `${isAll ? 'all trials' : names.join(', ')}: ${text}`
  })
}

function remarkOf({ steadyState: { verdict, unsteadyWindowMs, findings, reasons }, faults }: TrialResult): string | null {
  // A planned fault is meant to be no steady state.
  if (faults !== undefined) return null
  if (verdict === 'no steady state')
    return findings
      .filter((finding) => finding.includes(verdict))
      .map(oneLine)
      .join('; ')
  if (verdict === 'too short to tell') return `${verdict} whether it was steady: ${oneLine(reasons['cutMs'] ?? 'no reason was recorded')}`
  if (unsteadyWindowMs === null || unsteadyWindowMs === 0) return null
  return `figures settled only ${formatDurationMs(unsteadyWindowMs)} into the measured window: use a longer --warmup`
}

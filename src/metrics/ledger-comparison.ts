import type { Ledger } from '../core/result.ts'
import type { LedgerVerdict } from '../core/run-comparison.ts'

const figures = ['lostCount', 'duplicatedCount', 'reorderedCount', 'unexpectedCount', 'corruptedCount'] as const

/**
 * More of what must not be is a regression by count; no statistics excuse it. A run that expects more pairs may have as
 * many times more. Figures that are 0 in both runs are left out.
 */
export function compareLedgers(contender: string, before: Ledger, after: Ledger): LedgerVerdict[] {
  const growth = before.expectedCount === 0 ? 1 : after.expectedCount / before.expectedCount
  return figures.flatMap((figure): LedgerVerdict[] => {
    const [had, has] = [before[figure], after[figure]]
    if (had === 0 && has === 0) return []
    const verdict = has > had * Math.max(1, growth) ? 'regression' : has < had * Math.min(1, growth) ? 'improvement' : 'equal'
    const expected = { beforeExpectedCount: before.expectedCount, afterExpectedCount: after.expectedCount }
    return [{ contender, figure, before: had, after: has, ...expected, verdict }]
  })
}

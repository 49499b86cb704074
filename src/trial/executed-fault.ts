import type { PlannedFault } from '../core/fault-plan.ts'

/** A fault that took place: when it really began and was over, and how many connections or clients it reached. */
export interface ExecutedFault {
  planned: PlannedFault
  startedAtUs: number
  endedAtUs: number
  /** Null where it reaches all. */
  reachedCount: number | null
}

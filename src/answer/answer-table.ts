import type { MetricId } from '../core/metric.ts'

/** `best`: best, or equal to the best within what matters. `open`: no reliable difference from the best yet. */
export type CellMark = 'best' | 'open'

/** One number. `factor` is how many times the best it is, null where that says nothing; `share` is its part of the worst of the row, 0 to 1, for a bar. */
export interface AnswerCell {
  text: string
  mark: CellMark | null
  factor: string | null
  share: number | null
}

export interface AnswerRow {
  label: string
  unit: string
  metric: MetricId | null
  cells: readonly AnswerCell[]
}

export const mostRows = 12

/** The table that stands with an answer: at most `mostRows` rows, one number a cell. */
export interface AnswerTable {
  /** `spoilt` is why a trial of the contender does not count, in a few words; null where all do. */
  heads: readonly { label: string; spoilt: string | null }[]
  rows: readonly AnswerRow[]
}

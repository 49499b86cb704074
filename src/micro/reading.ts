/** One figure of one round. */
export interface Reading {
  label: string
  /** Rows of a table that stand together. */
  group: string
  unit: string
  value: number
}

import type { Cell } from '../metric-view.ts'

/** One figure at every point: a row a point, a column a contender. */
export interface StudyTable {
  title: string
  /** Names of the axes; each row has a value for each. */
  axes: string[]
  contenders: string[]
  rows: { place: string[]; cells: Cell[] }[]
}

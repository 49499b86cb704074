import { criticalT, defaultLevel } from './student.ts'

/** A fit that is linear in its columns. */
export interface LinearFit {
  /** One a column; 0 for those that were left out. */
  values: number[]
  covariance: number[][]
  /** Root of the weighted mean square of the residuals, over the degrees of freedom. */
  scatter: number
  /** Student t at 95 % of those. */
  criticalT: number
  /** Columns that were left out: the others say the same, or the price would have been below 0. */
  droppedColumns: number[]
}

/** Two columns are taken for one when a pivot falls below this share of its diagonal. */
const smallestPivot = 1e-9

/**
 * Weighted least squares with values of 0 or more: of a column whose value would be negative nothing is left, and the
 * others are fitted again, the most negative first.
 *
 * Meant for few columns (6 or fewer); solved by Cholesky on the normal equations with scaled columns. Known answers: NIST
 * StRD Longley is beyond it (condition 5 × 10⁹); Norris and exact systems are in the tests.
 *
 * @param rows one a point, one value a column
 * @param weights one a point; 1 / y² fits relative errors
 * @returns `null` with fewer points than columns and one more
 */
export function fitNonNegative(rows: readonly (readonly number[])[], ys: readonly number[], weights: readonly number[]): LinearFit | null {
  const columnCount = rows[0]?.length ?? 0
  let columns = Array.from({ length: columnCount }, (_, column) => column).filter((column) => rows.some((row) => row[column] !== 0))
  for (;;) {
    if (ys.length <= columns.length) return null
    const solved = solveNormal(rows, ys, weights, columns)
    if ('collinear' in solved) {
      columns = columns.filter((column) => column !== solved.collinear)
      continue
    }
    const lowest = solved.values.reduce((least, value, at) => (value < solved.values[least]! ? at : least), 0)
    if ((solved.values[lowest] ?? 0) < 0) {
      columns = columns.filter((_, at) => at !== lowest)
      continue
    }
    return completed(solved, { rows, ys, weights, columns, columnCount })
  }
}

interface Solved {
  values: number[]
  inverse: number[][]
}

function solveNormal(
  rows: readonly (readonly number[])[],
  ys: readonly number[],
  weights: readonly number[],
  columns: readonly number[],
): Solved | { collinear: number } {
  const scales = columns.map((column) => Math.sqrt(rows.reduce((sum, row, at) => sum + weights[at]! * row[column]! ** 2, 0)))
  const entry = (row: readonly number[], at: number): number => row[columns[at]!]! / scales[at]!
  const size = columns.length
  const lower: number[][] = []
  for (let i = 0; i < size; i++) {
    lower.push(new Array<number>(size).fill(0))
    for (let j = 0; j <= i; j++) {
      let sum = rows.reduce((total, row, at) => total + weights[at]! * entry(row, i) * entry(row, j), 0)
      for (let k = 0; k < j; k++) sum -= lower[i]![k]! * lower[j]![k]!
      if (i === j && sum < smallestPivot) return { collinear: columns[i]! }
      lower[i]![j] = i === j ? Math.sqrt(sum) : sum / lower[j]![j]!
    }
  }
  const target = columns.map((_, i) => rows.reduce((total, row, at) => total + weights[at]! * entry(row, i) * ys[at]!, 0))
  const unit = (i: number): number[] => columns.map((_, j) => (i === j ? 1 : 0))
  const inverse = columns.map((_, i) => substitute(lower, unit(i)).map((value, j) => value / (scales[i]! * scales[j]!)))
  return { values: substitute(lower, target).map((value, i) => value / scales[i]!), inverse }
}

/** Solves L Lᵀ x = b. */
function substitute(lower: readonly (readonly number[])[], b: readonly number[]): number[] {
  const x = [...b]
  for (let i = 0; i < x.length; i++) {
    for (let k = 0; k < i; k++) x[i]! -= lower[i]![k]! * x[k]!
    x[i]! /= lower[i]![i]!
  }
  for (let i = x.length - 1; i >= 0; i--) {
    for (let k = i + 1; k < x.length; k++) x[i]! -= lower[k]![i]! * x[k]!
    x[i]! /= lower[i]![i]!
  }
  return x
}

interface System {
  rows: readonly (readonly number[])[]
  ys: readonly number[]
  weights: readonly number[]
  columns: readonly number[]
  columnCount: number
}

function completed({ values: found, inverse }: Solved, { rows, ys, weights, columns, columnCount }: System): LinearFit {
  const all = Array.from({ length: columnCount }, (_, column) => column)
  const values = all.map((column) => found[columns.indexOf(column)] ?? 0)
  const freedom = ys.length - columns.length
  const squares = rows.reduce((sum, row, at) => {
    const fitted = row.reduce((total, quantity, column) => total + quantity * values[column]!, 0)
    return sum + weights[at]! * (ys[at]! - fitted) ** 2
  }, 0)
  const variance = squares / freedom
  return {
    values,
    covariance: all.map((row) => all.map((column) => variance * (inverse[columns.indexOf(row)]?.[columns.indexOf(column)] ?? 0))),
    scatter: Math.sqrt(variance),
    criticalT: criticalT(defaultLevel, freedom),
    droppedColumns: all.filter((column) => !columns.includes(column)),
  }
}

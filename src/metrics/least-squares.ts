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
  /** Columns that were left out: they depend on the others, or their coefficient would have been negative. */
  droppedColumns: number[]
}

/** Two columns are taken for one when a pivot falls below this share of its diagonal. */
const smallestPivot = 1e-9
/** Points that a fit leaves for its scatter. */
const sparePoints = 3
/** A column stays only if it takes more than rounding off the residuals. */
const smallestGain = 1e-12

/** The normal equations, with columns scaled to length 1. */
interface Normal {
  gram: number[][]
  target: number[]
  scales: number[]
  /** Weighted sum of y². */
  total: number
}

/**
 * Weighted least squares with values of 0 or more: of all sets of columns whose values are none of them negative, the one
 * with the least residuals, the smaller set and the earlier columns at a tie.
 *
 * Meant for few columns, since it tries every set of them (2^8 = 256); solved by Cholesky. Known answers: NIST StRD NoInt1
 * and exact systems. Far too ill-conditioned sets (Longley) are taken for collinear.
 *
 * @param rows one a point, one value a column
 * @param weights one a point; 1 / y² fits relative errors
 * A set may have at most as many columns as there are points, less three (one, of very few points): a fit through its points would
 * say nothing of their scatter.
 *
 * @returns `null` with fewer than two points
 */
export function fitNonNegative(rows: readonly (readonly number[])[], ys: readonly number[], weights: readonly number[]): LinearFit | null {
  const columnCount = rows[0]?.length ?? 0
  const usable = Array.from({ length: columnCount }, (_, column) => column).filter((column) => rows.some((row) => row[column] !== 0))
  if (ys.length < 2) return null
  const mostColumns = Math.max(1, ys.length - sparePoints)
  const normal = normalOf(rows, ys, weights)
  let best: { columns: number[]; solved: Solved } | undefined
  for (let set = 0; set < 2 ** usable.length; set++) {
    const columns = usable.filter((_, at) => (set >>> at) % 2 === 1)
    if (columns.length > mostColumns) continue
    const solved = solve(normal, columns)
    if (solved === null || solved.values.some((value) => value < 0)) continue
    const gain = (best?.solved.squares ?? Number.POSITIVE_INFINITY) - solved.squares
    const isSmaller = columns.length < (best?.columns.length ?? Number.POSITIVE_INFINITY)
    if (gain > smallestGain * normal.total || (isSmaller && gain > -smallestGain * normal.total)) best = { columns, solved }
  }
  return best === undefined ? null : completed(best.solved, best.columns, { columnCount, pointCount: ys.length })
}

function normalOf(rows: readonly (readonly number[])[], ys: readonly number[], weights: readonly number[]): Normal {
  const all = [...(rows[0] ?? [])].map((_, column) => column)
  const sum = (of: (row: readonly number[], at: number) => number): number =>
    rows.reduce((total, row, at) => total + weights[at]! * of(row, at), 0)
  const scales = all.map((column) => Math.sqrt(sum((row) => row[column]! ** 2)) || 1)
  return {
    gram: all.map((i) => all.map((j) => sum((row) => (row[i]! / scales[i]!) * (row[j]! / scales[j]!)))),
    target: all.map((i) => sum((row, at) => (row[i]! / scales[i]!) * ys[at]!)),
    scales,
    total: sum((_, at) => ys[at]! ** 2),
  }
}

interface Solved {
  values: number[]
  inverse: number[][]
  /** Weighted sum of the squared residuals. */
  squares: number
}

/** Null when the columns are collinear. */
function solve({ gram, target, scales, total }: Normal, columns: readonly number[]): Solved | null {
  const lower: number[][] = []
  for (const [i, row] of columns.entries()) {
    lower.push(new Array<number>(columns.length).fill(0))
    for (const [j, column] of columns.slice(0, i + 1).entries()) {
      let sum = gram[row]![column]!
      for (let k = 0; k < j; k++) sum -= lower[i]![k]! * lower[j]![k]!
      if (i === j && sum < smallestPivot) return null
      lower[i]![j] = i === j ? Math.sqrt(sum) : sum / lower[j]![j]!
    }
  }
  const b = columns.map((column) => target[column]!)
  const scaled = substitute(lower, b)
  const unit = (i: number): number[] => columns.map((_, j) => (i === j ? 1 : 0))
  const inverse = columns.map((row, i) => substitute(lower, unit(i)).map((value, j) => value / (scales[row]! * scales[columns[j]!]!)))
  const squares = Math.max(0, total - scaled.reduce((sum, value, i) => sum + value * b[i]!, 0))
  return { values: scaled.map((value, i) => value / scales[columns[i]!]!), inverse, squares }
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

function completed(
  { values, inverse, squares }: Solved,
  columns: readonly number[],
  size: { columnCount: number; pointCount: number },
): LinearFit {
  const all = Array.from({ length: size.columnCount }, (_, column) => column)
  const freedom = size.pointCount - columns.length
  const variance = squares / freedom
  return {
    values: all.map((column) => values[columns.indexOf(column)] ?? 0),
    covariance: all.map((row) => all.map((column) => variance * (inverse[columns.indexOf(row)]?.[columns.indexOf(column)] ?? 0))),
    scatter: Math.sqrt(variance),
    criticalT: criticalT(defaultLevel, freedom),
    droppedColumns: all.filter((column) => !columns.includes(column)),
  }
}

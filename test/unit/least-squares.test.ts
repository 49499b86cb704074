import assert from 'node:assert/strict'
import { test } from 'node:test'
import { seededRandom, normal } from '../../src/core/random.ts'
import { fitNonNegative } from '../../src/metrics/least-squares.ts'
import { slope } from '../../src/metrics/slope.ts'

const ones = (count: number) => new Array<number>(count).fill(1)

function near(actual: number, expected: number, tolerance = 1e-9): void {
  assert.ok(Math.abs(actual - expected) <= tolerance * Math.max(1, Math.abs(expected)), `${actual} for ${expected}`)
}

test('an exact system of three columns is solved exactly, with no scatter', () => {
  const rows = [
    [1, 0, 2],
    [1, 1, 0],
    [1, 3, 1],
    [1, 2, 5],
    [1, 7, 4],
  ]
  const ys = rows.map(([a, b, c]) => 4 * a! + 2 * b! + 0.5 * c!)
  const { values, scatter, droppedColumns } = fitNonNegative(rows, ys, ones(5))!
  values.forEach((value, at) => near(value, [4, 2, 0.5][at]!))
  near(scatter, 0)
  assert.deepEqual(droppedColumns, [])
})

test('a line: the slope and its interval are those of the other solver in the house', () => {
  const xs = [1, 2, 3, 4, 5, 6]
  const ys = [2.1, 3.9, 6.2, 7.8, 10.1, 11.9]
  const { values, covariance, criticalT } = fitNonNegative(
    xs.map((x) => [1, x]),
    ys,
    ones(6),
  )!
  const { value, low } = slope(xs, ys).estimate!
  near(values[1]!, value)
  near(values[1]! - criticalT * Math.sqrt(covariance[1]![1]!), low!)
})

test('weights: a point with weight 9 counts as nine points', () => {
  const weighted = fitNonNegative([[1], [1]], [10, 20], [9, 1])!
  near(weighted.values[0]!, 11)
})

test('NIST StRD NoInt1, a line through the origin: slope 2.07438016528926, standard deviation 3.56753034006338', () => {
  const xs = [60, 61, 62, 63, 64, 65, 66, 67, 68, 69, 70]
  const ys = [130, 131, 132, 133, 134, 135, 136, 137, 138, 139, 140]
  const { values, scatter, covariance } = fitNonNegative(
    xs.map((x) => [x]),
    ys,
    ones(11),
  )!
  near(values[0]!, 2.07438016528926, 1e-12)
  near(scatter, 3.56753034006338, 1e-12)
  near(Math.sqrt(covariance[0]![0]!), 0.0165289256119816, 1e-6)
})

test('a price below 0 is left out, and the others are fitted again', () => {
  // y = 3a − b: without b, a fits Σy·a / Σa².
  const rows = [
    [1, 0],
    [1, 1],
    [2, 1],
    [3, 2],
  ]
  const ys = [3, 2, 5, 7]
  const { values, droppedColumns, covariance } = fitNonNegative(rows, ys, ones(4))!
  assert.deepEqual(droppedColumns, [1])
  near(values[0]!, (3 + 2 + 10 + 21) / 15)
  assert.deepEqual(covariance[1], [0, 0])
})

test('of two columns that say the same, the second is left out', () => {
  const { values, droppedColumns } = fitNonNegative(
    [
      [1, 2],
      [2, 4],
      [3, 6],
    ],
    [2, 4, 6],
    ones(3),
  )!
  assert.deepEqual(droppedColumns, [1])
  near(values[0]!, 2)
})

test('a column of zeros has the price 0; too few points give no fit', () => {
  assert.deepEqual(
    fitNonNegative(
      [
        [1, 0],
        [2, 0],
      ],
      [2, 4],
      ones(2),
    )!.droppedColumns,
    [1],
  )
  assert.equal(
    fitNonNegative(
      [
        [1, 1],
        [1, 2],
      ],
      [1, 2],
      ones(2),
    ),
    null,
  )
})

test('columns of very different size are solved all the same', () => {
  const rows = [
    [1, 1e9, 3],
    [1, 2e9, 1],
    [1, 5e9, 8],
    [1, 3e9, 2],
    [1, 8e9, 6],
  ]
  const { values } = fitNonNegative(
    rows,
    rows.map(([a, b, c]) => 1e4 * a! + 1e-6 * b! + 20 * c!),
    ones(5),
  )!
  near(values[0]!, 1e4, 1e-6)
  near(values[1]!, 1e-6, 1e-6)
  near(values[2]!, 20, 1e-4)
})

test('95 % intervals hold the true price in about 95 % of 400 noisy systems', () => {
  const random = seededRandom(5)
  let inside = 0
  for (let run = 0; run < 400; run++) {
    const rows = Array.from({ length: 10 }, () => [1, 10 * random()])
    const ys = rows.map(([, x]) => 50 + 7 * x! + 2 * normal(random))
    const { values, covariance, criticalT } = fitNonNegative(rows, ys, ones(10))!
    if (Math.abs(values[1]! - 7) <= criticalT * Math.sqrt(covariance[1]![1]!)) inside++
  }
  // Binomial(400, 0.95): 380 ± 4 × 4.4.
  assert.ok(inside >= 363 && inside <= 397, String(inside))
})

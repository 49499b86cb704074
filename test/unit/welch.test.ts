import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { blocksToResolve } from '../../src/metrics/statistics.ts'
import { halfWidth, moments, welchMoments } from '../../src/metrics/student.ts'
import { pairPValue } from '../../src/metrics/pair-verdict.ts'

const near = (found: number, expected: number, tolerance = 1e-9) =>
  assert.ok(Math.abs(found - expected) <= tolerance, `${found}, not ${expected}`)

describe("Welch's t", () => {
  it('has the error and the degrees of freedom of hand arithmetic', () => {
    // s² of 1, 3 is 2 and of 10, 14 is 8: 2/2 + 8/2 = 5; 5² / (1² + 4²) = 25/17.
    const found = welchMoments(moments([1, 3]), moments([10, 14]))
    near(found.mean, 10)
    near(found.count - 1, 25 / 17)
    near(found.deviation / Math.sqrt(found.count), Math.sqrt(5))
  })

  it('has 2n − 2 degrees of freedom for equal spreads, and the p of the closed form for two of them', () => {
    const found = welchMoments(moments([0, 2]), moments([10, 12]))
    near(found.count - 1, 2)
    // t = 10 / √2; with two degrees of freedom p = 1 − t / √(2 + t²).
    near(pairPValue({ found }), 1 - Math.sqrt(50) / Math.sqrt(52))
    // The quantile of t with two degrees of freedom at 97.5 % is 4.302653.
    near(halfWidth(found, 0.95), 4.302653 * Math.sqrt(2), 1e-5)
  })

  it('is never less free than the smaller side, also by rounding', () => {
    for (const small of [1e-3, 0.1, 1 / 3]) {
      const found = welchMoments(moments([1, 1 + small]), moments([5, 5, 5]))
      assert.ok(found.count - 1 >= 1, `${found.count}`)
    }
  })

  it('is exact without any spread', () => {
    const found = welchMoments(moments([2, 2]), moments([3, 3]))
    assert.deepEqual([found.mean, found.deviation, pairPValue({ found })], [1, 0, 0])
  })

  it('plans blocks a side with twice the freedom', () => {
    // n with t(2n − 2) × √2 / √n ≤ 1: n = 8 gives 2.1448 × 0.5 = 1.07, n = 9 gives 2.1199 × 0.4714 = 0.9993.
    assert.equal(blocksToResolve(Math.SQRT2, 1, 0.95, 2), 9)
  })
})

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { slope } from '../../src/metrics/slope.ts'
import { assertHonest } from './metrics-trial.ts'

const near = (got: number | null | undefined, wanted: number, tolerance: number): void =>
  assert.ok(Math.abs(got! - wanted) <= tolerance, `${got}, not ${wanted}`)

describe('slope', () => {
  it('agrees with the certified values of NIST StRD Norris', () => {
    const ys = [
      0.1, 338.8, 118.1, 888, 9.2, 228.1, 668.5, 998.5, 449.1, 778.9, 559.2, 0.3, 0.1, 778.1, 668.8, 339.3, 448.9, 10.8, 557.7, 228.3, 998,
      888.8, 119.6, 0.3, 0.6, 557.6, 339.3, 888, 998.5, 778.9, 10.2, 117.6, 228.9, 668.4, 449.2, 0.2,
    ]
    const xs = [
      0.2, 337.4, 118.2, 884.6, 10.1, 226.5, 666.3, 996.3, 448.6, 777, 558.2, 0.4, 0.6, 775.5, 666.9, 338, 447.5, 11.6, 556, 228.1, 995.8,
      887.6, 120.2, 0.3, 0.3, 556.8, 339.1, 887.2, 999, 779, 11.1, 118.3, 229.2, 669.1, 448.9, 0.5,
    ]
    const { estimate } = slope(xs, ys)
    near(estimate?.value, 1.00211681802045, 1e-12)
    // Certified standard error times t(0.975, 34).
    near(estimate!.high! - estimate!.value, 0.429796848199937e-3 * 2.0322445093, 1e-11)
    assert.equal(estimate?.n, 36)
  })

  it('agrees with Anscombe’s first set: slope 0.5001, standard error 0.1179', () => {
    const xs = [10, 8, 13, 9, 11, 14, 6, 4, 12, 7, 5]
    const ys = [8.04, 6.95, 7.58, 8.81, 8.33, 9.96, 7.24, 4.26, 10.84, 4.82, 5.68]
    const { estimate } = slope(xs, ys)
    near(estimate?.value, 0.500091, 1e-6)
    near((estimate!.high! - estimate!.low!) / 2 / 2.262157, 0.1179, 1e-4)
    assertHonest(estimate)
  })

  it('finds an exact line with an interval of no width, wherever it lies', () => {
    assert.deepEqual(slope([1, 2, 3], [10, 12, 14]).estimate, { value: 2, low: 2, high: 2, level: 0.95, n: 3, reasons: {} })
    const finite = fc.integer({ min: -1_000, max: 1_000 })
    fc.assert(
      fc.property(finite, finite, fc.uniqueArray(finite, { minLength: 3, maxLength: 9 }), (rate, offset, xs) => {
        near(
          slope(
            xs,
            xs.map((x) => offset + rate * x),
          ).estimate?.value,
          rate,
          1e-6,
        )
      }),
    )
  })

  it('needs three measured points at two places or more', () => {
    assert.deepEqual(slope([1, 2], [1, 2]), { estimate: null, reason: 'needs at least 3 points, got 2' })
    assert.deepEqual(slope([4, 4, 4], [1, 2, 3]), { estimate: null, reason: 'all points lie at 4' })
    assert.deepEqual(slope([1, 2, 3], [1, NaN, 3]), { estimate: null, reason: 'a point was not measured' })
    assert.equal(slope([1, 2, 3], [1, 2]).estimate, null)
  })
})

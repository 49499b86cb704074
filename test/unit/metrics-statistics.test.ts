import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { blocksToResolve, holmLevels, intervalOverBlocks, isEquivalent, median } from '../../src/metrics/statistics.ts'
import { criticalT, halfWidth, moments, twoSidedP } from '../../src/metrics/student.ts'
import { assertHonest } from './metrics-trial.ts'

const near = (got: number | null, wanted: number, tolerance = 1e-4): void =>
  assert.ok(Math.abs(got! - wanted) <= tolerance, `${got}, not ${wanted}`)

describe('Student t', () => {
  it('agrees with the printed tables', () => {
    for (const [freedom, t] of [
      [1, 12.7062],
      [2, 4.3027],
      [5, 2.5706],
      [10, 2.2281],
      [30, 2.0423],
    ] as const)
      near(criticalT(0.95, freedom), t)
    near(criticalT(0.9, 7), 1.8946)
    near(criticalT(0.99, 4), 4.6041)
  })

  it('has a p-value that is the level at which the interval just touches 0', () => {
    near(twoSidedP(2.2281, 10), 0.05)
    near(twoSidedP(-12.7062, 1), 0.05)
    assert.equal(twoSidedP(0, 3), 1)
  })

  it('makes the interval of a mean by hand arithmetic', () => {
    // 2, 4, 6: mean 4, s 2, half-width 4.3027 × 2 / √3.
    const found = moments([2, 4, 6])
    assert.deepEqual(found, { mean: 4, deviation: 2, count: 3 })
    near(halfWidth(found, 0.95), 4.9683)
  })

  it('takes rounding for no spread', () => {
    assert.deepEqual(moments([0.1, 0.1, 0.1]), { mean: 0.1, deviation: 0, count: 3 })
    assert.equal(moments([0.1 + 0.2, 0.3]).deviation, 0)
    assert.equal(moments([5]).deviation, 0)
  })
})

describe('median and interval over blocks', () => {
  it('takes the middle, or the mean of both middles', () => {
    assert.deepEqual(
      [median([3, 1, 2]), median([4, 1, 3, 2]), median([7]), median([1, Infinity, 2]), median([Infinity, Infinity])],
      [2, 2.5, 7, 2, Infinity],
    )
  })

  it('is geometric for values above 0', () => {
    // Logarithms 0, ln 4: mean ln 2, s = ln 4 / √2, half = 12.7062 × ln 4 / 2.
    const { low, high, level } = intervalOverBlocks([1, 4])
    near(Math.log(high!), Math.log(2) + 12.7062 * Math.log(2), 1e-3)
    near(low! * high!, 4, 1e-9)
    assert.equal(level, 0.95)
  })

  it('is on the values themselves when one is 0', () => {
    const { low, high } = intervalOverBlocks([0, 2, 4])
    near(low, 2 - 4.9683)
    near(high, 2 + 4.9683)
  })

  it('has no ends for one block, nor an unbounded one', () => {
    assert.deepEqual(intervalOverBlocks([5]), { low: null, high: null, level: 0.95, reasons: { low: '1 block', high: '1 block' } })
    assertHonest(intervalOverBlocks([]))
    const wide = intervalOverBlocks([1e-30, 1e30])
    assert.equal(wide.high, null)
    assertHonest(wide)
    assert.deepEqual(intervalOverBlocks([3, 3]), { low: 3, high: 3, level: 0.95, reasons: {} })
  })
})

describe('Holm', () => {
  it('steps down as in the textbook and keeps the level of the first that fails', () => {
    // In order 0.005 ≤ 0.05/4 and 0.01 ≤ 0.05/3 pass; 0.03 > 0.05/2 fails, and 0.04 with it.
    const levels = holmLevels([0.01, 0.04, 0.03, 0.005])
    for (const [index, share] of [0.05 / 3, 0.025, 0.025, 0.0125].entries()) near(1 - levels[index]!, share, 1e-12)
  })

  it('is 95 % for a single pair and nothing for none', () => {
    assert.deepEqual(holmLevels([0.2]), [0.95])
    assert.deepEqual(holmLevels([]), [])
  })

  it('rejects by interval exactly when the adjusted p-value is at most 0.05', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 0.2, noNaN: true }), { minLength: 1, maxLength: 8 }), (pValues) => {
        const levels = holmLevels(pValues)
        const sorted = [...pValues].sort((a, b) => a - b)
        const adjusted = sorted.map((_, step) => Math.max(...sorted.slice(0, step + 1).map((p, index) => p * (sorted.length - index))))
        for (const [index, p] of pValues.entries()) {
          const adjustedP = adjusted[sorted.lastIndexOf(p)]!
          if (Math.abs(adjustedP - 0.05) < 1e-9) continue
          assert.equal(p <= 1 - levels[index]!, adjusted[sorted.indexOf(p)]! <= 0.05)
        }
      }),
    )
  })
})

describe('equivalence and planning', () => {
  it('is equivalent when the 90 % interval lies inside', () => {
    // n = 4: t(0.95, 3) = 2.3534, half-width 2.3534 × 0.1 / 2 = 0.11767.
    const found = { mean: 0.05, deviation: 0.1, count: 4 }
    assert.equal(isEquivalent(found, 0.168), true)
    assert.equal(isEquivalent(found, 0.167), false)
    assert.equal(isEquivalent({ ...found, mean: -0.05 }, 0.167), false)
  })

  it('finds the fewest blocks with n ≥ (t × s / h)²', () => {
    // t(0.975, 6) / √7 = 0.925 ≤ 1 but t(0.975, 5) / √6 = 1.049; t(0.975, 17) / √18 = 0.497, t(0.975, 16) / √17 = 0.514.
    assert.equal(blocksToResolve(1, 1, 0.95), 7)
    assert.equal(blocksToResolve(1, 0.5, 0.95), 18)
    assert.equal(blocksToResolve(0.001, 1, 0.95), 2)
    assert.equal(blocksToResolve(1, 0, 0.95), null)
    assert.equal(blocksToResolve(1, -1, 0.95), null)
    assert.equal(blocksToResolve(1, 0.001, 0.95), null)
  })
})

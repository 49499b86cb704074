import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { hodgesLehmann, secondOpinion, signFlipPValue } from '../../src/metrics/second-opinion.ts'

describe('Hodges–Lehmann', () => {
  it('is the median of the Walsh averages, by hand', () => {
    // 1, 2, 6: averages 1, 1.5, 3.5, 2, 4, 6; in order 1 1.5 2 3.5 4 6.
    assert.equal(hodgesLehmann([1, 2, 6]), 2.75)
    assert.equal(hodgesLehmann([5]), 5)
    // 0, 0, 1, 100: averages 0 0 0.5 50 0 0.5 50 1 50.5 100; the far one moves the mean to 25.25.
    assert.equal(hodgesLehmann([0, 0, 1, 100]), 0.75)
  })
})

describe('sign-flip', () => {
  it('has its smallest p where all blocks agree: 2 ÷ 2^n', () => {
    assert.equal(signFlipPValue([1, 2, 3, 4, 5, 6]), 0.03125)
    assert.equal(signFlipPValue([-3, -1, -2, -5, -4, -7, -6, -8]), 0.0078125)
    assert.equal(signFlipPValue(Array.from({ length: 12 }, (_, block) => 1 + block / 10)), 0.00048828125)
    assert.equal(signFlipPValue(new Array<number>(32).fill(0.1)), 2 / 2 ** 32)
  })

  it('counts ties, as with equal blocks of which one disagrees', () => {
    // Seven of +0.1 and one of −0.1: a sum of 0.6 or more takes no or one −, on either side: 2 × (1 + 8) ÷ 256.
    assert.equal(signFlipPValue([0.1, 0.1, 0.1, -0.1, 0.1, 0.1, 0.1, 0.1]), 18 / 256)
    assert.equal(signFlipPValue([0, 0, 0, 0, 0, 0, 0, 0]), 1)
    assert.equal(signFlipPValue([1, -1, 2, -2, 3, -3, 4, -4]), 1)
  })

  it('is the count over every flip, one by one', () => {
    const differences = fc.array(fc.integer({ min: -9, max: 9 }), { minLength: 1, maxLength: 9 })
    fc.assert(
      fc.property(differences, (values) => {
        const found = Math.abs(values.reduce((sum, value) => sum + value, 0))
        let reaching = 0
        for (let flips = 0; flips < 2 ** values.length; flips++) {
          const sum = values.reduce((total, value, block) => total + ((flips >> block) % 2 === 0 ? value : -value), 0)
          if (Math.abs(sum) >= found) reaching++
        }
        assert.equal(signFlipPValue(values), reaching / 2 ** values.length)
      }),
    )
  })
})

describe('second opinion', () => {
  it('is given from eight blocks on, the p up to 32', () => {
    const of = (blockCount: number) => secondOpinion(new Array<number>(blockCount).fill(1))
    assert.deepEqual(of(7), {
      hodgesLehmann: null,
      signFlipPValue: null,
      reasons: { hodgesLehmann: '8 blocks at least', signFlipPValue: '8 blocks at least' },
    })
    assert.deepEqual(of(8), { hodgesLehmann: 1, signFlipPValue: 0.0078125, reasons: {} })
    assert.deepEqual(of(33), { hodgesLehmann: 1, signFlipPValue: null, reasons: { signFlipPValue: '32 blocks at most' } })
  })
})

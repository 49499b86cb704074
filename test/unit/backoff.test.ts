import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import fc from 'fast-check'
import { backoffMs, retryDelayMs } from '../../clients/backoff.ts'
import { seededRandom } from '../../src/core/random.ts'

const defaults = {
  backoffBaseMs: 1_000,
  backoffFactor: 2,
  backoffCapMs: 30_000,
  backoffJitterRatio: 0.2,
  backoffJitter: 'proportional',
} as const
const middle = () => 0.5

suite('retryDelayMs', () => {
  const delays = (reconnectionMs?: number): (number | undefined)[] =>
    [1, 2, 3].map((failureCount) => retryDelayMs({ options: defaults, random: middle }, 'reset', failureCount, reconnectionMs))

  test('is the backoff as long as the server has asked for nothing', () => {
    assert.deepEqual(delays(), [1_000, 2_000, 4_000])
  })

  test('is what the server has asked for, and the backoff on top once an attempt has failed', () => {
    assert.deepEqual(delays(5), [5, 1_005, 2_005])
    assert.deepEqual(delays(0), [0, 1_000, 2_000])
    // Above the cap, which bounds the client's own wait.
    assert.deepEqual(delays(60_000), [60_000, 61_000, 62_000])
  })

  test('there is none for what no retry cures, whatever the server has asked for', () => {
    assert.equal(retryDelayMs({ options: defaults, random: middle }, 'clientEMFILE', 1, 5), undefined)
  })
})

suite('backoffMs', () => {
  test('doubles from the base to the cap, without jitter', () => {
    const delays = Array.from({ length: 8 }, (_, index) => backoffMs({ ...defaults, backoffJitterRatio: 0 }, index + 1, middle))
    assert.deepEqual(delays, [1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000])
  })

  test('jitter spreads to both sides by its share, and below the cap as well as at it', () => {
    assert.deepEqual(
      [0, 0.5, 1].map((draw) => Math.round(backoffMs(defaults, 1, () => draw))),
      [800, 1_000, 1_200],
    )
    // At the cap the middle is 30,000 ÷ 1.2.
    assert.deepEqual(
      [0, 0.5, 1].map((draw) => Math.round(backoffMs(defaults, 40, () => draw))),
      [20_000, 25_000, 30_000],
    )
  })

  test('a factor of 1 stays at the base', () => {
    assert.equal(backoffMs({ ...defaults, backoffFactor: 1 }, 40, middle), 1_000)
  })

  test('doubling 40 times, or 2,000 times, never exceeds the cap and never shrinks', () => {
    const plain = { ...defaults, backoffJitterRatio: 0 }
    let previous = 0
    for (let failures = 1; failures <= 2_000; failures++) {
      const delayMs = backoffMs(plain, failures, middle)
      assert.ok(delayMs >= previous && delayMs <= 30_000, `${failures}: ${delayMs}`)
      previous = delayMs
    }
  })

  test('is within [base × (1 − jitter), cap] for all settings, as far as the cap leaves room (property)', () => {
    const settings = fc.record({
      backoffBaseMs: fc.integer({ min: 1, max: 100_000 }),
      backoffFactor: fc.double({ min: 1, max: 10, noNaN: true }),
      backoffCapMs: fc.integer({ min: 1, max: 2_147_483_647 }),
      backoffJitterRatio: fc.double({ min: 0, max: 1, noNaN: true }),
      backoffJitter: fc.constant('proportional' as const),
    })
    fc.assert(
      fc.property(
        settings,
        fc.integer({ min: 1, max: 100_000 }),
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        (options, failures, draw) => {
          const delayMs = backoffMs(options, failures, () => draw)
          const lowest =
            Math.min(options.backoffBaseMs, options.backoffCapMs / (1 + options.backoffJitterRatio)) * (1 - options.backoffJitterRatio)
          assert.ok(delayMs >= lowest * (1 - 1e-12) && delayMs <= options.backoffCapMs, `${delayMs}`)
        },
      ),
      { seed: 1, numRuns: 500 },
    )
  })

  test('full jitter is uniform between 0 and the wait, whatever the ratio', () => {
    const full = { ...defaults, backoffJitter: 'full' as const }
    assert.deepEqual(
      [0, 0.25, 0.5, 0.75].map((draw) => backoffMs(full, 3, () => draw)),
      [4_000, 3_000, 2_000, 1_000],
    )
    assert.deepEqual(
      [1, 2, 3, 4, 5, 6, 40].map((failures) => backoffMs(full, failures, () => 0)),
      [1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000],
    )
    const random = seededRandom(5)
    const delays = Array.from({ length: 10_000 }, () => backoffMs(full, 2, random))
    const meanMs = delays.reduce((sum, delayMs) => sum + delayMs, 0) / delays.length
    // The standard error of the mean of 10,000 draws from U(0, 2,000) is 5.8 ms.
    assert.ok(Math.abs(meanMs - 1_000) < 25, `mean ${meanMs}`)
    assert.ok(delays.every((delayMs) => delayMs > 0 && delayMs <= 2_000))
  })

  test('1,000 clients at the cap do not come back in step: no 5 % of the span holds more than 8 % of them', () => {
    const delays = Array.from({ length: 1_000 }, (_, index) => backoffMs(defaults, 20, seededRandom(3, `client ${index}`)))
    const buckets = new Array<number>(20).fill(0)
    for (const delayMs of delays) buckets[Math.min(19, Math.floor((delayMs - 20_000) / 500))]!++
    assert.ok(Math.max(...buckets) <= 80, `${buckets}`)
  })
})

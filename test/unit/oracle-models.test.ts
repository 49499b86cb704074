import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { lostWithoutCursor, queueingUs } from '../../src/calibrate/oracle.ts'
import { exponential, seededRandom } from '../../src/core/random.ts'

suite('Lindley’s recursion', () => {
  test('by hand: a queue builds up, and is gone', () => {
    // Arrivals at 0, 1, 2, 10 ms, 5 ms each: ends at 5, 10, 15, 20.
    assert.deepEqual([...queueingUs(Float64Array.of(0, 1_000, 2_000, 10_000, 40_000), 5_000)], [5_000, 9_000, 13_000, 10_000, 5_000])
  })

  test('has the mean of an M/D/1 queue, ρ × S ÷ (2 (1 − ρ))', () => {
    const random = seededRandom(3, 'arrivals')
    const load = 0.6
    let atUs = 0
    const arrivals = Float64Array.from({ length: 200_000 }, () => (atUs += exponential(random, 5_000 / load)))
    const waits = queueingUs(arrivals, 5_000).map((us) => us - 5_000)
    const expected = (load * 5_000) / (2 * (1 - load))
    assert.ok(Math.abs(waits.reduce((sum, us) => sum + us, 0) / waits.length / expected - 1) < 0.03)
  })
})

suite('a long poll without a cursor', () => {
  test('is deaf after each message that it hears, and no longer for those that it misses', () => {
    const due = Float64Array.of(0, 20, 49, 50, 60, 101)
    assert.deepEqual(lostWithoutCursor(due, new Uint32Array(6), 0, 50), [1, 2, 4])
    assert.deepEqual(lostWithoutCursor(due, Uint32Array.of(0, 1, 0, 0, 1, 0), 0, 50), [2])
  })
})

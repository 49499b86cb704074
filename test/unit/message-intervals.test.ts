import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { seededRandom, type Random } from '../../src/core/random.ts'
import { deliveryDistribution } from '../../src/metrics/message-intervals.ts'
import { assertHonest } from './metrics-trial.ts'

/** Standard normal (Box and Muller). */
function normal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
}

/** Normal latencies of 10 ± 1 ms: all deliveries of a message share `icc` of their variance. */
function clusteredTrial({ messageCount, fanOut, icc, seed }: { messageCount: number; fanOut: number; icc: number; seed: number }) {
  const random = seededRandom(seed, 'K33')
  const valuesUs = new Float64Array(messageCount * fanOut)
  const messageOf = new Uint32Array(messageCount * fanOut)
  for (let message = 0; message < messageCount; message++) {
    const shared = normal(random) * Math.sqrt(icc)
    for (let client = 0; client < fanOut; client++) {
      const index = message * fanOut + client
      valuesUs[index] = 10_000 + 1_000 * (shared + normal(random) * Math.sqrt(1 - icc))
      messageOf[index] = message
    }
  }
  return { valuesUs, messageOf, expectedOfMessage: new Uint32Array(messageCount).fill(fanOut) }
}

/** The order-statistic interval that takes every delivery for an independent one. */
function naiveInterval(valuesUs: Float64Array, q: number): [number, number] {
  const sorted = valuesUs.toSorted()
  const half = 1.96 * Math.sqrt(sorted.length * q * (1 - q))
  return [sorted[Math.floor(sorted.length * q - half)]!, sorted[Math.ceil(sorted.length * q + half)]!]
}

describe('intervals within a trial', () => {
  it('hold the true quantile in at least 85 % of 200 trials with alike deliveries; the naive ones in fewer than half (K33)', () => {
    // Quantiles of the standard normal distribution: 0, 1.2816, 2.3263.
    const truths = { p50: 10_000, p90: 11_281.6, p99: 12_326.3 } as const
    const levels = { p50: 0.5, p90: 0.9, p99: 0.99 } as const
    const held = { p50: 0, p90: 0, p99: 0 }
    const naive = { p50: 0, p90: 0, p99: 0 }
    for (let seed = 1; seed <= 200; seed++) {
      const trial = clusteredTrial({ messageCount: 600, fanOut: 50, icc: 0.9, seed })
      const { intervals } = deliveryDistribution(trial.valuesUs, 0, trial)
      for (const key of ['p50', 'p90', 'p99'] as const) {
        const { low, high } = intervals[key]!
        if (low! <= truths[key] && truths[key] <= high!) held[key]++
        const [from, until] = naiveInterval(trial.valuesUs, levels[key])
        if (from <= truths[key] && truths[key] <= until) naive[key]++
      }
    }
    for (const key of ['p50', 'p90', 'p99'] as const) {
      assert.ok(held[key] >= 170, `${key}: ${held[key]} of 200 intervals hold the truth`)
      assert.ok(naive[key] < 100, `${key}: ${naive[key]} of 200 naive intervals hold the truth`)
    }
  })

  it('is the interval by hand where each message has one delivery', () => {
    // 1,000 values of 1 to 1,000 in an order without any run, so that blocks of ten differ as single values do.
    const valuesUs = Float64Array.from({ length: 1_000 }, (_, index) => ((index * 617) % 1_000) + 1)
    const clusters = { messageOf: Uint32Array.from(valuesUs.keys()), expectedOfMessage: new Uint32Array(1_000).fill(1) }
    const { p50 } = deliveryDistribution(valuesUs, 0, clusters).intervals
    assert.equal(p50!.value, 500)
    // Blocks of ten of this order hold 4 to 6 values up to 500, so the interval is narrower than 500 ± 1.96 × √250 = 31.
    assert.ok(p50!.low! > 469 && p50!.low! < 500 && p50!.high! > 500 && p50!.high! < 531, `${p50!.low} – ${p50!.high}`)
    assert.deepEqual([p50!.level, p50!.n], [0.95, 1_000])
  })

  it('is as wide as serial correlation makes it', () => {
    // Slow and fast by turns of 50 messages: 1,000 messages are worth some twenty.
    const valuesUs = Float64Array.from({ length: 1_000 }, (_, index) => (Math.floor(index / 50) % 2 === 0 ? 1_000 : 2_000) + (index % 50))
    const clusters = { messageOf: Uint32Array.from(valuesUs.keys()), expectedOfMessage: new Uint32Array(1_000).fill(1) }
    const { low, high } = deliveryDistribution(valuesUs, 0, clusters).intervals.p50!
    assert.ok(low! < 1_050 && high! >= 2_000, `${low} – ${high}`)
  })

  it('is not given for few messages, nor where the effective n has no interval, nor without an upper end', () => {
    const alike = (messageCount: number, fanOut: number, delivered = messageCount * fanOut) => {
      const { valuesUs, messageOf, expectedOfMessage } = clusteredTrial({ messageCount, fanOut, icc: 1, seed: 3 })
      const clusters = { messageOf: messageOf.slice(0, delivered), expectedOfMessage }
      const found = deliveryDistribution(valuesUs.slice(0, delivered), messageCount * fanOut - delivered, clusters)
      assertHonest(found)
      return found.intervals
    }
    assert.equal(alike(29, 100).reasons['p50'], 'needs at least 30 messages, got 29')
    const some = alike(100, 50)
    assert.equal(some.reasons['p99'], 'needs an effective n of 368, got 100')
    assert.ok(some.p50 !== null && some.p90 !== null)
    const few = alike(400, 1, 397)
    assert.equal(few.p99!.high, null)
    assert.match(few.p99!.reasons['high']!, /^∞/)
    assert.equal(alike(400, 1, 390).reasons['p99'], '∞ (2.5 % undelivered)')
    assert.equal(alike(0, 1).reasons['p50'], 'no sample')
  })
})

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { decodeFromCompressedBase64 } from 'hdr-histogram-js'
import { seededRandom } from '../../src/core/random.ts'
import {
  distribution,
  histogramQuantile,
  isUnbounded,
  mergeHistograms,
  nearestRank,
  noDistribution,
  whyNoQuantile,
} from '../../src/metrics/quantiles.ts'
import { assertHonest } from './metrics-trial.ts'

const complete = { censoredCount: 0 }
const oneTo = (n: number): Float64Array => Float64Array.from({ length: n }, (_, index) => index + 1)
const repeated = (count: number, value: number): Float64Array => new Float64Array(count).fill(value)
const histogramOf = (values: Float64Array): string => distribution(values, complete).histogram

describe('nearest rank', () => {
  it('gives the known answers for 1 to 200', () => {
    const values = oneTo(200)
    assert.deepEqual(
      [0.5, 0.95, 0.99, 1].map((q) => nearestRank(values, q)),
      [100, 190, 198, 200],
    )
  })

  it('gives the maximum, and no NaN, for p95 and p99 of eight samples', () => {
    const values = Float64Array.of(7_780.8, 9_100, 12_000, 15_500, 21_000, 30_250, 35_000, 39_701.4)
    assert.deepEqual(
      [0.95, 0.99].map((q) => nearestRank(values, q)),
      [39_701.4, 39_701.4],
    )
  })

  it('is not misled by binary fractions: 0.07 × 100 is the seventh', () => {
    assert.equal(nearestRank(oneTo(100), 0.07), 7)
    assert.equal(histogramQuantile(histogramOf(oneTo(100)), 0.07), 7)
  })

  it('is null for no values and among the censored', () => {
    assert.equal(nearestRank(new Float64Array(0), 0.5), null)
    assert.equal(nearestRank(oneTo(98), 0.98, 2), 98)
    assert.equal(nearestRank(oneTo(98), 0.99, 2), null)
  })

  it('equals the definition by counting: the least value that at least q × n values do not exceed', () => {
    const value = fc.integer({ min: 0, max: 1_000 })
    fc.assert(
      fc.property(fc.array(value, { minLength: 1, maxLength: 300 }), fc.integer({ min: 1, max: 1_000 }), (values, perMille) => {
        const counted = [...values]
          .sort((a, b) => a - b)
          .find((limit) => values.filter((other) => other <= limit).length * 1_000 >= perMille * values.length)
        assert.equal(nearestRank(Float64Array.from(values).sort(), perMille / 1_000), counted)
      }),
    )
  })
})

describe('distribution', () => {
  it('shows a quantile once four values lie beyond it', () => {
    for (const [q, needed] of [
      [0.5, 8],
      [0.9, 40],
      [0.99, 400],
      [0.999, 4_000],
    ] as const) {
      assert.equal(whyNoQuantile(q, needed - 1, 0), `needs at least ${needed}, got ${needed - 1}`)
      assert.equal(whyNoQuantile(q, needed, 0), null)
    }
    const found = distribution(oneTo(400), complete)
    assert.deepEqual([found.p50, found.p90, found.p99, found.p999, found.max, found.mean], [200, 360, 396, null, 400, 200.5])
    assert.deepEqual(found.reasons, { p999: 'needs at least 4000, got 400' })
    assert.equal(found.effectiveCount, 400)
    assertHonest(found)
  })

  it('counts what was never delivered as +∞: above 98 % of it nothing has a number (K07)', () => {
    const found = distribution(oneTo(980), { censoredCount: 20 })
    assert.deepEqual([found.count, found.censoredCount, found.p50, found.p90], [980, 20, 500, 900])
    assert.deepEqual([found.p99, found.max, found.mean], [null, null, null])
    assert.deepEqual(found.reasons, {
      p99: '∞ (2.0 % undelivered)',
      p999: 'needs at least 4000, got 1000',
      max: '∞ (2.0 % undelivered)',
      mean: '∞ (2.0 % undelivered)',
    })
    assert.ok(isUnbounded(found.reasons['p99']) && !isUnbounded(found.reasons['p999']) && !isUnbounded(undefined))
    assert.equal(distribution(oneTo(990), { censoredCount: 10 }).p99, 990)
    assert.equal(distribution(oneTo(989), { censoredCount: 11 }).p99, null)
    assertHonest(found)
  })

  it('names a small share without calling it 0.0 %', () => {
    assert.equal(distribution(oneTo(99_999), { censoredCount: 1 }).reasons['max'], '∞ (0.001 % undelivered)')
  })

  it('has no number at all without a sample, and none but the count when nothing was delivered', () => {
    const empty = distribution(new Float64Array(0), complete)
    assert.deepEqual(empty, noDistribution('no sample'))
    assert.equal(histogramQuantile(empty.histogram, 0.5), null)
    assertHonest(empty)
    const nothing = distribution(new Float64Array(0), { censoredCount: 1_000, clusterOf: new Uint32Array(0) })
    assert.equal(nothing.p50, null)
    assert.equal(nothing.reasons['p50'], '∞ (100.0 % undelivered)')
    assertHonest(nothing)
  })

  it('refuses a negative value and one that is not finite, and does not clamp', () => {
    for (const value of [-1, -0.4, NaN, Infinity, -Infinity]) {
      assert.throws(() => distribution(Float64Array.of(5, value, 7), complete), { code: 'ERR_LEDGER' })
    }
  })

  it('leaves the values in their order', () => {
    const values = Float64Array.of(3, 1, 2)
    distribution(values, complete)
    assert.deepEqual([...values], [3, 1, 2])
  })

  it('holds for any values: quantiles in order, count and histogram exact, no number that is none', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 100_000_000_000 }), { maxLength: 500 }), fc.nat(20), (values, censoredCount) => {
        const found = distribution(Float64Array.from(values), { censoredCount, clusterOf: Uint32Array.from(values, (value) => value % 7) })
        assertHonest(found)
        const shown = [found.p50, found.p90, found.p99, found.max].filter((value) => value !== null)
        assert.deepEqual(
          shown,
          [...shown].sort((a, b) => a - b),
        )
        assert.equal(decodeFromCompressedBase64(found.histogram, 64).totalCount, values.length)
      }),
    )
  })
})

describe('effective count', () => {
  const worth = (values: number[], clusters: number[]) =>
    distribution(Float64Array.from(values), { ...complete, clusterOf: Uint32Array.from(clusters) }).effectiveCount

  it('is the number of clusters when all of a cluster are the same', () => {
    assert.equal(worth([1, 1, 1, 5, 5, 5, 9, 9, 9], [0, 0, 0, 4, 4, 4, 7, 7, 7]), 3)
  })

  it('is n when clusters do not differ, when each is one value, and when there is no spread', () => {
    assert.equal(worth([1, 3, 1, 3], [0, 0, 1, 1]), 4)
    assert.equal(worth([1, 2, 3], [0, 1, 2]), 3)
    assert.equal(worth([2, 2, 2, 2], [0, 0, 1, 1]), 4)
  })

  it('agrees with hand arithmetic for equal and unequal clusters', () => {
    // Means 1 and 5: MSB = 16, MSW = 2, ICC = 14/18, n = 4 / (1 + 7/9).
    assert.ok(Math.abs(worth([0, 2, 4, 6], [0, 0, 1, 1])! - 2.25) < 1e-12)
    // n0 = 4/3, MSB = 50/3, MSW = 2, ICC = 11/13, m = 5/3, n = 3 / (1 + 2/3 × 11/13).
    assert.ok(Math.abs(worth([0, 2, 6], [0, 0, 1])! - 117 / 61) < 1e-12)
  })

  it('counts the censored in n', () => {
    const found = distribution(Float64Array.of(1, 1, 5, 5), { censoredCount: 4, clusterOf: Uint32Array.of(0, 0, 1, 1) })
    assert.equal(found.effectiveCount, 4)
  })

  it('is null for one message, with the reason', () => {
    const found = distribution(Float64Array.of(1, 2), { ...complete, clusterOf: Uint32Array.of(3, 3) })
    assert.equal(found.effectiveCount, null)
    assertHonest(found)
    assert.throws(() => distribution(Float64Array.of(1, 2), { ...complete, clusterOf: new Uint32Array(1) }), { code: 'ERR_LEDGER' })
  })

  it('makes an interval that holds the truth where the naive one does not (K33)', () => {
    const random = seededRandom(33)
    const normal = (): number => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
    const [runs, events, clients, truth] = [200, 60, 25, 1_000]
    let honest = 0
    let naive = 0
    for (let run = 0; run < runs; run++) {
      const shared = Array.from({ length: events }, () => truth + 40 * normal())
      const clusterOf = Uint32Array.from({ length: events * clients }, (_, index) => Math.floor(index / clients))
      const values = Float64Array.from(clusterOf, (event) => shared[event]! + 20 * normal())
      const { mean, effectiveCount } = distribution(values, { ...complete, clusterOf })
      const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean!) ** 2, 0) / (values.length - 1))
      const holds = (n: number): boolean => Math.abs(mean! - truth) <= (1.96 * deviation) / Math.sqrt(n)
      if (holds(effectiveCount!)) honest++
      if (holds(values.length)) naive++
    }
    assert.ok(honest >= 0.85 * runs, `held ${honest} of ${runs}`)
    assert.ok(naive < 0.5 * runs, `naive held ${naive} of ${runs}`)
  })
})

describe('histograms', () => {
  it('merge two workers by count, not by mean', () => {
    const merged = mergeHistograms([histogramOf(repeated(9_000, 10)), histogramOf(repeated(1_000, 1_000))])
    assert.deepEqual(
      [0.5, 0.9, 0.95].map((q) => histogramQuantile(merged, q)),
      [10, 10, 1_000],
    )
  })

  it('give a pooled p99 of 64.1 ms where the mean of the workers’ p99s is 26.4 ms (K28)', () => {
    const fast = Float64Array.from({ length: 50_000 }, (_, index) => Math.round((2_000 * (index + 1)) / 49_500))
    const slow = Float64Array.from({ length: 50_000 }, (_, index) =>
      Math.round(index < 48_000 ? (64_100 * (index + 1)) / 48_000 : 64_100 + (35_500 * (index - 47_999)) / 1_500),
    )
    const workers = [fast, fast, fast, slow]
    const p99s = workers.map((values) => distribution(values, complete).p99!)
    assert.deepEqual(p99s, [2_000, 2_000, 2_000, 99_600])
    assert.equal(p99s.reduce((sum, value) => sum + value) / 4, 26_400)
    assert.equal(distribution(Float64Array.from(workers.flatMap((values) => [...values])), complete).p99, 64_100)
    const merged = mergeHistograms(workers.map(histogramOf))
    const p99 = histogramQuantile(merged, 0.99)!
    assert.ok(p99 >= 64_100 && p99 <= 64_100 * 1.001, `${p99}`)
    assert.equal(decodeFromCompressedBase64(merged, 64).totalCount, 200_000)
    assert.match(merged, /^HISTFAAA/)
  })

  it('come back with an error of 0 to 0.1 % and the exact count (K28)', () => {
    const value = fc.oneof(fc.integer({ min: 0, max: 5_000 }), fc.integer({ min: 0, max: 100_000_000_000 }))
    fc.assert(
      fc.property(
        fc.array(value, { minLength: 1, maxLength: 200 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.nat(30),
        (values, q, censored) => {
          const exact = nearestRank(Float64Array.from(values).sort(), q, censored)
          const read = histogramQuantile(histogramOf(Float64Array.from(values)), q, censored)
          if (exact === null) assert.equal(read, null)
          else assert.ok(read! >= exact && read! <= exact * 1.001, `${read} for ${exact}`)
        },
      ),
    )
  })

  it('merge the same in any order and grouping, with the counts of the whole', () => {
    const part = fc.array(fc.integer({ min: 0, max: 10_000_000_000 }), { maxLength: 50 })
    fc.assert(
      fc.property(part, part, part, (a, b, c) => {
        const [x, y, z] = [a, b, c].map((values) => histogramOf(Float64Array.from(values))) as [string, string, string]
        const whole = histogramOf(Float64Array.from([...a, ...b, ...c]))
        assert.equal(mergeHistograms([mergeHistograms([x, y]), z]), mergeHistograms([x, mergeHistograms([y, z])]))
        assert.equal(mergeHistograms([z, x, y]), whole)
      }),
    )
  })

  it('of nothing are an empty one; what is none is refused', () => {
    assert.equal(histogramQuantile(mergeHistograms([]), 0.5), null)
    for (const text of ['', 'HISTFAAA', 'no histogram at all']) assert.throws(() => mergeHistograms([text]), { code: 'ERR_RESULT_INVALID' })
  })
})

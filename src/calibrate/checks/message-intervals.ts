import { seededRandom, type Random } from '../../core/random.ts'
import { deliveryDistribution } from '../../metrics/message-intervals.ts'
import { atLeast, atMost, type Check } from '../check.ts'

const runCount = 200
const messageCount = 600
const fanOut = 50
/** Share of the variance that all deliveries of a message have in common. */
const correlation = 0.9
const meanUs = 10_000
const deviationUs = 1_000
/** Quantiles of the standard normal distribution. */
const places = { p50: 0, p90: 1.281_551_6, p99: 2.326_347_9 } as const
const shares = { p50: 0.5, p90: 0.9, p99: 0.99 } as const
const leastCoverage = 0.85
const naiveLimit = 0.5
/** Of the standard normal distribution, for a level of 95 %. */
const naiveFactor = 1.96

/** K33. */
export const messageIntervals: Check = {
  answers: [
    {
      id: 'K33',
      title: 'The intervals within a trial are honest',
      known:
        'deliveries of one message are alike (correlation 0.9 by construction): an interval that counts messages contains the true quantile, one that counts deliveries does not',
      tolerance: 'at least 85 % of 200 synthetic trials, and at most 50 %',
      mechanism: 'the interval method of every result, on seeded normal latencies',
    },
  ],
  seconds: [6, 6],
  async run() {
    const keys = ['p50', 'p90', 'p99'] as const
    const held = { p50: 0, p90: 0, p99: 0 }
    const naive = { p50: 0, p90: 0, p99: 0 }
    for (let run = 1; run <= runCount; run++) {
      const { valuesUs, ...clusters } = alikeDeliveries(seededRandom(run, 'K33'))
      const { intervals } = deliveryDistribution(valuesUs, 0, clusters)
      const sorted = valuesUs.toSorted()
      for (const key of keys) {
        const truthUs = meanUs + deviationUs * places[key]
        const { low, high } = intervals[key] ?? { low: null, high: null }
        if (low !== null && high !== null && low <= truthUs && truthUs <= high) held[key]++
        const half = naiveFactor * Math.sqrt(sorted.length * shares[key] * (1 - shares[key]))
        const middle = sorted.length * shares[key]
        if (sorted[Math.floor(middle - half)]! <= truthUs && truthUs <= sorted[Math.ceil(middle + half)]!) naive[key]++
      }
    }
    return {
      K33: keys.flatMap((key) => [
        atLeast({
          what: `${key}: intervals that contain the true value`,
          unit: 'ratio',
          expected: leastCoverage,
          measured: held[key] / runCount,
        }),
        atMost({
          what: `${key}: the same when deliveries are counted`,
          unit: 'ratio',
          expected: naiveLimit,
          measured: naive[key] / runCount,
        }),
      ]),
    }
  },
}

function alikeDeliveries(random: Random): { valuesUs: Float64Array; messageOf: Uint32Array; expectedOfMessage: Uint32Array } {
  const valuesUs = new Float64Array(messageCount * fanOut)
  const messageOf = new Uint32Array(valuesUs.length)
  for (let message = 0; message < messageCount; message++) {
    const shared = normal(random) * Math.sqrt(correlation)
    for (let client = 0; client < fanOut; client++) {
      const index = message * fanOut + client
      valuesUs[index] = meanUs + deviationUs * (shared + normal(random) * Math.sqrt(1 - correlation))
      messageOf[index] = message
    }
  }
  return { valuesUs, messageOf, expectedOfMessage: new Uint32Array(messageCount).fill(fanOut) }
}

/** Standard normal (Box and Muller 1958). */
function normal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
}

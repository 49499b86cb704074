import { exponential, seededRandom } from '../../core/random.ts'
import { distribution } from '../../metrics/quantiles.ts'
import { halfWidth, moments } from '../../metrics/student.ts'
import type { Check } from '../check.ts'
import { atLeast, atMost } from '../finding.ts'

const runCount = 200
const eventCount = 100
const deliveriesPerEvent = 50
/** Shares of the mean that an event and a delivery add, both exponential: the events hold 80 % of the variance. */
const eventMeanUs = 2_000
const deliveryMeanUs = 1_000
const level = 0.95
const leastCoverage = 0.85
const naiveLimit = 0.5

/** K33. */
export const effectiveCount: Check = {
  answers: [
    {
      id: 'K33',
      title: 'The effective number of deliveries is honest',
      known:
        'deliveries of one message are alike (correlation 0.8 by construction): an interval that counts the effective number holds the true mean, one that counts deliveries does not',
      tolerance: 'at least 85 % and at most 50 % of 200 made-up runs',
      mechanism: 'the distribution of every result on seeded values',
    },
  ],
  quick: false,
  kind: 'suite',
  seconds: [3, 3],
  async run() {
    const random = seededRandom(7, 'effective count')
    const truthUs = eventMeanUs + deliveryMeanUs
    let honestCount = 0
    let naiveCount = 0
    for (let run = 0; run < runCount; run++) {
      const values = new Float64Array(eventCount * deliveriesPerEvent)
      const clusterOf = new Uint32Array(values.length)
      for (let event = 0; event < eventCount; event++) {
        const shared = exponential(random, eventMeanUs)
        for (let delivery = 0; delivery < deliveriesPerEvent; delivery++) {
          const at = event * deliveriesPerEvent + delivery
          values[at] = shared + exponential(random, deliveryMeanUs)
          clusterOf[at] = event
        }
      }
      const found = moments([...values])
      const { effectiveCount: worth } = distribution(values, { censoredCount: 0, clusterOf })
      const misses = Math.abs(found.mean - truthUs)
      if (misses <= halfWidth({ ...found, count: Math.round(worth ?? 2) }, level)) honestCount++
      if (misses <= halfWidth(found, level)) naiveCount++
    }
    return {
      K33: [
        atLeast({
          what: 'intervals by effective number that hold the truth',
          unit: 'ratio',
          expected: leastCoverage,
          measured: honestCount / runCount,
        }),
        atMost({ what: 'intervals by deliveries that hold it', unit: 'ratio', expected: naiveLimit, measured: naiveCount / runCount }),
      ],
    }
  },
}

import { seededRandom } from '../../core/random.ts'
import { usPerSecond } from '../../core/units.ts'
import { moments } from '../../metrics/student.ts'
import { buildSchedule } from '../../traffic/schedule.ts'
import { atMost, counted, inMs, within, type Check } from '../check.ts'
import { runKnownTrial } from '../known-trial.ts'
import { distanceTo } from '../oracle.ts'

const messagesPerSecond = 50
const measuredMs = 20_000
const plannedCount = (messagesPerSecond * measuredMs) / 1_000
const lagP99LimitMs = 2
const lagMaxLimitMs = 30

const gapCount = 20_000
const variationAllowance = 0.05
/** Kolmogorov–Smirnov limit at 1 %: 1.63 / √n for n above 35 (Massey 1951). */
const distanceLimit = 1.63 / Math.sqrt(gapCount)

/** K03 and K04. */
export const publishing: Check = {
  answers: [
    {
      id: 'K03',
      title: 'The publisher keeps its schedule',
      known: '1,000 messages planned at 50/s are 1,000 messages published, each at its instant',
      tolerance: 'exact for counts; lag p99 at most 2 ms, max at most 30 ms',
      mechanism: 'the real publisher in a real trial of one client; the server’s count of publishes',
    },
    {
      id: 'K04',
      title: 'Poisson arrivals are Poisson',
      known: 'gaps are exponential: coefficient of variation 1',
      tolerance: '± 0.05; Kolmogorov–Smirnov at 1 %',
      mechanism: 'the schedule that every trial is planned by, 20,000 seeded gaps',
    },
  ],
  seconds: [24, 24],
  async run() {
    const { trial } = await runKnownTrial({
      transport: 'sse',
      clientCount: 1,
      traffic: { messagesPerSecondPerChannel: messagesPerSecond },
      warmUpMs: 0,
      measuredMs,
    })
    const { p99, max, reasons } = trial.publisherLagUs
    const gaps = poissonGapsUs()
    const { mean, deviation } = moments(gaps)
    return {
      K03: [
        counted('messages published', plannedCount, Number(trial.server.counters!['publishedCount'])),
        atMost({ what: 'publisher lag p99', unit: 'ms', expected: lagP99LimitMs, measured: inMs(p99), why: reasons['p99'] }),
        atMost({ what: 'publisher lag max', unit: 'ms', expected: lagMaxLimitMs, measured: inMs(max), why: reasons['max'] }),
      ],
      K04: [
        within({ what: 'coefficient of variation', unit: 'ratio', expected: 1, measured: deviation / mean }, variationAllowance),
        atMost({
          what: 'distance to the exponential',
          unit: 'ratio',
          expected: distanceLimit,
          measured: distanceTo((gapUs) => 1 - Math.exp(-gapUs / usPerSecond), gaps),
        }),
      ],
    }
  },
}

/** Gaps of one message a second on average. */
function poissonGapsUs(): number[] {
  const { offsetsUs } = buildSchedule(
    { arrivals: 'poisson', channelCount: 1, messagesPerSecondPerChannel: 1, burstCount: 1, durationUs: 2 * gapCount * usPerSecond },
    seededRandom(7, 'calibration'),
  )
  return Array.from(offsetsUs.subarray(1, gapCount + 1), (offset, index) => offset - offsetsUs[index]!)
}

import { seededRandom } from '../../core/random.ts'
import { msPerSecond, usPerSecond } from '../../core/units.ts'
import { moments } from '../../metrics/student.ts'
import { buildSchedule } from '../../traffic/schedule.ts'
import type { Finding } from '../../core/calibration-record.ts'
import type { TrialResult } from '../../core/result.ts'
import { allowedMs, PlainDeliveries, type Pace } from '../plain-deliveries.ts'
import { atMost, counted, inMs, within, withinNeed, type Check } from '../check.ts'
import { runKnownTrial } from '../known-trial.ts'
import { distanceTo } from '../oracle.ts'

const messagesPerSecond = 50
const measuredMs = 20_000
const plannedCount = (messagesPerSecond * measuredMs) / 1_000
const lagMs = { p99: 2, max: 30 } as const
/** A message that is as late as the next one is due is not on its schedule; the longest of 1,000 may be ten of them late. */
const wrongLagMs = { p99: msPerSecond / messagesPerSecond, max: (10 * msPerSecond) / messagesPerSecond } as const

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
      tolerance: 'exact for counts; lag p99 at most 2 ms, max at most 30 ms, more on a slower machine, plus two plain deliveries',
      mechanism:
        'the real publisher in a real trial of one client; the number of publishes counted by the server; plain deliveries alongside',
    },
    {
      id: 'K04',
      title: 'Poisson arrivals are Poisson',
      known: 'gaps are exponential: coefficient of variation 1',
      tolerance: '± 0.05; Kolmogorov–Smirnov at 1 %',
      mechanism: 'the schedule that every trial uses, 20,000 seeded gaps',
    },
  ],
  seconds: [24, 24],
  run: async () => ({ K03: await scheduleFindings(), K04: gapFindings() }),
}

function scheduleFindings(): Promise<Finding[]> {
  return PlainDeliveries.open(async (plain) => {
    const { measured: known, pace } = await plain.pace(() =>
      runKnownTrial({
        transport: 'sse',
        clientCount: 1,
        traffic: { messagesPerSecondPerChannel: messagesPerSecond },
        warmUpMs: 0,
        measuredMs,
      }),
    )
    const { server, publisherLagUs } = known.trial
    return [
      counted('messages published', plannedCount, Number(server.counters!['publishedCount'])),
      ...lagFindings(publisherLagUs, pace, pace.waits.between(known.fromAtUs, known.untilAtUs)),
    ]
  })
}

/** How late the publisher may be where plain deliveries took this long. */
export function lagFindings(
  lagUs: TrialResult['publisherLagUs'],
  pace: Pick<Pace, 'slownessRatio'>,
  plainUs: { p99Us: number | null; maxUs: number | null },
): Finding[] {
  return (['p99', 'max'] as const).map((key) =>
    withinNeed(
      { what: `publisher lag ${key}`, unit: 'ms', expected: 0, measured: inMs(lagUs[key]), why: lagUs.reasons[key] },
      { below: 0, above: allowedMs(pace, lagMs[key], plainUs[`${key}Us`]), wrong: wrongLagMs[key] },
    ),
  )
}

function gapFindings(): Finding[] {
  const gaps = poissonGapsUs()
  const { mean, deviation } = moments(gaps)
  return [
    within({ what: 'coefficient of variation', unit: 'ratio', expected: 1, measured: deviation / mean }, variationAllowance),
    atMost({
      what: 'distance to the exponential distribution',
      unit: 'ratio',
      expected: distanceLimit,
      measured: distanceTo((gapUs) => 1 - Math.exp(-gapUs / usPerSecond), gaps),
    }),
  ]
}

/** Gaps of one message a second on average. */
function poissonGapsUs(): number[] {
  const { offsetsUs } = buildSchedule(
    { arrivals: 'poisson', channelCount: 1, messagesPerSecondPerChannel: 1, burstCount: 1, durationUs: 2 * gapCount * usPerSecond },
    seededRandom(7, 'calibration'),
  )
  return Array.from(offsetsUs.subarray(1, gapCount + 1), (offset, index) => offset - offsetsUs[index]!)
}

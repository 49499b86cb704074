import type { NetworkPlan } from '../../core/links.ts'
import { usPerMs } from '../../core/units.ts'
import { owedCount } from '../../metrics/ledger.ts'
import type { Finding } from '../../core/calibration-record.ts'
import { atMost, counted, inMs, unless, within, withinNeed, type Check } from '../check.ts'
import { runUndisturbedTrial, type KnownTrial } from '../known-trial.ts'
import { allowedMs, PlainDeliveries, plainMs, tooLong, type Pace } from '../plain-deliveries.ts'

const delayMs = 25
const roundTripMs = 2 * delayMs
const network: NetworkPlan = { delayMs, jitterMs: 0 }
const clientCount = 5
const measuredMs = { quick: 3_000, full: 8_000 } as const
/** Below a round trip, so that every second slot finds its poll unfinished; and above it, so that none does. */
const shortIntervalMs = 46
const longIntervalMs = 70
const lawIntervalMs = 500

/** K32. */
export const relayDelay: Check = {
  answers: [
    {
      id: 'K32',
      title: 'A relay of 25 ms adds exactly its own delay',
      known:
        'one trip more for a push, one round trip for a poll and for the next long poll: +25, +50 and +50 ms; short polling: U(0, T) + 25 ms',
      tolerance:
        '−1/+3 ms for a push, ± 3 ms for a long poll, ± 5 ms for the mean of short polling at 500 ms; more on a slower machine, plus two plain deliveries; half of the slots ± 0.05',
      mechanism:
        'real trials behind the relay process, with a push without it as the baseline; long polls that always find a message time their round trip at 25 and 50 ms, short polls at 46 and 70 ms; plain deliveries alongside',
    },
  ],
  seconds: [45, 75],
  run: ({ quick, say }) =>
    PlainDeliveries.open(async (plain) => {
      const windowMs = measuredMs[quick ? 'quick' : 'full']
      const { measured, pace } = await plain.pace(() => relayTrials(windowMs, say))
      const { near, far, longPoll, fartherLongPoll, law, overrun, kept } = measured
      const plainOf = ({ fromAtUs, untilAtUs }: KnownTrial) => pace.waits.between(fromAtUs, untilAtUs)
      const cycleMs = ({ trial }: KnownTrial) => (clientCount * windowMs) / trial.requests.window.sentCount
      const late = (known: KnownTrial, bearableMs: number) => tooLong(plainMs(plainOf(known).p99Us), bearableMs, 'a poll may be late')
      return {
        K32: [
          delayFinding(
            { what: 'push: median with the relay minus the one without', expected: delayMs, measured: differenceMs(far, near) },
            { below: 1, above: 3 },
            pace,
            plainOf(far).p50Us,
          ),
          delayFinding(
            {
              what: 'long poll: time between two polls of a client, with 25 ms more each way',
              expected: roundTripMs,
              measured: cycleMs(fartherLongPoll) - cycleMs(longPoll),
            },
            { below: 3, above: 3 },
            pace,
            plainOf(fartherLongPoll).meanUs,
          ),
          delayFinding(
            { what: 'short poll every 500 ms: mean delay', expected: lawIntervalMs / 2 + delayMs, measured: meanMs(law) },
            { below: 5, above: 5 },
            pace,
            plainOf(law).meanUs,
          ),
          ...unless(late(overrun, 2 * shortIntervalMs - roundTripMs), [
            within(
              { what: 'share of slots of 46 ms with an unfinished poll', unit: 'ratio', expected: 0.5, measured: overrunRatio(overrun) },
              0.05,
              0.05,
            ),
          ]),
          ...unless(late(kept, longIntervalMs - roundTripMs), [
            atMost({
              what: 'share of slots of 70 ms with an unfinished poll',
              unit: 'ratio',
              expected: 0.05,
              measured: overrunRatio(kept),
            }),
          ]),
          counted(
            'lost',
            0,
            Object.values(measured).reduce((sum, { trial: { ledger } }) => sum + owedCount(ledger), 0),
          ),
        ],
      }
    }),
}

async function relayTrials(windowMs: number, say: (text: string) => void) {
  const trial = (transport: string, messagesPerSecond: number, plan: NetworkPlan | undefined, options: Record<string, unknown> = {}) => {
    say(`${transport}${plan === undefined ? '' : ' behind the relay'}`)
    return runUndisturbedTrial({
      transport,
      options,
      clientCount,
      traffic: { messagesPerSecondPerChannel: messagesPerSecond },
      measuredMs: windowMs,
      network: plan,
    })
  }
  return {
    near: await trial('websocket', 50, undefined),
    far: await trial('websocket', 50, network),
    // A message every 5 ms, so that each poll finds some when it arrives: a cycle is the round trip and what both ends take for it.
    longPoll: await trial('long-poll', 200, network),
    fartherLongPoll: await trial('long-poll', 200, { delayMs: 2 * delayMs, jitterMs: 0 }),
    law: await trial('short-poll', 100, network, { pollIntervalMs: lawIntervalMs }),
    overrun: await trial('short-poll', 20, network, { pollIntervalMs: shortIntervalMs }),
    kept: await trial('short-poll', 20, network, { pollIntervalMs: longIntervalMs }),
  }
}

/** What a relay adds: wrong where a way is counted twice, or not at all. Allowances are those of a quiet machine, in ms. */
export function delayFinding(
  subject: { what: string; expected: number; measured: number | null },
  { below, above }: { below: number; above: number },
  pace: Pick<Pace, 'slownessRatio'>,
  plainUs: number | null,
): Finding {
  return withinNeed(
    { ...subject, unit: 'ms' },
    { below: allowedMs(pace, below, plainUs), above: allowedMs(pace, above, plainUs), wrong: subject.expected + delayMs },
  )
}

function differenceMs(far: KnownTrial, near: KnownTrial): number | null {
  const [farUs, nearUs] = [far, near].map(({ trial }) => trial.deliveryLatencyUs.p50)
  return farUs == null || nearUs == null ? null : (farUs - nearUs) / usPerMs
}

function meanMs({ trial }: KnownTrial): number | null {
  return inMs(trial.deliveryLatencyUs.mean)
}

function overrunRatio({ trial }: KnownTrial): number {
  const { sentCount, overrunCount } = trial.requests.window
  return overrunCount / (sentCount + overrunCount)
}

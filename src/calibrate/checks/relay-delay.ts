import type { NetworkPlan } from '../../core/links.ts'
import { usPerMs } from '../../core/units.ts'
import { owedCount } from '../../metrics/ledger.ts'
import { atMost, counted, inMs, within, type Check } from '../check.ts'
import { runUndisturbedTrial, type KnownTrial } from '../known-trial.ts'

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
      title: 'A relay of 25 ms delays what it should and nothing else',
      known:
        'one way more for a push, one round trip for a poll and for the re-arming of a long poll: +25, +50 and +50 ms; short polling: U(0, T) + 25 ms',
      tolerance: '−1/+3 ms for a push, ± 3 ms for a long poll; 5 ms for the mean of a law of 500 ms; half of the slots ± 0.05',
      mechanism:
        'real trials behind the relay process; a push without it is the zero; long polls that always find something time their own round trip at 25 and 50 ms, polls at 46 and 70 ms theirs',
    },
  ],
  seconds: [45, 75],
  async run({ quick, say }) {
    const windowMs = measuredMs[quick ? 'quick' : 'full']
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
    const near = await trial('websocket', 50, undefined)
    const far = await trial('websocket', 50, network)
    // A message every 5 ms, so that each poll finds some when it arrives: a cycle is the round trip and what both ends take for it.
    const longPoll = await trial('long-poll', 200, network)
    const fartherLongPoll = await trial('long-poll', 200, { delayMs: 2 * delayMs, jitterMs: 0 })
    const law = await trial('short-poll', 100, network, { pollIntervalMs: lawIntervalMs })
    const overrun = await trial('short-poll', 20, network, { pollIntervalMs: shortIntervalMs })
    const kept = await trial('short-poll', 20, network, { pollIntervalMs: longIntervalMs })
    const cycleMs = ({ trial: { requests } }: KnownTrial) => (clientCount * windowMs) / requests.window.sentCount
    const ms = (what: string, expected: number, measured: number | null, below = 1, above = 3) =>
      within({ what, unit: 'ms', expected, measured }, below, above)
    return {
      K32: [
        ms('push: median behind the relay less the one without', delayMs, differenceMs(far, near)),
        ms(
          'long poll: time between two polls of a client, with 25 ms more each way',
          roundTripMs,
          cycleMs(fartherLongPoll) - cycleMs(longPoll),
          3,
        ),
        ms('short poll every 500 ms: mean delay', lawIntervalMs / 2 + delayMs, meanMs(law), 5, 5),
        within(
          { what: 'share of slots of 46 ms with an unfinished poll', unit: 'ratio', expected: 0.5, measured: overrunRatio(overrun) },
          0.05,
          0.05,
        ),
        atMost({ what: 'share of slots of 70 ms with an unfinished poll', unit: 'ratio', expected: 0.05, measured: overrunRatio(kept) }),
        counted(
          'lost',
          0,
          [near, far, longPoll, fartherLongPoll, law, overrun, kept].reduce((sum, { trial: { ledger } }) => sum + owedCount(ledger), 0),
        ),
      ],
    }
  },
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

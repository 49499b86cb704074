import { owedCount } from '../../metrics/ledger.ts'
import { atMost, counted, inMs, within, type Check } from '../check.ts'
import { runKnownTrial } from '../known-trial.ts'

const jumpSeconds = 3_600
const jumpAllowanceSeconds = 120
const longestMs = 1_000
const shim = new URL('../planted/clock-jump.js', import.meta.url).href

/** K08. */
export const clockJump: Check = {
  answers: [
    {
      id: 'K08',
      title: 'A jump of the wall clock changes no latency',
      known:
        'all timestamps come from the monotonic clock: when the wall clocks of all processes of a trial jump by an hour, nothing is early, lost or an hour late',
      tolerance: 'exact for counts; latency below 1 s',
      mechanism: 'a real trial whose processes load a module that shifts Date by +1 h, 2 s after their start',
    },
  ],
  seconds: [9, 9],
  async run() {
    const startedAtMs = new Date().getTime()
    const { trial, deliveries, dueAtUs } = await runKnownTrial({
      transport: 'sse',
      clientCount: 20,
      traffic: { messagesPerSecondPerChannel: 50 },
      measuredMs: 4_000,
      nodeOptions: `--import=${shim}`,
    })
    const earlyCount = deliveries.filter(({ message, receivedAtUs }) => receivedAtUs < dueAtUs[message]!).length
    const { max, reasons } = trial.deliveryLatencyUs
    return {
      K08: [
        within(
          {
            what: 'wall clock of the trial process ahead of this one',
            unit: 's',
            expected: jumpSeconds,
            measured: (new Date(trial.startedAt).getTime() - startedAtMs) / 1_000,
          },
          jumpAllowanceSeconds,
        ),
        counted('deliveries before their message was due', 0, earlyCount),
        counted('lost', 0, owedCount(trial.ledger)),
        atMost({ what: 'longest delivery latency', unit: 'ms', expected: longestMs, measured: inMs(max), why: reasons['max'] }),
      ],
    }
  },
}

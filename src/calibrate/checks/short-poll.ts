import { usPerMs } from '../../core/units.ts'
import { mean } from '../../metrics/student.ts'
import { owedCount } from '../../metrics/ledger.ts'
import { atMost, counted, withinShare, type Check } from '../check.ts'
import { runUndisturbedTrial } from '../known-trial.ts'
import { distanceTo, measuredDeliveries } from '../oracle.ts'

const clientCount = 200
const pollIntervalMs = 1_000
const measuredMs = { quick: 8_000, full: 22_000 } as const
const meanShare = 0.02
const largestDistance = 0.02

/** K05 and K06 from one trial. */
export const shortPoll: Check = {
  answers: [
    {
      id: 'K05',
      title: 'Short polling sends clients × slots requests',
      known: 'the poll grid is absolute, so a window of whole intervals has the same number of slots for every client',
      tolerance: 'exact',
      mechanism: 'a real trial of 200 clients every second; the counts of the clients and of the server',
    },
    {
      id: 'K06',
      title: 'The delay of short polling is uniform',
      known: 'messages at random instants meet a random phase: U(0, T), mean T/2; Kolmogorov–Smirnov distance to it 0',
      tolerance: 'mean ± 2 %, distance at most 0.02',
      mechanism: 'the raw deliveries of the same trial against the schedule, built again from its seed',
    },
  ],
  quick: true,
  seconds: [13, 27],
  async run({ quick }) {
    const windowMs = measuredMs[quick ? 'quick' : 'full']
    const known = await runUndisturbedTrial({
      transport: 'short-poll',
      options: { pollIntervalMs },
      clientCount,
      traffic: { messagesPerSecondPerChannel: 25, arrivals: 'poisson' },
      measuredMs: windowMs,
    })
    const { requests, ledger } = known.trial
    const { sentCount, completedCount, failedCount, timedOutCount, inFlightAtEndCount, serverSeenCount } = requests
    const delaysMs = measuredDeliveries(known).map(({ message, receivedAtUs }) => (receivedAtUs - known.dueAtUs[message]!) / usPerMs)
    return {
      K05: [
        counted(
          'requests and overruns in the window',
          (clientCount * windowMs) / pollIntervalMs,
          requests.window.sentCount + requests.window.overrunCount,
        ),
        counted('overruns in the window', 0, requests.window.overrunCount),
        counted('requests that the server saw', sentCount, serverSeenCount),
        counted('completed, failed, timed out and in flight', sentCount, completedCount + failedCount + timedOutCount + inFlightAtEndCount),
        counted('lost', 0, owedCount(ledger)),
      ],
      K06: [
        counted('deliveries with their raw record', ledger.deliveredCount, delaysMs.length),
        withinShare({ what: 'mean delay', unit: 'ms', expected: pollIntervalMs / 2, measured: mean(delaysMs) }, meanShare),
        atMost({
          what: 'distance to U(0, T)',
          unit: 'ratio',
          expected: largestDistance,
          measured: distanceTo((delayMs) => Math.min(1, Math.max(0, delayMs / pollIntervalMs)), delaysMs),
        }),
      ],
    }
  },
}

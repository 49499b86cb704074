import { usPerMs } from '../../core/units.ts'
import { mean } from '../../metrics/student.ts'
import type { Check } from '../check.ts'
import { atMost, exactly, withinShare } from '../finding.ts'
import { runUndisturbedTrial } from '../known-trial.ts'

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
  kind: 'suite',
  seconds: [13, 27],
  async run({ quick }) {
    const windowMs = measuredMs[quick ? 'quick' : 'full']
    const { trial, deliveries, dueAtUs, fromAtUs, untilAtUs } = await runUndisturbedTrial({
      transport: 'short-poll',
      options: { pollIntervalMs },
      clientCount,
      traffic: { messagesPerSecondPerChannel: 25, arrivals: 'poisson' },
      measuredMs: windowMs,
    })
    const { requests, ledger } = trial
    const { sentCount, completedCount, failedCount, timedOutCount, inFlightAtEndCount, serverSeenCount } = requests
    const delaysMs = deliveries
      .filter(({ message }) => dueAtUs[message]! >= fromAtUs && dueAtUs[message]! < untilAtUs)
      .map(({ message, receivedAtUs }) => (receivedAtUs - dueAtUs[message]!) / usPerMs)
    const count = (what: string, expected: number, measured: number | null) => exactly({ what, unit: 'count', expected, measured })
    return {
      K05: [
        count(
          'requests and overruns in the window',
          (clientCount * windowMs) / pollIntervalMs,
          requests.window.sentCount + requests.window.overrunCount,
        ),
        count('overruns in the window', 0, requests.window.overrunCount),
        count('requests that the server saw', sentCount, serverSeenCount),
        count('completed, failed, timed out and in flight', sentCount, completedCount + failedCount + timedOutCount + inFlightAtEndCount),
        count('lost', 0, ledger.lostCount),
      ],
      K06: [
        count('deliveries with their raw record', ledger.deliveredCount, delaysMs.length),
        withinShare({ what: 'mean delay', unit: 'ms', expected: pollIntervalMs / 2, measured: mean(delaysMs) }, meanShare),
        atMost({
          what: 'distance to U(0, T)',
          unit: 'ratio',
          expected: largestDistance,
          measured: distanceToUniform(delaysMs.map((delay) => delay / pollIntervalMs)),
        }),
      ],
    }
  },
}

/** Kolmogorov–Smirnov distance of a sample to U(0, 1). */
export function distanceToUniform(sample: readonly number[]): number {
  let distance = 0
  for (const [index, value] of sample.toSorted((a, b) => a - b).entries()) {
    const uniform = Math.min(1, Math.max(0, value))
    distance = Math.max(distance, (index + 1) / sample.length - uniform, uniform - index / sample.length)
  }
  return distance
}

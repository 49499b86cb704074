import { usPerMs } from '../../core/units.ts'
import { mean } from '../../metrics/student.ts'
import { owedCount } from '../../metrics/ledger.ts'
import type { Finding } from '../../core/calibration-record.ts'
import { counted, withinNeed, type Check } from '../check.ts'
import { runUndisturbedTrial, type KnownTrial } from '../known-trial.ts'
import { distanceTo, measuredDeliveries } from '../oracle.ts'
import { allowedMs, PlainDeliveries, type Pace } from '../plain-deliveries.ts'

const clientCount = 200
const pollIntervalMs = 1_000
const measuredMs = { quick: 8_000, full: 22_000 } as const
/** Of an interval: for the draw of the phases and the way of a poll on a quiet machine. */
const distance = 0.02
/** A grid that is out by a tenth of its interval is no such grid. */
const wrongDistance = 0.1

/** K05 and K06 from one trial. */
export const shortPoll: Check = {
  answers: [
    {
      id: 'K05',
      title: 'Short polling sends clients × slots requests',
      known: 'polls follow an absolute grid, so a window of whole intervals has the same number of slots for every client',
      tolerance: 'exact',
      mechanism: 'a real trial of 200 clients that poll every second; the counts of the clients and of the server',
    },
    {
      id: 'K06',
      title: 'The delay of short polling is uniform',
      known: 'messages at random instants meet a random poll phase: U(0, T), mean T/2; Kolmogorov–Smirnov distance 0',
      tolerance: 'mean ± 10 ms, distance at most 0.02; both may be larger by what a poll takes on this machine: see below',
      mechanism: 'the raw deliveries of the same trial, compared with the schedule rebuilt from its seed; plain deliveries alongside',
    },
  ],
  quick: true,
  seconds: [13, 27],
  run: ({ quick }) =>
    PlainDeliveries.open(async (plain) => {
      const windowMs = measuredMs[quick ? 'quick' : 'full']
      const { measured: known, pace } = await plain.pace(() =>
        runUndisturbedTrial({
          transport: 'short-poll',
          options: { pollIntervalMs },
          clientCount,
          traffic: { messagesPerSecondPerChannel: 25, arrivals: 'poisson' },
          measuredMs: windowMs,
        }),
      )
      return { K05: slotFindings(known, windowMs), K06: delayFindings(known, pace) }
    }),
}

function slotFindings({ trial: { requests, ledger } }: KnownTrial, windowMs: number): Finding[] {
  const { sentCount, completedCount, failedCount, timedOutCount, inFlightAtEndCount, serverSeenCount } = requests
  return [
    counted(
      'requests and overruns in the window',
      (clientCount * windowMs) / pollIntervalMs,
      requests.window.sentCount + requests.window.overrunCount,
    ),
    counted('overruns in the window', 0, requests.window.overrunCount),
    counted('requests counted by the server', sentCount, serverSeenCount),
    counted('completed, failed, timed out and in flight', sentCount, completedCount + failedCount + timedOutCount + inFlightAtEndCount),
    counted('lost', 0, owedCount(ledger)),
  ]
}

function delayFindings(known: KnownTrial, pace: Pace): Finding[] {
  const delaysMs = measuredDeliveries(known).map(({ message, receivedAtUs }) => (receivedAtUs - known.dueAtUs[message]!) / usPerMs)
  const { meanUs } = pace.waits.between(known.fromAtUs, known.untilAtUs)
  return [
    counted('deliveries with a raw record', known.trial.ledger.deliveredCount, delaysMs.length),
    ...uniformFindings(delaysMs, pace, meanUs),
  ]
}

/** What delays behind a poll grid must be: uniform over an interval, and later by the way of a poll. */
export function uniformFindings(delaysMs: readonly number[], pace: Pick<Pace, 'slownessRatio'>, meanWaitUs: number | null): Finding[] {
  const baseMs = (distance * pollIntervalMs) / 2
  const expected = pollIntervalMs / 2
  const aboveMs = allowedMs(pace, baseMs, meanWaitUs)
  return [
    withinNeed(
      { what: 'mean delay', unit: 'ms', expected, measured: mean(delaysMs) },
      { below: baseMs, above: aboveMs, wrong: expected + wrongDistance * pollIntervalMs },
    ),
    withinNeed(
      {
        what: 'distance to U(0, T)',
        unit: 'ratio',
        expected: 0,
        measured: distanceTo((delayMs) => Math.min(1, Math.max(0, delayMs / pollIntervalMs)), delaysMs),
      },
      // A way of so many ms moves each delay by so much of the interval.
      { below: 0, above: distance + (aboveMs - baseMs) / pollIntervalMs, wrong: wrongDistance },
    ),
  ]
}

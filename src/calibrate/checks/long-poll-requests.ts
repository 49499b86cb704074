import type { Finding } from '../../core/calibration-record.ts'
import { msPerSecond, usPerMs } from '../../core/units.ts'
import { atLeast, counted, unless, type Check } from '../check.ts'
import { runKnownTrial, type KnownTrial } from '../known-trial.ts'
import { PlainDeliveries, plainMs, tooLong } from '../plain-deliveries.ts'

const clientCount = 50
const gapMs = 1_850
const gapsInWindow = 5
/** Timeouts between two messages, by hold time: 0.5 s fits three times into 1.85 s, with time to spare for the polls between them. */
const holdTimeMs = 500
const timeoutsPerGap = Math.floor(gapMs / holdTimeMs)
/** What a poll may take from one answer to the next hold: with more, the message would come before the last timeout. */
const bearableMs = (gapMs - timeoutsPerGap * holdTimeMs) / timeoutsPerGap
/** An edge of the window nearer than this to a message or a timeout would make its side a matter of luck. */
const clearOfEdgeMs = 200

/** K19. */
export const longPollRequests: Check = {
  answers: [
    {
      id: 'K19',
      title: 'Long polling answers every message and every timeout once',
      known: 'in a window of E gaps: N × E responses with a message and N × E × ⌊gap / hold⌋ without; at the end N polls are held',
      tolerance: 'exact if two plain deliveries take less than 116 ms, the time that a poll may be in flight',
      mechanism:
        'a real trial with a hold of 0.5 s and a message every 1.85 s; the counts of clients and server; plain deliveries alongside',
    },
  ],
  quick: true,
  seconds: [16, 16],
  run: () =>
    PlainDeliveries.open(async (plain) => {
      const { measured, pace } = await plain.pace(() =>
        runKnownTrial({
          transport: 'long-poll',
          options: { holdTimeMs },
          clientCount,
          traffic: { messagesPerSecondPerChannel: msPerSecond / gapMs },
          warmUpMs: 2 * gapMs,
          measuredMs: gapsInWindow * gapMs,
        }),
      )
      const { fromAtUs, untilAtUs } = measured
      const longest = pace.waits.between(fromAtUs - gapMs * usPerMs, untilAtUs)
      return { K19: unless(tooLong(plainMs(longest.maxUs), bearableMs, 'a poll may be in flight'), requestFindings(measured)) }
    }),
}

/** What clients and server must have counted. */
export function requestFindings({ trial, dueAtUs, fromAtUs }: Pick<KnownTrial, 'trial' | 'dueAtUs' | 'fromAtUs'>): Finding[] {
  const { requests, ledger, server } = trial
  const { sentCount, completedCount, failedCount, timedOutCount, inFlightAtEndCount, emptyCount, serverSeenCount } = requests
  const sinceMessageMs = (fromAtUs - Math.max(...dueAtUs.filter((due) => due < fromAtUs))) / usPerMs
  return [
    counted('polls answered without a message in the window', clientCount * gapsInWindow * timeoutsPerGap, requests.window.emptyCount),
    counted('polls sent in the window', clientCount * gapsInWindow * (timeoutsPerGap + 1), requests.window.sentCount),
    counted('responses with one message each', ledger.deliveredCount + ledger.warmUpDeliveredCount, completedCount - emptyCount),
    counted('polls held at the end', clientCount, inFlightAtEndCount),
    counted('polls accounted for', sentCount, completedCount + inFlightAtEndCount),
    counted('polls failed or timed out', 0, failedCount + timedOutCount),
    counted('polls counted by the server', sentCount, serverSeenCount),
    counted('empty responses counted by the server', emptyCount, Number(server.counters!['emptyCount'])),
    atLeast({
      what: 'distance from the window edges to the nearest response',
      unit: 'ms',
      expected: clearOfEdgeMs,
      measured: distanceToAnswerMs(sinceMessageMs),
    }),
  ]
}

/** From an instant this long after a message to the nearest answer, in ms: answers come with the message and at each hold after it. */
export function distanceToAnswerMs(sinceMessageMs: number): number {
  const answersMs = Array.from({ length: timeoutsPerGap + 1 }, (_, hold) => hold * holdTimeMs).concat(gapMs)
  return Math.min(...answersMs.map((atMs) => Math.abs(sinceMessageMs - atMs)))
}

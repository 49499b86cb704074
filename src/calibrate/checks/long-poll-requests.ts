import { usPerMs } from '../../core/units.ts'
import { atLeast, counted, type Check } from '../check.ts'
import { runKnownTrial } from '../known-trial.ts'

const clientCount = 100
const gapMs = 1_600
const gapsInWindow = 5
/** Timeouts between two messages, by hold time: 0.5 s fits three times into 1.6 s. Gaps keep clear of its multiples by 100 ms. */
const holdTimeMs = 500
const timeoutsPerGap = Math.floor(gapMs / holdTimeMs)
/** An edge of the window nearer than this to a message or a timeout would make its side a matter of luck. */
const clearOfEdgeMs = 30

/** K19. */
export const longPollRequests: Check = {
  answers: [
    {
      id: 'K19',
      title: 'Long polling answers every message and every timeout once',
      known: 'in a window of E gaps: N × E answers with a message and N × E × ⌊gap / hold⌋ without; at the end N polls are held',
      tolerance: 'exact',
      mechanism: 'a real trial with a hold of 0.5 s and a message every 1.6 s; the counts of clients and server',
    },
  ],
  quick: true,
  seconds: [13, 13],
  async run() {
    const { trial, dueAtUs, fromAtUs } = await runKnownTrial({
      transport: 'long-poll',
      options: { holdTimeMs },
      clientCount,
      traffic: { messagesPerSecondPerChannel: 1_000 / gapMs },
      warmUpMs: 2 * gapMs,
      measuredMs: gapsInWindow * gapMs,
    })
    const { requests, ledger, server } = trial
    const { sentCount, completedCount, failedCount, timedOutCount, inFlightAtEndCount, emptyCount, serverSeenCount } = requests
    const sinceMessageMs = (fromAtUs - Math.max(...dueAtUs.filter((due) => due < fromAtUs))) / usPerMs
    return {
      K19: [
        counted('polls answered without a message in the window', clientCount * gapsInWindow * timeoutsPerGap, requests.window.emptyCount),
        counted('polls sent in the window', clientCount * gapsInWindow * (timeoutsPerGap + 1), requests.window.sentCount),
        counted('answers with one message each', ledger.deliveredCount + ledger.warmUpDeliveredCount, completedCount - emptyCount),
        counted('polls held at the end', clientCount, inFlightAtEndCount),
        counted('polls accounted for', sentCount, completedCount + inFlightAtEndCount),
        counted('polls failed or timed out', 0, failedCount + timedOutCount),
        counted('polls that the server saw', sentCount, serverSeenCount),
        counted('empty answers by the server’s count', emptyCount, Number(server.counters!['emptyCount'])),
        atLeast({
          what: 'distance of the edges to the nearest answer',
          unit: 'ms',
          expected: clearOfEdgeMs,
          measured: distanceToAnswerMs(sinceMessageMs),
        }),
      ],
    }
  },
}

/** From an instant this long after a message to the nearest answer, in ms: answers come with the message and at each hold after it. */
export function distanceToAnswerMs(sinceMessageMs: number): number {
  const answersMs = Array.from({ length: timeoutsPerGap + 1 }, (_, hold) => hold * holdTimeMs).concat(gapMs)
  return Math.min(...answersMs.map((atMs) => Math.abs(sinceMessageMs - atMs)))
}

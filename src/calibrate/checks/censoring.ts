import { isUnbounded } from '../../metrics/quantiles.ts'
import { counted, type Check } from '../check.ts'
import { runSabotaged, saboteurUrl } from '../sabotage/detection.ts'

const every = 50
const messagesPerSecond = 200
const measuredMs = 2_000
const clientCount = 20
const expectedPairs = (messagesPerSecond * measuredMs * clientCount) / 1_000

/** K07. */
export const censoring: Check = {
  answers: [
    {
      id: 'K07',
      title: 'Undelivered messages count as larger than every value',
      known: 'for a server that drops 2 %, p90 is a number, and p99 and the maximum are ∞',
      tolerance: 'exact',
      mechanism: 'a real trial against a mutant server that drops every 50th message',
    },
  ],
  seconds: [9, 9],
  async run() {
    const { trial } = await runSabotaged({
      transport: 'sse',
      serverUrl: saboteurUrl('sse', ['drop'], { every }),
      messagesPerSecond,
      measuredMs,
      tryLimit: 1,
    })
    const { p90, p99, max, reasons, censoredCount } = trial.deliveryLatencyUs
    return {
      K07: [
        counted('expected pairs', expectedPairs, trial.ledger.expectedCount),
        counted('pairs without a delivery', expectedPairs / every, censoredCount),
        counted('p90 is a number', 1, p90 === null ? 0 : 1),
        counted('p99 is ∞', 1, p99 === null && isUnbounded(reasons['p99']) ? 1 : 0),
        counted('max is ∞', 1, max === null && isUnbounded(reasons['max']) ? 1 : 0),
      ],
    }
  },
}

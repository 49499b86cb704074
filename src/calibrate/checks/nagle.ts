import { usPerMs } from '../../core/units.ts'
import { nearestRank } from '../../metrics/quantiles.ts'
import type { Check } from '../check.ts'
import { atMost, within } from '../finding.ts'
import { expectedLatencyUs, overheadsUs } from '../oracle.ts'
import { runSabotaged, saboteurUrl } from '../sabotage/detection.ts'

/** Only where the client speaks right after each answer does Linux delay the acknowledgement (docs/decisions.md). */
const transport = 'long-poll'
const plateauMs = 40
const plateauAllowanceMs = 8
const plainLimitMs = 8

/** K24. */
export const nagle: Check = {
  answers: [
    {
      id: 'K24',
      title: 'Nagle’s algorithm shows as a plateau of 40 ms',
      known:
        'split writes with TCP_NODELAY off: the second waits for the delayed acknowledgement of the first, 40 ms on Linux (TCP_DELACK_MIN)',
      tolerance: '40 ± 8 ms; at most 8 ms with TCP_NODELAY on',
      mechanism: 'real trials of long polling against a saboteur and against its own server; p50 of measured − oracle',
    },
  ],
  quick: true,
  kind: 'suite',
  seconds: [12, 12],
  async run() {
    const medianMs = async (serverUrl?: string): Promise<number | null> => {
      const known = await runSabotaged({
        transport,
        ...(serverUrl === undefined ? {} : { serverUrl }),
        messagesPerSecond: 10,
        // The kernel acknowledges the first segments of a connection at once.
        warmUpMs: 2_000,
        measuredMs: 2_000,
        // A median of 20 messages to 20 clients stands where a few are disturbed, and the quick set has its time.
        tryLimit: 1,
      })
      const overheads = Float64Array.from(overheadsUs(known, expectedLatencyUs({ dueAtUs: known.dueAtUs })))
      const medianUs = nearestRank(overheads.sort(), 0.5)
      return medianUs === null ? null : medianUs / usPerMs
    }
    const plain = await medianMs()
    const nagled = await medianMs(saboteurUrl(transport, ['nagle']))
    return {
      K24: [
        within({ what: 'p50 over the oracle, TCP_NODELAY off', unit: 'ms', expected: plateauMs, measured: nagled }, plateauAllowanceMs),
        atMost({ what: 'p50 over the oracle, TCP_NODELAY on', unit: 'ms', expected: plainLimitMs, measured: plain }),
      ],
    }
  },
}

import { atMost, within, type Check } from '../check.ts'
import { saboteurUrl } from '../sabotage/detection.ts'
import { sparseTrial } from '../sabotage/latency-sabotage.ts'

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
  seconds: [12, 12],
  async run() {
    // A median of 20 messages to 20 clients stands where a few are disturbed, and the quick set has its time.
    const plain = await sparseTrial(transport, undefined, 1)
    const nagled = await sparseTrial(transport, saboteurUrl(transport, ['nagle']), 1)
    return {
      K24: [
        within(
          { what: 'p50 over the oracle, TCP_NODELAY off', unit: 'ms', expected: plateauMs, measured: nagled.medianMs },
          plateauAllowanceMs,
        ),
        atMost({ what: 'p50 over the oracle, TCP_NODELAY on', unit: 'ms', expected: plainLimitMs, measured: plain.medianMs }),
      ],
    }
  },
}

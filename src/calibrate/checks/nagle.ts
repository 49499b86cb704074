import type { Finding } from '../../core/calibration-record.ts'
import { withinNeed, type Check } from '../check.ts'
import { allowedMs, PlainDeliveries, type Pace } from '../plain-deliveries.ts'
import { saboteurUrl } from '../sabotage/detection.ts'
import { sparseTrial } from '../sabotage/latency-sabotage.ts'

/** Only where the client sends right after each response does Linux delay the acknowledgement (docs/decisions.md). */
const transport = 'long-poll'
const plateauMs = 40
const allowanceMs = 8

/** K24. */
export const nagle: Check = {
  answers: [
    {
      id: 'K24',
      title: 'Nagle’s algorithm shows as a plateau of 40 ms',
      known:
        'split writes with TCP_NODELAY off: the second write waits for the delayed acknowledgement of the first, 40 ms on Linux (TCP_DELACK_MIN)',
      tolerance: '8 ms, more on a slower machine, plus two plain deliveries; less than the plateau',
      mechanism:
        'real trials of long polling against a mutant server and the ordinary server; p50 of measured − oracle; plain deliveries alongside',
    },
  ],
  quick: true,
  seconds: [12, 12],
  run: () =>
    PlainDeliveries.open(async (plain) => {
      // A median of 20 messages to 20 clients stands where a few are disturbed, and the quick set has its time.
      const { measured, pace } = await plain.pace(async () => ({
        on: await sparseTrial(transport, undefined, 1),
        off: await sparseTrial(transport, saboteurUrl(transport, ['nagle']), 1),
      }))
      return { K24: plateauFindings(measured.off.medianMs, measured.on.medianMs, pace) }
    }),
}

/**
 * What delayed acknowledgements must add, and must not.
 *
 * @param offMs p50 over the oracle with TCP_NODELAY off
 * @param onMs the same with TCP_NODELAY on
 */
export function plateauFindings(offMs: number | null, onMs: number | null, pace: Pick<Pace, 'slownessRatio' | 'waits'>): Finding[] {
  const allowed = allowedMs(pace, allowanceMs, pace.waits.between(-Infinity, Infinity).p50Us)
  const added = offMs === null || onMs === null ? null : offMs - onMs
  return [
    withinNeed(
      { what: 'p50 with TCP_NODELAY off, minus p50 with it on', unit: 'ms', expected: plateauMs, measured: added },
      // One acknowledgement too many or too few.
      { below: allowed, above: allowed, wrong: 2 * plateauMs - allowanceMs },
    ),
    withinNeed(
      { what: 'p50 above the oracle, TCP_NODELAY on', unit: 'ms', expected: 0, measured: onMs },
      { below: 0, above: allowed, wrong: plateauMs - allowanceMs },
    ),
  ]
}

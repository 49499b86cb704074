import { usPerMs } from '../../core/units.ts'
import { defaultLevel, halfWidth, moments } from '../../metrics/student.ts'
import { runCampaign } from '../campaign.ts'
import { saboteurUrl } from '../sabotage/detection.ts'
import { atLeast, atMost, counted, withinShare, type Check } from '../check.ts'

const transport = 'sse'
const plain = 'plain'
const busy = 'busy'
const plantedMs = 2
/** Both work for 3 ms a message, the one before it delivers, the other mostly after: what work itself changes in a machine is not planted. */
const commonMs = 1
const blockCount = 8
const estimateShare = 0.1
const urlOf = (label: string): string =>
  saboteurUrl(
    transport,
    ['busy'],
    label === busy ? { busyUs: (commonMs + plantedMs) * usPerMs } : { busyUs: commonMs * usPerMs, afterUs: plantedMs * usPerMs },
  )

/** K27. */
export const plantedDifference: Check = {
  answers: [
    {
      id: 'K27',
      title: 'A seeded difference of 2 ms is found',
      known:
        'two servers that work for 3 ms per message, one entirely before the delivery, the other 1 ms before and 2 ms after it; messages 50 ms apart do not queue, so each delivery is 2.0 ms later',
      tolerance: 'the 95 % interval contains 2.0 ms; estimate ± 10 %',
      mechanism:
        'one campaign of 8 blocks through the runner and the comparison; the difference of p50 per block with its Student t interval',
    },
  ],
  kind: 'planted',
  seconds: [105, 105],
  async run({ say }) {
    const document = await runCampaign({
      transport,
      labels: [plain, busy],
      clientCount: 20,
      messagesPerSecond: 20,
      measuredMs: 4_000,
      blockCount,
      matters: { deliveryLatencyP50: { ratio: 1.1 } },
      specOf: (label) => ({ serverUrl: urlOf(label) }),
      say,
    })
    const pair = document.comparison.metrics.find(({ metric }) => metric === 'deliveryLatencyP50')?.pairs[0]
    const { mean, low, high, count } = differenceMs(
      [busy, plain].map((label) => document.summary.find((row) => row.contender === label)?.metrics.deliveryLatencyP50),
    )
    return {
      K27: [
        counted('blocks compared', blockCount, count),
        counted('pairs in which the plain server is better', 1, pair?.verdict === 'better' && pair.better === plain ? 1 : 0),
        withinShare({ what: 'difference of p50, mean over blocks', unit: 'ms', expected: plantedMs, measured: mean }, estimateShare),
        atMost({ what: 'low end of its 95 % interval', unit: 'ms', expected: plantedMs, measured: low }),
        atLeast({ what: 'high end of its 95 % interval', unit: 'ms', expected: plantedMs, measured: high }),
      ],
    }
  },
}

/** Paired differences by block with their Student t interval at 95 %, in ms; values of the summary are in µs. */
export function differenceMs(rows: readonly ({ values: number[]; blocks: number[] } | undefined)[]): {
  mean: number | null
  low: number | null
  high: number | null
  count: number
} {
  const [a, b] = rows
  const differences = (a?.blocks ?? []).flatMap((block, at) => {
    const other = b?.blocks.indexOf(block) ?? -1
    return other === -1 ? [] : [(a!.values[at]! - b!.values[other]!) / usPerMs]
  })
  if (differences.length < 2) return { mean: null, low: null, high: null, count: differences.length }
  const found = moments(differences)
  const half = halfWidth(found, defaultLevel)
  return { mean: found.mean, low: found.mean - half, high: found.mean + half, count: differences.length }
}

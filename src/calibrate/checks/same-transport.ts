import type { MetricId } from '../../core/metric.ts'
import { metrics } from '../../core/metric.ts'
import { runCampaign } from '../campaign.ts'
import { atMost, counted, type Check } from '../check.ts'

const labels = Array.from('ABCDEFGHIJ')
const pairCount = (labels.length * (labels.length - 1)) / 2
const blockCount = 8
/** 5 % of 45 with the binomial margin at 99 %. */
const mostDifferent = 5
const compared: readonly MetricId[] = ['deliveryLatencyP50', 'deliveryLatencyP99', 'serverCpu']

/** K26. */
export const sameTransport: Check = {
  answers: [
    {
      id: 'K26',
      title: 'One transport under ten labels shows no difference',
      known: 'all 45 pairs of ten labels of SSE are equal, so at most 5 % may be reported as different',
      tolerance: 'at most 5 of 45 for each metric',
      mechanism: 'one campaign of 8 blocks and 80 trials through the runner and the comparison that every result uses',
    },
  ],
  kind: 'aa',
  seconds: [370, 370],
  async run({ say }) {
    const document = await runCampaign({
      transport: 'sse',
      labels,
      clientCount: 200,
      messagesPerSecond: 20,
      measuredMs: 2_000,
      blockCount,
      matters: Object.fromEntries(compared.map((id) => [id, { ratio: 1.1 }])),
      say,
    })
    const trialCount = labels.length * blockCount
    const countedCount = document.summary.reduce((sum, row) => sum + row.countedTrialCount, 0)
    return {
      K26: [
        counted('trials that count', trialCount, countedCount),
        ...compared.flatMap((metric) => {
          const pairs = document.comparison.metrics.find((entry) => entry.metric === metric)?.pairs ?? []
          const differentCount = pairs.filter(({ verdict }) => verdict === 'better' || verdict === 'negligible').length
          return [
            counted(`${metrics[metric].label}: pairs compared`, pairCount, pairs.length),
            atMost({
              what: `${metrics[metric].label}: pairs reported as different`,
              unit: 'count',
              expected: mostDifferent,
              measured: differentCount,
            }),
          ]
        }),
      ],
    }
  },
}

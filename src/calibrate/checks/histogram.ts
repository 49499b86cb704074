import { distribution, histogramQuantile, mergeHistograms } from '../../metrics/quantiles.ts'
import { counted, exactly, within, type Check } from '../check.ts'

const workerCount = 50_000
const pooledUs = 64_100
/** What four workers, three fast and one slow, have as a mean of their p99s: the answer that must not come out. */
const meanOfP99sUs = 26_400
const largestError = 0.001

/** K28. */
export const histogram: Check = {
  answers: [
    {
      id: 'K28',
      title: 'Histograms are merged, never averaged',
      known:
        'three workers with a p99 of 2 ms and one of 99.6 ms, 50,000 values each: the pooled p99 is 64.1 ms by construction, the mean of the four p99s 26.4 ms',
      tolerance: 'exact for counts, 0 to +0.1 % for values',
      mechanism: 'the distribution and the merge that every result uses, in their V2 encoding',
    },
  ],
  quick: true,
  seconds: [1, 1],
  async run() {
    const complete = { censoredCount: 0 }
    const fast = Float64Array.from({ length: workerCount }, (_, index) => Math.round((2_000 * (index + 1)) / 49_500))
    // 2,000 of the pooled 200,000 values lie above 64.1 ms, all of them the slow worker's: that is its own 96 %.
    const slow = Float64Array.from({ length: workerCount }, (_, index) =>
      Math.round(index < 48_000 ? (pooledUs * (index + 1)) / 48_000 : pooledUs + (35_500 * (index - 47_999)) / 1_500),
    )
    const workers = [fast, fast, fast, slow]
    const parts = workers.map((values) => distribution(values, complete))
    const merged = mergeHistograms(parts.map((part) => part.histogram))
    const pooled = distribution(Float64Array.from(workers.flatMap((values) => [...values])), complete)
    const meanOfP99s = parts.reduce((sum, part) => sum + part.p99!, 0) / parts.length
    const quantiles = [0.5, 0.9, 0.99, 0.999]
    const exactUs = [pooled.p50, pooled.p90, pooled.p99, pooled.p999]
    return {
      K28: [
        exactly({ what: 'pooled p99 of exact values', unit: 'ms', expected: pooledUs / 1_000, measured: pooled.p99! / 1_000 }),
        within(
          {
            what: 'p99 of the merged histograms',
            unit: 'ms',
            expected: pooledUs / 1_000,
            measured: (histogramQuantile(merged, 0.99) ?? NaN) / 1_000,
          },
          0,
          (pooledUs / 1_000) * largestError,
        ),
        exactly({ what: 'mean of the p99s, for contrast', unit: 'ms', expected: meanOfP99sUs / 1_000, measured: meanOfP99s / 1_000 }),
        counted('merged text equals that of all values at once', 1, mergeHistograms([pooled.histogram]) === merged ? 1 : 0),
        ...quantiles.map((q, at) =>
          within(
            {
              what: `error of q = ${q} after a round trip`,
              unit: 'ratio',
              expected: 0,
              measured: (histogramQuantile(merged, q) ?? NaN) / exactUs[at]! - 1,
            },
            0,
            largestError,
          ),
        ),
      ],
    }
  },
}

import { z } from 'zod'
import { metricIds, metrics, storedUnits, type Metric } from './metric.ts'
import { amount, count, label, maybe, reasons } from './result-parts.ts'
import { ledger } from './trial-result.ts'

const metricSummary = z.strictObject({
  unit: z.enum(storedUnits).describe('Of the values, the median and its interval.'),
  values: z.array(amount).describe('One value per block that counts, in block order.'),
  blocks: z.array(count),
  median: maybe,
  low: maybe,
  high: maybe,
  level: amount,
  reasons,
})

/** Units of the metrics of a document of the version before, which names none. */
function withUnits(summaries: unknown): unknown {
  if (typeof summaries !== 'object' || summaries === null) return summaries
  return Object.fromEntries(
    Object.entries(summaries).map(([id, summary]: [string, unknown]) => {
      const unit = (metrics as Readonly<Record<string, Metric>>)[id]?.unit.stored
      return [id, typeof summary === 'object' && summary !== null && unit !== undefined ? { unit, ...summary } : summary]
    }),
  )
}

/** A contender over its blocks. */
export const summaryRow = z.strictObject({
  contender: label,
  transport: z.string(),
  trialCount: count,
  countedTrialCount: count.describe(
    'Trials of which at least one family of figures enters medians and comparisons: valid and tainted ones.',
  ),
  repeatedCount: count.optional().describe('Trials that were repeated; they are in none of the other counts. Absent in older results.'),
  validity: z.strictObject({ valid: count, tainted: count, invalid: count, unknown: count, failed: count }),
  metrics: z.preprocess(withUnits, z.partialRecord(z.enum(metricIds), metricSummary)),
  ledger,
  deliveryCount: count,
  effectiveDeliveryCount: maybe,
  latencyHistogram: z.string().describe('Delivery latency of the trials in which it counts, merged; HdrHistogram V2, µs.'),
  traits: z.strictObject({
    protocol: z.string(),
    direction: z.string(),
    complexity: z.strictObject({ serverLines: count, clientLines: count, branches: count, dependencies: z.array(z.string()) }),
    proxies: z.string(),
    fits: z.string(),
    fitsAi: z.string(),
  }),
  reasons,
})

/** What a comparison can end with; "undecided" is a result. */
export const verdicts = ['better', 'practicallyEqual', 'negligible', 'undecided'] as const

const pairVerdict = z.strictObject({
  a: label,
  b: label,
  scale: z.enum(['ratio', 'difference']).describe('ratio: a ÷ b from paired log-ratios. difference: a − b, where a value is 0.'),
  estimate: amount,
  low: maybe,
  high: maybe,
  level: amount.describe('Level of the interval that the verdict is based on, 0 to 1: that of Holm, or 0.9 for practicallyEqual (TOST).'),
  pValue: maybe,
  hodgesLehmann: maybe.describe(
    'Median of the Walsh averages of the paired differences, on the scale of estimate. From eight blocks on; never decides.',
  ),
  signFlipPValue: maybe.describe('Exact two-sided sign-flip p over the blocks. From eight blocks on; never decides.'),
  blockCount: count,
  verdict: z.enum(verdicts),
  better: label.nullable(),
  blocksToDecide: count.nullable(),
  reasons,
})

/** All pairs of contenders, metric by metric, and the limits that were broken. */
export const comparison = z.strictObject({
  metrics: z.array(
    z.strictObject({
      metric: z.enum(metricIds),
      ratioThatMatters: amount,
      floorThatMatters: maybe,
      pairs: z.array(pairVerdict),
      reasons,
    }),
  ),
  limitBreaches: z.array(z.strictObject({ limit: z.string(), contender: label, block: count, measured: maybe, allowed: amount, reasons })),
  unjudgedLimits: z
    .array(z.strictObject({ limit: z.string(), contender: label }))
    .optional()
    .describe(
      'Limits that could not be checked for a contender, because the figure counts in none of its trials. Absent in results of earlier versions.',
    ),
})

export type SummaryRow = z.output<typeof summaryRow>
export type MetricSummary = z.output<typeof metricSummary>
export type Comparison = z.output<typeof comparison>
export type PairVerdict = z.output<typeof pairVerdict>

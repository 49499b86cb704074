import { z } from 'zod'
import { metricIds } from './metric.ts'
import { amount, count, label, maybe, reasons } from './result-parts.ts'

/**
 * What the figures of two runs can come to. Lower is better in each metric. `undecided` was judged, and the interval leaves it open;
 * `notJudged` could not be.
 */
export const runVerdicts = ['regression', 'improvement', 'practicallyEqual', 'negligible', 'undecided', 'notJudged'] as const

const run = z.strictObject({
  file: z.string(),
  scenario: z.string(),
  startedAt: z.string().nullable(),
  commit: z.string().nullable(),
  dirty: z.boolean().nullable(),
  blockCount: count,
  interrupted: z.boolean(),
  reasons,
})

/** Used where a run does not have, or does not record, a setting. Settings are shown as JSON, where strings have quotes. */
export const notKnown = 'not known'

/** A setting in both runs. */
const setting = z.strictObject({ path: z.string(), before: z.string(), after: z.string() }).describe(`Values as JSON, or "${notKnown}".`)

const barrier = setting.extend({
  kind: z.enum(['scenario', 'machine', 'unknown']).describe('unknown: the machine of one run is not fully recorded.'),
})

const verdict = z.strictObject({
  contender: label,
  metric: z.enum(metricIds),
  scale: z
    .enum(['ratio', 'difference'])
    .describe('ratio: after ÷ before from the means of logarithms. difference: after − before, where a value is 0.'),
  before: maybe.describe('Median over blocks.'),
  after: maybe,
  estimate: maybe,
  low: maybe,
  high: maybe,
  level: amount.describe('Level of the interval, 0 to 1: that of Holm over all rows, or 0.9 for practicallyEqual (TOST).'),
  pValue: maybe.describe("Of Welch's t: the blocks of two runs are not paired."),
  differenceThatMatters: maybe.describe('On the scale of estimate; declared by the scenario of the run before.'),
  minimumDetectableEffect: maybe.describe(
    'Where it is undecided: the smallest change, up or down, that these blocks could have shown, on the scale of estimate. Half the width of the interval at level.',
  ),
  beforeBlockCount: count,
  afterBlockCount: count,
  verdict: z.enum(runVerdicts),
  blocksToDecide: count.nullable().describe('Blocks on each side.'),
  reasons,
})

const ledgerVerdict = z.strictObject({
  contender: label,
  figure: z
    .enum(['lostCount', 'duplicatedCount', 'reorderedCount', 'unexpectedCount', 'corruptedCount'])
    .describe('lostCount: deliveries that were lost, and those that the contender stopped delivering.'),
  before: count,
  after: count,
  beforeExpectedCount: count,
  afterExpectedCount: count,
  verdict: z.enum(['regression', 'improvement', 'equal']).describe('By count, in proportion to the deliveries that each run expected.'),
})

/** What `bench compare --json` prints. */
export const runComparisonSchema = z.strictObject({
  schemaVersion: z.literal(1),
  before: run,
  after: run,
  comparable: z.boolean(),
  barriers: z.array(barrier).describe('Why the runs are not comparable; empty when they are.'),
  noted: z.array(setting).describe('Other differences, which do not prevent a comparison: code, number of blocks, seed, what matters.'),
  verdicts: z.array(verdict).describe('Every contender and metric; empty when the runs are not comparable.'),
  ledger: z.array(ledgerVerdict).describe('Every count that is above 0 in a run; empty when the runs are not comparable.'),
  withoutTrial: z.array(label).describe('Contenders without a valid or tainted trial in one of the runs.'),
  unjudged: z.array(label).describe('Contenders of which no figure was judged.'),
  counts: z.record(z.enum(runVerdicts), count).describe('Verdicts by kind, those of the ledger included.'),
})

export type RunComparison = z.output<typeof runComparisonSchema>
export type Barrier = z.output<typeof barrier>
export type SettingInBoth = z.output<typeof setting>
export type RunVerdict = z.output<typeof verdict>
export type LedgerVerdict = z.output<typeof ledgerVerdict>

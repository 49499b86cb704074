import { z } from 'zod'
import { answerSchema } from './answer.ts'
import { comparison, summaryRow } from './comparison-result.ts'
import { metricIds } from './metric.ts'
import { amount, count, label, maybe, reasons, versionOf } from './result-parts.ts'
import { resultSchema } from './result.ts'
import { owners } from './trial-result.ts'

/** Raised when a reader of the previous version would misread a study. */
export const studyVersion = 2

const axis = z.strictObject({
  path: z.string(),
  label: z.string(),
  unit: z.enum(['', 'ms', 'bytes']).describe('Unit of the values; empty for a count or a rate, which the label names.'),
  values: z.array(amount).describe('In the order of the scenario; empty in a search, which chooses them.'),
})

const pointRow = summaryRow.omit({ effectiveDeliveryCount: true, latencyHistogram: true, traits: true, reasons: true })

const load = z
  .strictObject({
    contender: label,
    block: count,
    deliveriesPerSecond: maybe.describe('Deliveries of the measured window that were received in time.'),
    isSaturated: z.boolean().describe('It could not keep up with the offered load, and is not ranked.'),
    cause: z
      .enum(owners)
      .optional()
      .describe('Who caused the trial to differ from the plan, or to break a limit. Absent in studies of earlier versions.'),
    boundBy: z
      .array(z.string())
      .describe('Processes of the causing side whose event loops were at their limit: "server", "client host 1".'),
    reasons,
  })
  .describe('A trial of a point, counted or not.')

const point = z.strictObject({
  number: count.describe('1, 2, 3 … in the order of the axes; names the folder.'),
  folder: z.string().nullable().describe('Folder of its own result.json, relative to study.json; null before it runs.'),
  values: z.array(amount).describe('One for each axis, in their order.'),
  settings: z.record(z.string(), amount).describe('Other settings of this point alone, by path.'),
  status: z.enum(['planned', 'running', 'done', 'interrupted', 'refused']),
  rank: maybe.describe('Place in the order in which points ran, from 1.'),
  estimatedSeconds: amount,
  totalMessagesPerSecond: amount,
  expectedDeliveriesPerSecond: amount.optional().describe('By the schedule, on average. Absent in studies of earlier versions.'),
  loads: z.array(load).optional().describe('What was delivered of it, trial by trial. Absent in studies of earlier versions.'),
  rows: z.array(pointRow).describe('A row for each contender that ran here.'),
  notes: z
    .array(z.strictObject({ contender: label, block: count, status: z.string(), text: z.string() }))
    .describe('Why trials of this point are not valid.'),
  limitBreaches: comparison.shape.limitBreaches,
  unjudgedLimits: comparison.shape.unjudgedLimits,
  reasons,
})

const crossing = z.strictObject({
  value: amount.describe('On the axis, where the interpolated log-ratio of the pair is 0.'),
  low: maybe.describe('Between low and high the interval of the pair contains 0. Null: it does so up to the end of the axis.'),
  high: maybe,
  lowerBelow: label.describe('Contender with the lower figure below the value.'),
  lowerAbove: label,
  matters: z.boolean().describe('On both sides there is a point at which the contenders differ reliably, by at least what matters.'),
  reasons,
})

/** Where along the first axis two contenders change places in one metric. */
const breakEven = z.strictObject({
  metric: z.enum(metricIds),
  a: label,
  b: label,
  at: maybe.describe('Value of the second axis.'),
  scale: z.enum(['log', 'linear']).describe('How the axis was interpolated: by its logarithm where its values span a decade.'),
  from: amount.describe('Ends of the axis between which both have a value.'),
  to: amount,
  pointCount: count,
  level: amount.describe('Level of the interval at each point, not adjusted for the number of pairs.'),
  verdict: z
    .enum(['crosses', 'never', 'equal', 'undecided'])
    .describe('equal: at every point the difference is smaller than what matters.'),
  lower: label.nullable().describe('Contender that is lower throughout, where verdict is "never".'),
  crossings: z.array(crossing),
  open: z.array(z.strictObject({ from: amount, to: amount })).describe('Ranges without a crossing in which the interval contains 0.'),
  reasons,
})

const searchStep = z.strictObject({
  point: count.describe('Number of its point.'),
  value: amount,
  purpose: z.enum(['grow', 'bisect', 'confirm', 'confirm above']),
  outcome: z.enum(['pass', 'fail', 'generator']).describe('generator: the limit was the harness or the machine, not the server.'),
  cause: z
    .enum(owners)
    .optional()
    .describe('Who reached the limit, as in loads of the point; absent where it passed, and in older studies.'),
  why: z.array(z.string()),
})

const searchAnswer = z.strictObject({
  contender: label,
  verdict: z
    .enum(['confirmed', 'at least', 'not confirmed', 'none', 'unknown', 'unfinished'])
    .describe(
      'confirmed: passes at value and fails one step above. at least: passes at value; above it, something other than the transport was the limit. not confirmed: a repeated step gave a different outcome, and value is the largest that passed every time. none: even the first value fails.',
    ),
  value: maybe,
  failsAt: maybe.describe('Smallest value at which the contender itself broke a limit.'),
  steps: z.array(searchStep),
  reasons,
})

/**
 * The study document, `study.json`: a scenario at several points of one or two axes. Each point is a complete run with a
 * result document of its own; this holds what its reports are drawn from. Written after every point.
 */
export const studySchema = z.strictObject({
  studyVersion: versionOf(studyVersion),
  answer: answerSchema
    .optional()
    .describe('What the study says to the question of its scenario. Absent in studies of before there were answers.'),
  kind: z.enum(['sweep', 'search']),
  startedAt: z.string(),
  harness: resultSchema.shape.harness,
  environment: resultSchema.shape.environment,
  scenario: resultSchema.shape.scenario,
  interrupted: z.boolean(),
  estimatedSeconds: amount,
  axes: z.array(axis).min(1).max(2),
  contenders: z.array(z.strictObject({ label, transport: z.string() })),
  points: z.array(point),
  breakEven: z.array(breakEven),
  search: z.array(searchAnswer),
  warnings: resultSchema.shape.warnings,
})

export type StudyDocument = z.output<typeof studySchema>
export type StudyAxis = z.output<typeof axis>
export type StudyPointResult = z.output<typeof point>
export type PointLoad = z.output<typeof load>
export type PointRow = z.output<typeof pointRow>
export type BreakEven = z.output<typeof breakEven>
export type Crossing = z.output<typeof crossing>
export type SearchAnswer = z.output<typeof searchAnswer>
export type SearchStep = z.output<typeof searchStep>

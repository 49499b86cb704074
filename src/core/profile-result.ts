import { z } from 'zod'
import { amount, count, environment, harness, maybe, reasons } from './result-parts.ts'

/** Raised when a reader of the previous version would misread a profile. */
export const profileSchemaVersion = 1

/** What a model is fitted for. Processor is of one server process; bytes are those of the application (HTTP, frames, payload). */
export const fittedFigures = ['serverCpu', 'liveHeap', 'resident', 'kernel', 'descriptors', 'bytesUp', 'bytesDown', 'connectCpu'] as const

export type FittedFigure = (typeof fittedFigures)[number]

/** What a workload may lie inside or outside of: the settings that the experiment varied. */
export const profileSettings = [
  'clientCount',
  'messagesPerSecond',
  'deliveriesPerSecond',
  'pollsPerSecond',
  'upstreamPerSecond',
  'payloadBytes',
  'fanOutCount',
  'pollIntervalMs',
  'holdTimeMs',
  'utilisation',
] as const

export type ProfileSetting = (typeof profileSettings)[number]

const term = z.strictObject({
  id: z.string().describe('Quantity that the cost is for, of src/advisor/model/activity.ts.'),
  unit: z.string(),
  value: amount,
  low: amount.describe('Ends of the interval at 95 %; the value itself where it follows by arithmetic.'),
  high: amount,
  origin: z.enum(['fitted', 'arithmetic']),
})

const fit = z
  .strictObject({
    unit: z.string().describe('Of what the model answers.'),
    terms: z.array(term),
    covariance: z.array(z.array(amount)).describe('Of the terms, in their order; zeros for what follows by arithmetic.'),
    scatterRatio: amount.describe('Standard deviation of measured ÷ predicted: how far a single trial scatters around the model.'),
    criticalT: amount.describe('Student t at 95 % for the degrees of freedom.'),
    pointCount: count.describe('Measured points that it was fitted to.'),
  })
  .describe('A sum of terms: unit cost × quantity.')

const coefficient = z.strictObject({ unit: z.string(), value: amount, low: amount, high: amount, pointCount: count })

const range = z.strictObject({ low: amount, high: amount })

const transportProfile = z.strictObject({
  transport: z.string(),
  fits: z.record(z.enum(fittedFigures), fit),
  spans: z
    .strictObject({ batchUs: amount, wakeUs: amount })
    .describe(
      'How long the process stays awake, in µs, after a message and after a poll: work that arrives within this time causes no wake-up. Fitted together with serverCpu.',
    ),
  latency: z
    .strictObject({ transitP50Us: coefficient, transitP99Us: coefficient, perReaderP50Us: coefficient, perReaderP99Us: coefficient })
    .describe(
      'transit: the part that interval, fan-out and queue do not explain, on the loopback. perReader: what each additional reader of a message adds.',
    ),
  ranges: z.partialRecord(z.enum(profileSettings), range).describe('Of the fitted points.'),
})

const checkedFigure = z.strictObject({
  figure: z.string(),
  unit: z.string(),
  predicted: maybe,
  measured: maybe,
  errorRatio: maybe.describe('|predicted − measured| / measured.'),
  isInside: z.boolean().nullable().describe('Whether the measured value lies in the interval of the prediction.'),
  reasons,
})

const validationRow = z.strictObject({ transport: z.string(), point: z.string(), figures: z.array(checkedFigure) })

const accuracy = z.strictObject({
  transport: z.string(),
  figure: z.string(),
  pointCount: count,
  medianErrorRatio: maybe,
  worstErrorRatio: maybe,
  isTrusted: z.boolean().describe('Median error at most 10 % and worst at most 25 %; always false without a point.'),
  reasons,
})

const point = z.strictObject({
  transport: z.string(),
  name: z.string(),
  role: z.enum(['fitted', 'held out']),
  status: z.string().describe('Validity of its trial, or "failed".'),
  workload: z.record(z.string(), z.union([amount, z.string(), z.boolean(), z.null()])),
  measured: z.record(z.string(), maybe),
  reasons,
})

/** What `bench profile` writes: the cost model of one machine, and how well it predicted what it had not seen. */
export const profileSchema = z.strictObject({
  schemaVersion: z.literal(profileSchemaVersion),
  harness,
  environment,
  environmentHash: z.string(),
  startedAt: z.string(),
  durationSeconds: amount,
  isQuick: z.boolean(),
  seed: count,
  cursorBytes: count
    .optional()
    .describe('Bytes of a cursor in its trials, as the model counts them. Absent = 3, from a version in which a cursor was only a count.'),
  transports: z.array(transportProfile),
  validation: z.array(validationRow).describe('Held-out points, which no fit used.'),
  accuracy: z.array(accuracy),
  notTrusted: z.array(z.string()).describe('Sentences that say where not to trust the model.'),
  points: z.array(point),
})

export type Profile = z.output<typeof profileSchema>
export type TransportProfile = z.output<typeof transportProfile>
export type Spans = TransportProfile['spans']
export type Fit = z.output<typeof fit>
export type FitTerm = z.output<typeof term>
export type ValidationRow = z.output<typeof validationRow>
export type CheckedFigure = z.output<typeof checkedFigure>
export type Accuracy = z.output<typeof accuracy>
export type ProfilePoint = z.output<typeof point>

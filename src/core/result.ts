import { z } from 'zod'
import { answerSchema } from './answer.ts'
import { calibrationStateSchema } from './calibration-record.ts'
import { comparison, summaryRow } from './comparison-result.ts'
import { amount, count, environment, harness, label, maybe, reasons, versionOf } from './result-parts.ts'
import { trial } from './trial-result.ts'
import { warningCodes } from './warnings.ts'

/** Raised when a reader of the previous version would misread a document. */
export const schemaVersion = 2

const control = z.strictObject({
  messagesPerSecond: amount,
  durationMs: amount,
  serverCpuMsPerSecond: maybe,
  publisherLagP99Us: maybe,
  reasons,
})

/** The result document. Finite numbers only; each null has its reason in the same object. */
export const resultSchema = z.strictObject({
  schemaVersion: versionOf(schemaVersion),
  answer: answerSchema
    .optional()
    .describe('What the run says to the question of its scenario. Absent in results of before there were answers.'),
  harness,
  environment,
  scenario: z.strictObject({
    name: z.string(),
    resolved: z.record(z.string(), z.unknown()),
    sources: z.record(z.string(), z.enum(['default', 'file', 'quick', 'flag'])),
  }),
  plan: z.strictObject({
    blockOrder: z.array(z.array(label)),
    channelCount: count,
    totalMessagesPerSecond: amount,
    expectedDeliveriesPerSecond: amount.optional().describe('What all clients together should receive; absent in older results.'),
    clientHostCount: count,
    estimatedSeconds: amount,
  }),
  interrupted: z.boolean(),
  trials: z.array(trial),
  failedTrials: z.array(z.strictObject({ contender: label, block: count, position: count, message: z.string() })),
  summary: z.array(summaryRow),
  comparison,
  calibration: z.strictObject({ control: control.nullable(), state: calibrationStateSchema, reasons }),
  warnings: z.array(z.strictObject({ code: z.enum(warningCodes), message: z.string() })),
})

export type ResultDocument = z.output<typeof resultSchema>

export type * from './calibration-record.ts'
export type * from './comparison-result.ts'
export type * from './trial-result.ts'

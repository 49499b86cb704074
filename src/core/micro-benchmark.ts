import { z } from 'zod'
import { environment, harness } from './result-parts.ts'
import { scenarioGroups } from './scenario.ts'

/**
 * A micro-benchmark is a scenario without clients of ours in a trial: it asks the libraries themselves, or puts another generator
 * beside the harness. Its file lies among the scenarios and names it under "measure" in place of traffic and contenders.
 */
export const microBenchmarkIds = ['framing-micro', 'http-saturation'] as const
export type MicroBenchmarkId = (typeof microBenchmarkIds)[number]

const head = {
  $schema: z.string().optional(),
  title: z.string().min(1).max(200),
  question: z.string().min(1).max(1_000),
  story: z.string().min(1).max(1_000).optional(),
  group: z.enum(scenarioGroups).optional(),
  quick: z.record(z.string(), z.unknown()).optional(),
  roundCount: z.int().min(1).max(100).default(5).describe('How often everything is measured, each time in fresh processes.'),
}

const framingFile = z.strictObject({
  ...head,
  measure: z.literal('framing-micro'),
  messageBytes: z.array(z.int().min(32).max(1_048_576)).min(1).max(10).describe('Sizes of the data of a message, in UTF-8 bytes.'),
  samplingMs: z.int().min(20).max(60_000).default(500).describe('How long each operation runs in a round, in ms.'),
})

const saturationFile = z.strictObject({
  ...head,
  measure: z.literal('http-saturation'),
  connectionCount: z.int().min(1).max(10_000).default(100).describe('Connections of either generator.'),
  measuredMs: z.int().min(1_000).max(600_000).default(5_000).describe('How long each generator runs in a round, in ms.'),
  paceRatio: z
    .number()
    .gt(0)
    .max(0.9)
    .default(0.3)
    .describe('Polls per second of our own paced clients, as a share of what the closed loop reached.'),
})

/** the schema of the file of a micro-benchmark. */
export const microBenchmarkFileSchema = z.discriminatedUnion('measure', [framingFile, saturationFile])

export type FramingFile = z.output<typeof framingFile>
export type SaturationFile = z.output<typeof saturationFile>
export type MicroBenchmarkFile = z.output<typeof microBenchmarkFileSchema>

const figure = z.strictObject({
  label: z.string().describe('What was measured: an operation and a size, or a generator and a figure.'),
  group: z.string().describe('Rows of a table that stand together.'),
  unit: z.string(),
  values: z.array(z.number()).describe('One a round.'),
  median: z.number(),
  low: z.number().describe('Smallest of the rounds.'),
  high: z.number().describe('Largest of the rounds.'),
})

/** What a micro-benchmark found; measure.json. */
export const microBenchmarkResultSchema = z.strictObject({
  schemaVersion: z.literal(1),
  harness,
  environment,
  name: z.string(),
  measure: z.enum(microBenchmarkIds),
  title: z.string(),
  question: z.string(),
  settings: z.record(z.string(), z.unknown()),
  isComplete: z.boolean().describe('False when it was stopped before its last round.'),
  figures: z.array(figure),
  notes: z.array(z.string()).describe('How to read it, and what it does not say.'),
})

export type MicroBenchmarkFigure = z.output<typeof figure>
export type MicroBenchmarkResult = z.output<typeof microBenchmarkResultSchema>

import { z } from 'zod'
import { environment, harness } from './result-parts.ts'

/**
 * A micro-benchmark is a scenario without clients of ours in a trial: it asks the libraries themselves, or puts another
 * generator beside the harness. Its file lies among the scenarios and names it under "measure" in place of traffic and contenders.
 */
const microBenchmarkIds = ['framing-micro', 'http-saturation'] as const
export type MicroBenchmarkId = (typeof microBenchmarkIds)[number]

const figure = z.strictObject({
  label: z.string().describe('What was measured: an operation and a size, or a generator and a figure.'),
  group: z.string().describe('Group of rows in the table.'),
  unit: z.string(),
  values: z.array(z.number()).describe('One per round.'),
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
  notes: z.array(z.string()).describe('How to read it, and what it does not show.'),
})

export type MicroBenchmarkFigure = z.output<typeof figure>
export type MicroBenchmarkResult = z.output<typeof microBenchmarkResultSchema>

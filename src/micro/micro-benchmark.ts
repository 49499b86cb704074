import { z } from 'zod'
import type { MicroBenchmarkFigure, MicroBenchmarkId } from '../core/micro-benchmark.ts'
import { scenarioGroups } from '../core/scenario.ts'
import { msPerSecond } from '../core/units.ts'
import { isRecord, type JsonSchema } from '../scenario/allowed-values.ts'
import type { OpenedFile } from '../scenario/open-file.ts'
import { quickForm } from '../scenario/quick-form.ts'
import { issuesOf, scenarioError } from '../scenario/scenario-issues.ts'

const operationsPerSize = 12
const startSeconds = 1.5
const trialSeconds = 5

const head = {
  $schema: z.string().optional(),
  title: z.string().min(1).max(200),
  question: z.string().min(1).max(1_000),
  story: z.string().min(1).max(1_000).optional(),
  group: z.enum(scenarioGroups).optional(),
  quick: z.record(z.string(), z.unknown()).optional(),
  roundCount: z.int().min(1).max(100).default(5).describe('How many times everything is measured, each time in fresh processes.'),
}

const framingFile = z.strictObject({
  ...head,
  measure: z.literal('framing-micro'),
  messageBytes: z.array(z.int().min(32).max(1_048_576)).min(1).max(10).describe('Sizes of the message data, in UTF-8 bytes.'),
  samplingMs: z.int().min(20).max(60_000).default(500).describe('How long each operation runs in a round, in ms.'),
})

const saturationFile = z.strictObject({
  ...head,
  measure: z.literal('http-saturation'),
  connectionCount: z.int().min(1).max(10_000).default(100).describe('Connections of each generator.'),
  measuredMs: z.int().min(1_000).max(600_000).default(5_000).describe('How long each generator runs in a round, in ms.'),
  paceRatio: z
    .number()
    .gt(0)
    .max(0.9)
    .default(0.3)
    .describe('Polls per second of our paced clients, as a share of what the closed loop reached.'),
})

const microBenchmarkFileSchema = z.discriminatedUnion('measure', [framingFile, saturationFile])

export type FramingFile = z.output<typeof framingFile>
export type SaturationFile = z.output<typeof saturationFile>
export type MicroBenchmarkFile = z.output<typeof microBenchmarkFileSchema>

/** The JSON Schema of such files (draft 2020-12), as a writer of them sees it. */
export function microBenchmarkJsonSchema(): JsonSchema {
  return z.toJSONSchema(microBenchmarkFileSchema, { io: 'input' }) as JsonSchema
}

/**
 * Checks the opened file of a micro-benchmark, in both forms, and fills in defaults.
 *
 * @throws {HarnessError} ERR_SCENARIO_INVALID or ERR_USAGE with all issues at once
 */
export function checkMicroBenchmark({ parsed, file }: OpenedFile, isQuick = false): MicroBenchmarkFile {
  if (isQuick && !isRecord(parsed.quick))
    throw scenarioError([
      { code: 'ERR_USAGE', place: '--quick', text: `${file} has no quick form. Leave the flag out, or add "quick" to the file.` },
    ])
  const forms = [
    { isWanted: !isQuick, raw: parsed as unknown, quick: undefined as unknown },
    ...(isRecord(parsed.quick) ? [{ isWanted: isQuick, raw: quickForm(parsed), quick: parsed.quick }] : []),
  ]
  let wanted: MicroBenchmarkFile | undefined
  for (const { isWanted, raw, quick } of forms) {
    const checked = microBenchmarkFileSchema.safeParse(raw)
    const context = { raw, quick, flags: new Map<string, never>(), file, schema: microBenchmarkJsonSchema }
    if (!checked.success) throw scenarioError(checked.error.issues.flatMap((issue) => issuesOf(issue, context)))
    if (isWanted) wanted = checked.data
  }
  return wanted!
}

/** One figure of one round. */
export type Reading = Pick<MicroBenchmarkFigure, 'label' | 'group' | 'unit'> & { value: number }

/** About how long one round takes, in seconds. */
export function roundSeconds(file: MicroBenchmarkFile): number {
  if (file.measure === 'framing-micro')
    return startSeconds + (1.5 * operationsPerSize * file.messageBytes.length * file.samplingMs) / msPerSecond
  return startSeconds + trialSeconds + (2 * file.measuredMs) / msPerSecond
}

/** About how long all rounds take, in seconds. */
export function microBenchmarkSeconds(file: MicroBenchmarkFile): number {
  return file.roundCount * roundSeconds(file)
}

/** How to read each micro-benchmark, and what it does not say. */
export const microBenchmarkNotes: Readonly<Record<MicroBenchmarkId, string[]>> = {
  'framing-micro': [
    'Medians of tinybench by operation, each over many messages at a time, without kernel, sockets or clients: what the libraries and the wire format cost, not what a transport costs.',
    '“Request and answer” covers both sides, undici and node:http, in one process over a pipe in memory. The rows of SSE do not include its transfer coding (node:http): 8 bytes and a length per event.',
    'The range covers the rounds, each in a fresh process.',
  ],
  'http-saturation': [
    'autocannon sends the next request at once on every connection: what it reaches is the capacity of server and generator together. Its own rate option is not used, because its correction mixes seconds and milliseconds.',
    'Our clients poll at fixed intervals, as browsers do: a poll then often meets an idle server and pays for its wake-up. Never size one kind of load from the other.',
    'Polls are empty (204), on kept connections, without pipelining. "By that" is 1 s divided by the CPU time of one poll.',
  ],
}

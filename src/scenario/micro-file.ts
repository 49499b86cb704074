import { z } from 'zod'
import { microBenchmarkFileSchema, type MicroBenchmarkFile } from '../core/micro-benchmark.ts'
import { isRecord, type JsonSchema } from './allowed-values.ts'
import { quickForm } from './quick-form.ts'
import { faultsOfIssue, scenarioError } from './scenario-faults.ts'

/** True for a parsed scenario file that names a micro-benchmark in place of traffic and contenders. */
export function isMicroBenchmark(parsed: unknown): boolean {
  return isRecord(parsed) && 'measure' in parsed
}

/** The JSON Schema of such files (draft 2020-12), as a writer of them sees it. */
export function microBenchmarkJsonSchema(): JsonSchema {
  return z.toJSONSchema(microBenchmarkFileSchema, { io: 'input' }) as JsonSchema
}

/**
 * Checks the parsed file of a micro-benchmark, in both forms, and fills in defaults.
 *
 * @param file its name for faults
 * @throws {HarnessError} ERR_SCENARIO_INVALID or ERR_USAGE with all faults at once
 */
export function checkMicroBenchmark(parsed: Record<string, unknown>, file: string, isQuick: boolean): MicroBenchmarkFile {
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
    if (!checked.success) throw scenarioError(checked.error.issues.flatMap((issue) => faultsOfIssue(issue, context)))
    if (isWanted) wanted = checked.data
  }
  return wanted!
}

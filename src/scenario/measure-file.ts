import { z } from 'zod'
import { measureFileSchema, type MeasureFile } from '../core/measure.ts'
import { isRecord, type JsonSchema } from './allowed-values.ts'
import { quickForm } from './quick-form.ts'
import { faultsOfIssue, scenarioError } from './scenario-faults.ts'

/** True for a parsed scenario file that names a measure in place of traffic and contenders. */
export function isMeasure(parsed: unknown): boolean {
  return isRecord(parsed) && 'measure' in parsed
}

/** The JSON Schema of such files (draft 2020-12), as a writer of them sees it. */
export function measureJsonSchema(): JsonSchema {
  return z.toJSONSchema(measureFileSchema, { io: 'input' }) as JsonSchema
}

/**
 * Checks a parsed file that names a measure, in both forms, and fills in defaults.
 *
 * @param file its name for faults
 * @throws {HarnessError} ERR_SCENARIO_INVALID or ERR_USAGE with all faults at once
 */
export function checkMeasure(parsed: Record<string, unknown>, file: string, isQuick: boolean): MeasureFile {
  if (isQuick && !isRecord(parsed.quick))
    throw scenarioError([
      { code: 'ERR_USAGE', place: '--quick', text: `${file} has no quick form. Leave the flag out, or add "quick" to the file.` },
    ])
  const forms = [
    { isWanted: !isQuick, raw: parsed as unknown, quick: undefined as unknown },
    ...(isRecord(parsed.quick) ? [{ isWanted: isQuick, raw: quickForm(parsed), quick: parsed.quick }] : []),
  ]
  let wanted: MeasureFile | undefined
  for (const { isWanted, raw, quick } of forms) {
    const checked = measureFileSchema.safeParse(raw)
    const context = { raw, quick, flags: new Map<string, never>(), file, schema: measureJsonSchema() }
    if (!checked.success) throw scenarioError(checked.error.issues.flatMap((issue) => faultsOfIssue(issue, context)))
    if (isWanted) wanted = checked.data
  }
  return wanted!
}

import { z } from 'zod'
import { amount, environment, harness, maybe, nullReasons, reasons } from './result-parts.ts'

/** Raised when a reader of the previous version would misread a calibration record. */
export const calibrationSchemaVersion = 1

/** One figure whose right value was known before it was measured. */
const finding = z.strictObject({
  what: z.string(),
  expected: amount,
  measured: maybe,
  unit: z.string(),
  tolerance: z.string().describe('"exact", or how far the measured value may lie from the expected one, in the same unit.'),
  verdict: z.enum(['pass', 'fail', 'skipped']),
  reasons,
})

const check = z.strictObject({
  id: z.string(),
  title: z.string(),
  verdict: z.enum(['passed', 'failed', 'skipped']),
  startedAt: z.string(),
  durationSeconds: amount.describe('Time of the run; checks that share a run get equal parts of it.'),
  findings: z.array(finding),
})

/** What `bench calibrate` writes: calibration.json, aa.json and planted.json (docs/calibration.md). */
export const calibrationRecordSchema = z.strictObject({
  schemaVersion: z.literal(calibrationSchemaVersion),
  startedAt: z.string(),
  harness: harness.omit({ command: true }),
  environment,
  environmentHash: z.string().describe('SHA-256 of what can change a figure: machine, kernel, Node, libraries, harness version, sysctls.'),
  quick: z.boolean(),
  durationSeconds: amount.describe('Sum over the runs of the checks below.'),
  missingIds: z
    .array(z.string())
    .describe('Checks of the quick set that did not run, or that could not be judged on this machine as it was.'),
  checks: z.array(check),
  verdict: z.enum(['passed', 'failed', 'incomplete']),
})

/** What a reader of a report must know first. Only `passed` is green; `stale` and `failed` are red. */
const calibrationStatuses = ['passed', 'failed', 'stale', 'incomplete', 'neverRun'] as const

const part = z.strictObject({
  status: z.enum(calibrationStatuses),
  startedAt: z.string().nullable(),
  environmentHash: z.string().nullable(),
  commit: z.string().nullable(),
  quick: z.boolean().nullable(),
  durationSeconds: maybe,
  missingIds: z.array(z.string()),
  checks: z.array(check),
  reasons,
})

/** A calibration that is not there, with the reason. */
export function neverRun(reason: string): CalibrationPart {
  const none = { startedAt: null, environmentHash: null, commit: null, quick: null, durationSeconds: null }
  return { status: 'neverRun', ...none, missingIds: [], checks: [], reasons: { status: reason, ...nullReasons(none, reason) } }
}

const before = 'the run did not look for a self-test'

/** The latest calibration as a result carries it, judged against the environment of the run. */
export const calibrationStateSchema = z
  .strictObject({
    environmentHash: z.string().nullable().describe('Of the run itself; null in results written before the self-test existed.'),
    suite: part,
    aa: part.describe('K26: one transport under ten labels; how many pairs were reported as different.'),
    planted: part.describe('K27: a seeded difference of 2 ms between two otherwise equal servers.'),
    reasons,
  })
  .default({
    environmentHash: null,
    suite: neverRun(before),
    aa: neverRun(before),
    planted: neverRun(before),
    reasons: { environmentHash: before },
  })

export type CalibrationRecord = z.output<typeof calibrationRecordSchema>
export type CalibrationState = z.output<typeof calibrationStateSchema>
export type CalibrationPart = z.output<typeof part>
export type CheckRecord = z.output<typeof check>
export type Finding = z.output<typeof finding>

/** The three files of a calibration folder by what they hold. */
export const calibrationFiles = { suite: 'calibration.json', aa: 'aa.json', planted: 'planted.json' } as const

/** Measured, and not judged, since the machine was too slow or too busy for it: `reasons.verdict` says by how much. */
export function isUnjudged({ verdict, reasons }: Finding): boolean {
  return verdict === 'skipped' && reasons['verdict'] !== undefined
}

/** Which checks of the quick set have no verdict, and why: "K05 did not run; K01 could not be judged on a machine so slow or busy". */
export function missingText({ missingIds, checks }: Pick<CalibrationRecord, 'missingIds' | 'checks'>): string {
  const ran = new Set(checks.map(({ id }) => id))
  const said = (ids: readonly string[], what: string): string[] => (ids.length === 0 ? [] : [`${ids.join(', ')} ${what}`])
  return [
    ...said(
      missingIds.filter((id) => !ran.has(id)),
      'did not run',
    ),
    ...said(
      missingIds.filter((id) => ran.has(id)),
      'could not be judged because the machine was too slow or busy',
    ),
  ].join('; ')
}

export type CalibrationKind = keyof typeof calibrationFiles

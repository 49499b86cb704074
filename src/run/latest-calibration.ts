import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  calibrationFiles,
  calibrationRecordSchema,
  missingText,
  neverRun,
  type CalibrationPart,
  type CalibrationRecord,
  type CalibrationState,
} from '../core/calibration-record.ts'
import { messageOf } from '../core/errors.ts'
import { commandPrefix } from '../core/package-root.ts'
import type { ResultDocument } from '../core/result.ts'
import { environmentHash } from '../machine/environment.ts'

/** The latest calibration of a folder, judged against the environment of a run. Never throws: what cannot be read was never run. */
export function latestCalibration(dir: string, environment: ResultDocument['environment'], harnessVersion: string): CalibrationState {
  const present = environmentHash(environment, harnessVersion)
  return {
    environmentHash: present,
    suite: partOf(join(dir, calibrationFiles.suite), present, `run "${commandPrefix()} calibrate --quick"`),
    aa: partOf(join(dir, calibrationFiles.aa), present, `run "${commandPrefix()} calibrate K26"`),
    planted: partOf(join(dir, calibrationFiles.planted), present, `run "${commandPrefix()} calibrate K27"`),
    reasons: {},
  }
}

/** A record of calibration, or why there is none that can be read. */
export function readCalibration(file: string): CalibrationRecord | { reason: string } {
  try {
    const checked = calibrationRecordSchema.safeParse(JSON.parse(readFileSync(file, 'utf8')))
    if (checked.success) return checked.data
    const [issue] = checked.error.issues
    return { reason: `the record does not match its schema (${issue?.path.join('.')}: ${issue?.message})` }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { reason: 'there is no record' }
    return { reason: `the record cannot be read (${messageOf(error)})` }
  }
}

function partOf(file: string, present: string, advice: string): CalibrationPart {
  const record = readCalibration(file)
  if ('reason' in record) return neverRun(`${record.reason}: ${advice}`)
  const { startedAt, quick, durationSeconds, missingIds, checks, harness } = record
  const isStale = record.environmentHash !== present
  const reasons: Record<string, string> = {}
  if (harness.commit === null) reasons['commit'] = harness.reasons['commit'] ?? 'not known'
  if (isStale) reasons['status'] = `it was made in a different environment, or with another version: ${advice}`
  else if (record.verdict === 'incomplete') reasons['status'] = `${missingText(record)}: ${advice}`
  return {
    status: isStale ? 'stale' : record.verdict,
    startedAt,
    environmentHash: record.environmentHash,
    commit: harness.commit,
    quick,
    durationSeconds,
    missingIds,
    checks,
    reasons,
  }
}

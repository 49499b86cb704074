import {
  calibrationFiles,
  calibrationSchemaVersion,
  isUnjudged,
  type CalibrationKind,
  type CalibrationRecord,
  type CheckRecord,
} from '../core/calibration-record.ts'
import { join } from 'node:path'
import { openFolder, replaceFile } from '../core/files.ts'
import { trialEnvironment, readHarness, environmentHash } from '../machine/environment.ts'
import { exitCodes } from '../core/errors.ts'
import { readCalibration } from '../run/latest-calibration.ts'
import { quickIds } from './checks.ts'

/** The three files of a calibration folder; each entry is replaced when its check has run again. */
export class CalibrationFolder {
  readonly path: string
  readonly #quick: boolean
  readonly #command: string

  /**
   * @throws {HarnessError} ERR_RESULT_UNWRITABLE if nothing can be written there
   */
  constructor(path: string, { quick, command }: { quick: boolean; command: string }) {
    this.path = openFolder(path, 'calibration')
    this.#quick = quick
    this.#command = command
  }

  /** Puts these checks into their file and returns what it now holds. Entries of another environment are dropped: they say nothing about this one. */
  add(kind: CalibrationKind, fresh: readonly CheckRecord[]): CalibrationRecord {
    const file = join(this.path, calibrationFiles[kind])
    const { command: _, ...harness } = readHarness(this.#command)
    const environment = { ...trialEnvironment(), pinning: 'as in a run' }
    const hash = environmentHash(environment, harness.version)
    const before = readCalibration(file)
    const kept = 'reason' in before || before.environmentHash !== hash ? [] : before.checks
    const record = mergeRecord(kept, fresh, kind === 'suite' ? quickIds : [])
    const whole: CalibrationRecord = {
      schemaVersion: calibrationSchemaVersion,
      startedAt: record.checks.map(({ startedAt }) => startedAt).toSorted()[0]!,
      harness,
      environment,
      environmentHash: hash,
      quick: this.#quick || (kept.length > 0 && !('reason' in before) && before.quick),
      ...record,
    }
    replaceFile(file, `${JSON.stringify(whole, null, 2)}\n`)
    return whole
  }
}

/** What a record holds when `fresh` has run after `kept`: each check once, in the order of the K-numbers. */
export function mergeRecord(
  kept: readonly CheckRecord[],
  fresh: readonly CheckRecord[],
  neededIds: readonly string[],
): Pick<CalibrationRecord, 'checks' | 'missingIds' | 'durationSeconds' | 'verdict'> {
  const byId = new Map([...kept, ...fresh].map((check) => [check.id, check]))
  const merged = [...byId.values()].toSorted((a, b) => (a.id < b.id ? -1 : 1))
  const missingIds = neededIds.filter((id) => byId.get(id)?.findings.some(isUnjudged) ?? true)
  return {
    checks: merged,
    missingIds,
    durationSeconds: Number(merged.reduce((sum, check) => sum + check.durationSeconds, 0).toFixed(1)),
    verdict: merged.some(({ verdict }) => verdict === 'failed') ? 'failed' : missingIds.length > 0 ? 'incomplete' : 'passed',
  }
}

/**
 * 0 when every check passed (skipped ones aside); 4 when one failed, since a limit that the harness sets itself is broken; 5
 * when one could not be judged on this machine as it is.
 */
export function exitCodeOf(checks: readonly CheckRecord[]): number {
  if (checks.some(({ verdict }) => verdict === 'failed')) return exitCodes.limit
  return checks.some(({ findings }) => findings.some(isUnjudged)) ? exitCodes.noValidTrial : exitCodes.done
}

import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { calibrationFiles } from '../core/calibration-record.ts'

const name = 'calibration'
const usualOut = 'results'

/** Where `bench calibrate --out <out>` keeps its records. */
export function calibrationFolderOf(out: string): string {
  return join(out, name)
}

/** Where a run with `--out <out>` finds the latest calibration: beside its results, else where it usually is. */
export function latestCalibrationFolder(out: string): string {
  const beside = calibrationFolderOf(out)
  const isThere = Object.values(calibrationFiles).some((file) => existsSync(join(beside, file)))
  return isThere ? beside : calibrationFolderOf(usualOut)
}

import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { packageRoot } from '../../src/core/package-root.ts'

const script = join(packageRoot(), 'test/oracle/recheck.py')

/** Why tests of the oracle are left out, or false. An automatic build must have Python: there they run, and fail. */
export const skipOracle =
  process.env['CI'] !== 'true' && spawnSync('python3', ['--version']).status !== 0 ? 'python3 is not installed' : false

/** Has Python compute a result folder again; the exit code and what it printed. */
export function recheck(folder: string, ...flags: string[]): { code: number | null; text: string } {
  // -B: no compiled files beside the sources.
  const { status, stdout, stderr, error } = spawnSync('python3', ['-B', script, folder, ...flags], { encoding: 'utf8' })
  return { code: status, text: error === undefined ? stdout + stderr : String(error) }
}

import { statSync } from 'node:fs'
import { exitCodes, harnessError } from '../core/errors.ts'
import type { RunComparison } from '../core/run-comparison.ts'
import type { FlagValues } from './flags.ts'
import { print, reportColumns, usesColour } from './output.ts'
import { readResultAt } from './result-file.ts'

/**
 * `bench compare <before> <after>`: two results of one scenario, each as the folder of a run or its result.json.
 *
 * @returns 5 if they are not comparable or a contender has no trial that counts; 4 on a regression with `--fail-on-regression`
 * @throws {HarnessError} ERR_RESULT_INVALID for what is no result; ERR_USAGE for one result given twice
 */
export async function compare(before: string, after: string, flags: FlagValues): Promise<number> {
  const [left, right] = [readResultAt(before), readResultAt(after)]
  if (isSameFile(left.file, right.file))
    throw harnessError('ERR_USAGE', `compare: ${before} and ${after} are the same result. Give two runs, the older one first.`)
  const { compareReport, compareResults } = await import('../report/compare-report.ts')
  const comparison = compareResults(left, right)
  await print(
    flags['json'] === true
      ? `${JSON.stringify(comparison, null, 2)}\n`
      : compareReport(comparison, left.document, { columns: reportColumns(), colour: usesColour(process.stdout) }),
  )
  return exitCodeOf(comparison, flags['failOnRegression'] === true)
}

/** By device and inode: a pipe has no path behind its name. */
function isSameFile(left: string, right: string): boolean {
  const [a, b] = [statSync(left), statSync(right)]
  return a.dev === b.dev && a.ino === b.ino
}

function exitCodeOf(comparison: RunComparison, failsOnRegression: boolean): number {
  if (!comparison.comparable) return exitCodes.noValidTrial
  if (failsOnRegression && comparison.counts.regression > 0) return exitCodes.limit
  return comparison.withoutTrial.length > 0 ? exitCodes.noValidTrial : exitCodes.done
}

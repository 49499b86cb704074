import { statSync } from 'node:fs'
import { exitCodes, harnessError } from '../core/errors.ts'
import type { RunComparison } from '../core/run-comparison.ts'
import type { FlagValues } from './flags.ts'
import { print, printWarnings, reportColumns, usesColour } from './output.ts'
import { readResultAt } from './result-file.ts'

/**
 * `bench compare <before> <after>`: two results of one scenario, each as the folder of a run or its result.json.
 *
 * With `--fail-on-regression`, which is a gate: what was not judged is said on stderr, and a gate that judged nothing never passes.
 *
 * @returns 5 if they are not comparable or a contender has no trial that counts, with `--fail-on-regression` also if no figure of
 * a contender was judged; 4 on a regression with it
 * @throws {HarnessError} ERR_RESULT_INVALID for what is no result; ERR_USAGE for one result given twice
 */
export async function compare(before: string, after: string, flags: FlagValues): Promise<number> {
  const [left, right] = [readResultAt(before), readResultAt(after)]
  if (isSameFile(left.file, right.file))
    throw harnessError('ERR_USAGE', `compare: ${before} and ${after} are the same result. Give two runs, the older one first.`)
  const { compareReport, compareResults, fullCompareReport, gateWarning } = await import('../report/compare-terminal.ts')
  const comparison = compareResults(left, right)
  const drawn = flags['full'] === true ? fullCompareReport : compareReport
  await print(
    flags['json'] === true
      ? `${JSON.stringify(comparison, null, 2)}\n`
      : drawn(comparison, left.document, { columns: reportColumns(), colour: usesColour(process.stdout) }),
  )
  const isGate = flags['failOnRegression'] === true
  const unjudged = isGate && comparison.comparable ? gateWarning(comparison) : undefined
  if (unjudged !== undefined) await printWarnings([unjudged])
  return exitCodeOf(comparison, isGate)
}

/** By device and inode: a pipe has no path behind its name. */
function isSameFile(left: string, right: string): boolean {
  const [a, b] = [statSync(left), statSync(right)]
  return a.dev === b.dev && a.ino === b.ino
}

function exitCodeOf({ comparable, counts, withoutTrial, unjudged, verdicts }: RunComparison, isGate: boolean): number {
  if (!comparable) return exitCodes.noValidTrial
  if (isGate && counts.regression > 0) return exitCodes.limit
  const judgedNothing = unjudged.length > 0 || verdicts.length === 0
  return withoutTrial.length > 0 || (isGate && judgedNothing) ? exitCodes.noValidTrial : exitCodes.done
}

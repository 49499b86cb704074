/** How a test file ended: at the first try, at the second, or not at all. `seconds` are of all its tries. */
export interface FileOutcome {
  file: string
  verdict: 'passed' | 'passed at the second try' | 'failed'
  seconds: number
}

/**
 * Files that hold no time or cost against arithmetic: counts, texts, exit codes, figures that are computed again, and gates
 * that must find what was planted for them. They run two at a time. What is not named here runs alone.
 */
export const lightFiles: readonly string[] = [
  'known-answer/studies',
  'known-answer/faults',
  'known-answer/naive-long-poll-rate',
  'known-answer/dead-peers',
  'known-answer/everyone-speaks',
  'process/cli-progress',
  'process/cli-output',
  'process/oracle-traffic',
  'process/scenarios',
  'process/oracle',
  'process/os-limits',
  'process/cli-study',
  'known-answer/sabotage-counts',
  'known-answer/server-kill',
  'known-answer/probe',
  'process/cli-signals',
  'process/reconnect-storm',
  'process/fresh-trials',
  'process/leaks',
  'known-answer/sabotage-ledger',
  'process/calibrate',
  'process/cli-usage',
  'known-answer/descriptors',
  'known-answer/equal-settings',
  'known-answer/failing-server',
  'known-answer/upstream',
  'known-answer/fault-gates',
  'known-answer/ports',
  'known-answer/job-requests',
  'process/killed-run',
  'process/cli-compare',
  'process/choose',
  'process/cli-limits',
  'process/cli-terminal',
  'known-answer/without-proc',
  'known-answer/broken-trial',
  'known-answer/accept-overflow',
]

/** Files of tests by how they are run; the longest of the light ones stand first, so that both lanes end together. */
export interface SerialPlan {
  light: readonly string[]
  alone: readonly string[]
}

/**
 * Tells the files that run two at a time from those that run alone.
 *
 * @param files as "known-answer/freeze"
 * @throws {Error} when a light file does not exist
 */
export function planSerially(files: readonly string[], light: readonly string[] = lightFiles): SerialPlan {
  const gone = light.filter((file) => !files.includes(file))
  if (gone.length > 0) throw new Error(`scripts/serial-tests.ts names tests that are not there: ${gone.join(', ')}`)
  return { light, alone: files.filter((file) => !light.includes(file)) }
}

/**
 * Runs the light files two at a time, then the others one after the other. They measure real processes on a machine that
 * may not be theirs alone, so a file that fails is run once more, by itself, and said to have needed it; what fails twice
 * has failed.
 *
 * @param run runs one file and says whether it passed
 * @param nowSeconds a clock
 */
export async function runSerially(
  { light, alone }: SerialPlan,
  run: (file: string) => Promise<boolean>,
  nowSeconds: () => number,
): Promise<FileOutcome[]> {
  const outcomes = new Map<string, FileOutcome>()
  const tryOnce = async (file: string): Promise<boolean> => {
    const startedAt = nowSeconds()
    const before = outcomes.get(file)
    const hasPassed = await run(file)
    const verdict = !hasPassed ? 'failed' : before === undefined ? 'passed' : 'passed at the second try'
    outcomes.set(file, { file, verdict, seconds: (before?.seconds ?? 0) + nowSeconds() - startedAt })
    return hasPassed
  }
  const left = light.values()
  const lane = async (): Promise<void> => {
    for (const file of left) await tryOnce(file)
  }
  await Promise.all([lane(), lane()])
  for (const file of light) if (outcomes.get(file)!.verdict === 'failed') await tryOnce(file)
  for (const file of alone) if (!(await tryOnce(file))) await tryOnce(file)
  return [...light, ...alone].map((file) => outcomes.get(file)!)
}

/** What is left to say at the end: how long it took, which files took longest, who needed a second try, who failed. */
export function serialText(outcomes: readonly FileOutcome[], seconds: number): string {
  const named = (verdict: FileOutcome['verdict']): string[] =>
    outcomes.filter((outcome) => outcome.verdict === verdict).map(({ file }) => `  ${verdict}: ${file}`)
  const longest = outcomes
    .toSorted((a, b) => b.seconds - a.seconds)
    .slice(0, 5)
    .map(({ file, seconds: taken }) => `${file} ${Math.round(taken)} s`)
  const head = `${outcomes.length} files in ${Math.round(seconds)} s; the longest: ${longest.join(', ')}`
  return [head, ...named('passed at the second try'), ...named('failed')].join('\n')
}

/** How a test file ended: at the first try, at the second, or not at all. */
export interface FileOutcome {
  file: string
  verdict: 'passed' | 'passed at the second try' | 'failed'
  seconds: number
}

/**
 * Runs test files one after the other. They measure real processes on a machine that may not be theirs alone, so a file
 * that fails is run once more, and said to have needed it; what fails twice has failed.
 *
 * @param run runs one file and says whether it passed
 * @param nowSeconds a clock
 */
export async function runSerially(
  files: readonly string[],
  run: (file: string) => Promise<boolean>,
  nowSeconds: () => number,
): Promise<FileOutcome[]> {
  const outcomes: FileOutcome[] = []
  for (const file of files) {
    const startedAt = nowSeconds()
    const verdict = (await run(file)) ? 'passed' : (await run(file)) ? 'passed at the second try' : 'failed'
    outcomes.push({ file, verdict, seconds: nowSeconds() - startedAt })
  }
  return outcomes
}

/** What is left to say at the end: who failed, who needed a second try, how long it took. */
export function serialText(outcomes: readonly FileOutcome[]): string {
  const seconds = outcomes.reduce((sum, outcome) => sum + outcome.seconds, 0)
  const named = (verdict: FileOutcome['verdict']): string[] =>
    outcomes.filter((outcome) => outcome.verdict === verdict).map(({ file }) => `  ${verdict}: ${file}`)
  const head = `${outcomes.length} files in ${Math.round(seconds)} s, one at a time`
  return [head, ...named('passed at the second try'), ...named('failed')].join('\n')
}

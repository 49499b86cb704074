/** A folder of tests: its name is the ring and the way in which its files run. */
export interface TestFolder {
  folder: string
  /** Files that run at a time. */
  laneCount: number
  /** `npm test` runs it; `npm run test:all` runs every folder. */
  isInTest: boolean
}

/**
 * Every folder of test/ that holds tests, in the order in which they run. What is in `npm test` holds on a busy machine too.
 *
 * @param coreCount processors of the machine
 */
export function testFolders(coreCount: number): TestFolder[] {
  return [
    { folder: 'unit', laneCount: coreCount, isInTest: true },
    { folder: 'golden', laneCount: coreCount, isInTest: true },
    { folder: 'contract', laneCount: coreCount, isInTest: true },
    // Trials wait most of the time: three at a time left 30 % of two processors idle.
    { folder: 'process', laneCount: 4, isInTest: true },
    // Needs Chromium, which `npm ci` does not bring.
    { folder: 'browser', laneCount: 1, isInTest: false },
    // Needs a registry: it installs the package, and runs the workflows for GitHub in clones. Installs wait for disk and network.
    { folder: 'package', laneCount: 3, isInTest: false },
    // Figures against arithmetic and clocks: one file at a time, on a quiet machine.
    { folder: 'known-answer', laneCount: 1, isInTest: false },
  ]
}

export interface SkippedTest {
  test: string
  reason: string
}

/** What one run of a file came to. */
export interface FileRun {
  hasPassed: boolean
  testCount: number
  skipped: SkippedTest[]
}

/** How a file ended: at the first try, at the second, or not at all. `seconds` are of all its tries. */
export interface FileOutcome extends Omit<FileRun, 'hasPassed'> {
  /** As "known-answer/freeze". */
  file: string
  verdict: 'passed' | 'passed at the second try' | 'failed'
  seconds: number
  /** Where it ran on an earlier commit than the run that counts it. */
  commit?: string
}

/** Files that run beside each other, up to `laneCount` at a time. */
export interface TestGroup {
  files: readonly string[]
  laneCount: number
}

export interface Runner {
  run: (file: string) => Promise<FileRun>
  nowSeconds: () => number
  /** Called with each outcome that stands: after the last try of its file. */
  onOutcome: (outcome: FileOutcome) => void
}

/**
 * Runs group after group. With a second try a file that failed is run once more when the lanes of its group are empty, so
 * that nothing runs beside it, and its verdict says so.
 */
export async function runGroups(groups: readonly TestGroup[], hasSecondTry: boolean, runner: Runner): Promise<FileOutcome[]> {
  const outcomes: FileOutcome[] = []
  const tryOnce = async (file: string, before?: FileOutcome): Promise<FileOutcome> => {
    const startedAt = runner.nowSeconds()
    const { hasPassed, ...found } = await runner.run(file)
    const verdict = !hasPassed ? 'failed' : before === undefined ? 'passed' : 'passed at the second try'
    return { file, verdict, seconds: (before?.seconds ?? 0) + runner.nowSeconds() - startedAt, ...found }
  }
  const settle = (outcome: FileOutcome): void => {
    outcomes.push(outcome)
    runner.onOutcome(outcome)
  }
  for (const { files, laneCount } of groups) {
    const failed: FileOutcome[] = []
    const left = files.values()
    const lane = async (): Promise<void> => {
      for (const file of left) {
        const outcome = await tryOnce(file)
        if (outcome.verdict === 'failed' && hasSecondTry) failed.push(outcome)
        else settle(outcome)
      }
    }
    await Promise.all(Array.from({ length: laneCount }, lane))
    for (const outcome of failed) settle(await tryOnce(outcome.file, outcome))
  }
  return outcomes
}

/** What is left to say at the end: how long it took, which files took longest, what was skipped and why, who failed. */
export function summaryText(outcomes: readonly FileOutcome[], seconds: number): string {
  const failed = outcomes.filter(({ verdict }) => verdict !== 'passed').map(({ verdict, file }) => `  ${verdict}: ${file}`)
  const longest = longestOf(outcomes, 5).map((outcome) => `${outcome.file} ${Math.round(outcome.seconds)} s`)
  return [
    `${testCountOf(outcomes)} tests in ${outcomes.length} files, ${Math.round(seconds)} s; the longest: ${longest.join(', ')}`,
    ...skippedByReason(outcomes).map(({ reason, tests }) => `  skipped ${tests.length}: ${reason}`),
    ...failed,
  ].join('\n')
}

export function longestOf(outcomes: readonly FileOutcome[], count: number): FileOutcome[] {
  return outcomes.toSorted((a, b) => b.seconds - a.seconds).slice(0, count)
}

export function testCountOf(outcomes: readonly FileOutcome[]): number {
  return outcomes.reduce((sum, { testCount }) => sum + testCount, 0)
}

/** Skipped tests with their file, by the reason that they gave. */
export function skippedByReason(outcomes: readonly FileOutcome[]): { reason: string; tests: string[] }[] {
  const byReason = new Map<string, string[]>()
  for (const { file, skipped } of outcomes)
    for (const { test, reason } of skipped) byReason.set(reason, [...(byReason.get(reason) ?? []), `${file}: ${test}`])
  return [...byReason].map(([reason, tests]) => ({ reason, tests }))
}

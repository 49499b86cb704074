import type { FileOutcome } from './test-rings.ts'

/** Folders whose tests read sources, pages or other tests: they run again after any change. */
const readingFolders = ['unit', 'golden', 'contract']
/** What alters no outcome of the other folders: a test, the runner of the tests, a page, what a self-test found. */
const harmless = [
  /^test\/[^/]+\/[^/]+\.test\.ts$/u,
  /^scripts\/(?:run-tests|test-rings|test-record|kept-outcomes)\.ts$/u,
  /\.md$/u,
  /^results\/reference\/calibration\//u,
]

/**
 * Outcomes of a run of an earlier commit that still stand, with that commit: passed, in a file that has not changed, when since then
 * nothing but tests, pages and the runner of the tests has. An hour of known answers then needs no repetition for a mended test.
 *
 * @param changedPaths what differs between the two commits
 */
export function keptOutcomes(outcomes: readonly FileOutcome[], commit: string, changedPaths: readonly string[]): FileOutcome[] {
  if (changedPaths.some((path) => !harmless.some((pattern) => pattern.test(path)))) return []
  return outcomes
    .filter(({ file, verdict }) => {
      const isReading = readingFolders.some((folder) => file.startsWith(`${folder}/`))
      return verdict !== 'failed' && !isReading && !changedPaths.includes(`test/${file}.test.ts`)
    })
    .map((outcome) => ({ ...outcome, commit: outcome.commit ?? commit }))
}

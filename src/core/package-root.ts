import { existsSync, readFileSync } from 'node:fs'
import { dirname, join, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { harnessError } from './errors.ts'

/** The name in package.json. */
export const packageName = 'transport-bench'

/**
 * The folder of this package, wherever its compiled files lie: the nearest one above with its package.json.
 *
 * @throws {HarnessError} ERR_HARNESS if there is none: the compiled files were moved away from the package
 */
export function packageRoot(): string {
  return located().root
}

/** The version in package.json. */
export function packageVersion(): string {
  return located().version
}

/** How a user starts the command: by its name where the package is installed, by the script "bench" in a clone. */
export function commandPrefix(root = packageRoot()): string {
  return root.split(sep).includes('node_modules') ? `npx ${packageName}` : 'npm run bench --'
}

/** What restores files of the package that are missing or broken, to follow a colon. */
export function reinstallAdvice(root = packageRoot()): string {
  return root.split(sep).includes('node_modules') ? `install ${packageName} again` : 'run "npm ci" again'
}

let found: { root: string; version: string } | undefined

function located(): { root: string; version: string } {
  found ??= locate(dirname(fileURLToPath(import.meta.url)))
  return found
}

function locate(start: string): { root: string; version: string } {
  for (let folder = start; ; folder = dirname(folder)) {
    const file = join(folder, 'package.json')
    if (existsSync(file)) {
      const { name, version } = JSON.parse(readFileSync(file, 'utf8')) as { name?: string; version?: string }
      if (name === packageName) return { root: folder, version: version ?? 'unknown' }
    }
    if (folder === dirname(folder))
      throw harnessError('ERR_HARNESS', `no package.json of ${packageName} above ${start}. Run the compiled files from inside the package.`)
  }
}

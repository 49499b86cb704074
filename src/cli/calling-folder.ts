import { isAbsolute } from 'node:path'
import { harnessError, messageOf } from '../core/errors.ts'
import { packageName, packageRoot } from '../core/package-root.ts'

/**
 * Goes back to the folder in which the user typed the command, so that all relative paths, and the usual `results`,
 * count from there: npm, pnpm and yarn run a script of package.json in the folder of the package.
 *
 * @throws {HarnessError} ERR_USAGE where that folder is gone or may not be entered
 */
export function enterCallingFolder(): void {
  const folder = callingFolder(process.env, process.cwd())
  if (folder === null) return
  try {
    process.chdir(folder)
  } catch (cause) {
    throw harnessError(
      'ERR_USAGE',
      `INIT_CWD: ${folder}: cannot be entered: ${messageOf(cause)}. Run the command from another folder.`,
      cause,
    )
  }
}

/**
 * INIT_CWD, where a package manager runs our own script "bench"; else null. Every script below theirs inherits the variable,
 * and one that changes the folder before it calls the command means its own: then the working folder counts.
 */
export function callingFolder(env: NodeJS.ProcessEnv, workingFolder: string): string | null {
  const { INIT_CWD: folder = '', npm_package_name: name, npm_lifecycle_event: script } = env
  return name === packageName && script === 'bench' && workingFolder === packageRoot() && isAbsolute(folder) ? folder : null
}

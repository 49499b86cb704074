import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { packageRoot } from '../../src/core/package-root.ts'
import { startProgram, type Ended } from './bench-process.ts'

/** A clone of this checkout, with what is not committed yet as its one commit. */
export function makeClone(place: string): void {
  const root = packageRoot()
  const git = (cwd: string, ...words: string[]) => execFileSync('git', words, { cwd, encoding: 'utf8' })
  mkdirSync(place, { recursive: true })
  const files = git(root, 'ls-files', '-z', '--cached', '--others', '--exclude-standard').split('\0')
  for (const file of files) if (file !== '' && existsSync(join(root, file))) cpSync(join(root, file), join(place, file))
  git(place, 'init', '--quiet')
  git(place, 'add', '--all')
  git(place, '-c', 'user.name=test', '-c', 'user.email=test@example.invalid', 'commit', '--quiet', '--message', 'Clone')
}

/** Runs a program as from a user's shell, without what npm has told this process of the package that it is in. */
export function runAsUser(words: readonly string[], cwd: string, env: Record<string, string> = {}): Promise<Ended> {
  const ofNpm = Object.keys(process.env).filter((name) => /^(INIT_CWD|npm_(lifecycle|package|command|config_local_prefix)\w*)$/.test(name))
  return startProgram('env', [...ofNpm.flatMap((name) => ['-u', name]), ...words], { cwd, env }).ended
}

const noRegistry = /\b(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH)\b/

/**
 * Asserts that an install ended well.
 *
 * @returns false where there is no registry to install from and the test is skipped; with CI=true there has to be one
 */
export function isInstalled({ code, stdout, stderr }: Ended, t: TestContext): boolean {
  if (code !== 0 && noRegistry.test(stderr) && process.env['CI'] !== 'true') {
    t.skip('npm reaches no registry')
    return false
  }
  assert.equal(code, 0, `${stdout}${stderr}`)
  return true
}

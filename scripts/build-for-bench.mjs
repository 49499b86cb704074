/**
 * `npm run bench`: builds dist/ before the command runs, unless another run measures on this machine. A build would take
 * its processors, and change the files that its next process loads. Plain JavaScript, since it runs before there is a dist/.
 */
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const lockModule = new URL('../dist/src/machine/machine-lock.js', import.meta.url)
const what = 'npm run bench, which builds'
const refused = 2

process.exitCode = await build()

async function build() {
  // Without it there is no compiled command, and so no run of it.
  if (!existsSync(lockModule)) return compileAndBundle()
  const { holderText, lockPlace } = await import(lockModule.href)
  for (;;) {
    const claim = await lockPlace().claim({ pid: process.pid, what, since: new Date().toISOString() })
    // The lock goes with this process.
    if ('release' in claim) {
      const status = await compileAndBundle()
      claim.release()
      return status
    }
    if (claim.holder?.what === what) await claim.wait(new AbortController().signal)
    else if (!isStale()) return 0
    else {
      console.error(
        `ERR_LOCK_HELD: dist/: the sources have changed, and another run is measuring on this machine: ${holderText(claim.holder)}. Wait for its end: it loads its processes from dist/, and a build would take its processors.`,
      )
      return refused
    }
  }
}

async function compileAndBundle() {
  const { status } = compile()
  if (status === 0) await import('./bundle-page.mjs')
  return status
}

/** @param {string[]} words */
function compile(...words) {
  const { status, stdout, error } = spawnSync('node_modules/.bin/tsc', ['-b', 'tsconfig.build.json', ...words], {
    cwd: root,
    encoding: 'utf8',
    stdio: ['ignore', words.length === 0 ? 'inherit' : 'pipe', 'inherit'],
  })
  if (error !== undefined) throw error
  return { status: status ?? 1, stdout }
}

function isStale() {
  return /would build/.test(compile('--dry').stdout)
}

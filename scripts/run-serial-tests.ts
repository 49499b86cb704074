import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { nowUs } from '../src/core/clock.ts'
import { packageRoot } from '../src/core/package-root.ts'
import { usPerSecond } from '../src/core/units.ts'
import { runSerially, serialText } from './serial-tests.ts'

/** `npm run test:serial`: the tests that start real trials, a file at a time, so that none disturbs another. */
const folders = ['known-answer', 'process']
const limitMs = 300_000
const files = folders.flatMap((folder) => {
  const path = join('dist', 'test', folder)
  return readdirSync(join(packageRoot(), path))
    .filter((file) => file.endsWith('.test.js'))
    .toSorted()
    .map((file) => join(path, file))
})

async function run(file: string): Promise<boolean> {
  const words = ['--test', '--test-concurrency=1', `--test-timeout=${limitMs}`, file]
  const [code] = (await once(spawn(process.execPath, words, { cwd: packageRoot(), stdio: 'inherit' }), 'close')) as [number | null]
  return code === 0
}

const outcomes = await runSerially(files, run, () => nowUs() / usPerSecond)
console.log(serialText(outcomes))
process.exit(outcomes.some(({ verdict }) => verdict === 'failed') ? 1 : 0)

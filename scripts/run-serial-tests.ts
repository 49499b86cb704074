import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { nowUs } from '../src/core/clock.ts'
import { packageRoot } from '../src/core/package-root.ts'
import { usPerSecond } from '../src/core/units.ts'
import { planSerially, runSerially, serialText } from './serial-tests.ts'

/** `npm run test:serial`: the tests that start real trials, so that none disturbs another by more than it can bear. */
const folders = ['known-answer', 'process']
const limitMs = 300_000
const ending = '.test.js'
const files = folders.flatMap((folder) =>
  readdirSync(join(packageRoot(), 'dist', 'test', folder))
    .filter((file) => file.endsWith(ending))
    .toSorted()
    .map((file) => `${folder}/${file.slice(0, -ending.length)}`),
)

/** Runs a file; what it says comes in one piece, since another may be running beside it. */
async function run(file: string): Promise<boolean> {
  const words = ['--test', '--test-reporter=spec', `--test-timeout=${limitMs}`, join('dist', 'test', `${file}${ending}`)]
  const child = spawn(process.execPath, words, { cwd: packageRoot(), stdio: ['ignore', 'pipe', 'inherit'] })
  const [said, [code]] = await Promise.all([text(child.stdout), once(child, 'close') as Promise<[number | null]>])
  process.stdout.write(`\n${file}\n${said}`)
  return code === 0
}

const nowSeconds = (): number => nowUs() / usPerSecond
const startedAt = nowSeconds()
const outcomes = await runSerially(planSerially(files), run, nowSeconds)
console.log(serialText(outcomes, nowSeconds() - startedAt))
process.exit(outcomes.some(({ verdict }) => verdict === 'failed') ? 1 : 0)

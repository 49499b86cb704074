import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { sleepMs } from '../../src/core/clock.ts'
import { interval } from '../../src/core/trial-result.ts'
import { startBench } from '../helpers/bench-process.ts'

const out = mkdtempSync(join(tmpdir(), 'killed-run-'))
after(() => rmSync(out, { recursive: true }))
const measuredSeconds = 30
const killedAfterCount = 4

/** Lines of a file that are whole. */
function linesOf(file: string): string[] {
  return existsSync(file) ? readFileSync(file, 'utf8').split('\n').slice(0, -1) : []
}

// Intervals are appended as they come, so that what a kill leaves is all but the one that was open.
test('a run that is killed in its trial leaves every interval that had ended, each readable', async () => {
  const words = [
    'smoke',
    '--transports',
    'sse',
    '--clients',
    '20',
    '--warmup',
    '0',
    '--measured',
    `${measuredSeconds}s`,
    '--retries',
    '0',
    '--out',
    out,
  ]
  const { child, ended } = startBench(words)
  const file = (): string => {
    const [started] = existsSync(join(out, 'smoke')) ? readdirSync(join(out, 'smoke')) : []
    return join(out, 'smoke', started ?? 'not yet', 'timeline.ndjson')
  }
  while (linesOf(file()).length < killedAfterCount) await sleepMs(10)
  child.kill('SIGKILL')
  await ended

  const intervals = linesOf(file()).map((line) => interval.parse(JSON.parse(line)))
  assert.ok(intervals.length >= killedAfterCount && intervals.length < measuredSeconds, `${intervals.length}`)
  let endMs = 0
  for (const { contender, block, atMs, durationMs, serverDescriptorCount } of intervals) {
    assert.equal(contender, 'sse')
    assert.equal(block, 0)
    assert.ok(atMs >= endMs - 1, `${atMs} ms, after one that ended at ${endMs} ms`)
    endMs = atMs + durationMs
    // Each of the 20 clients holds one.
    assert.ok(serverDescriptorCount === null || serverDescriptorCount >= 20)
  }
})

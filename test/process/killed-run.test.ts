import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { sleepMs } from '../../src/core/clock.ts'
import { interval } from '../../src/core/interval-result.ts'
import { startBench } from '../helpers/bench-process.ts'

const out = mkdtempSync(join(tmpdir(), 'killed-run-'))
after(() => rmSync(out, { recursive: true }))
const measuredSeconds = 10

// Intervals are appended as they come.
test('a run killed at 90 % of its trial leaves at least 89 % of the intervals, each readable', async () => {
  const words = ['smoke', '--transports', 'sse', '--clients', '20', '--warmup', '0', '--measured', `${measuredSeconds}s`, '--out', out]
  const { child, ended } = startBench(words)
  const file = () => join(out, 'smoke', readdirSync(join(out, 'smoke'))[0]!, 'timeline.ndjson')
  for (let tried = 0; tried < 1_500 && !(existsSync(join(out, 'smoke')) && existsSync(file())); tried++) await sleepMs(10)
  // The first second has just passed; the kill comes at 90 % and a little more, for the line of that moment to be written.
  await sleepMs((0.9 * measuredSeconds - 1) * 1_000 + 200)
  child.kill('SIGKILL')
  await ended

  const lines = readFileSync(file(), 'utf8').trimEnd().split('\n')
  const intervals = lines.map((line) => interval.parse(JSON.parse(line)))
  assert.ok(intervals.length >= 0.89 * measuredSeconds && intervals.length < measuredSeconds, `${intervals.length} of ${measuredSeconds}`)
  for (const [index, { contender, block, atMs, durationMs, serverDescriptorCount }] of intervals.entries()) {
    assert.equal(contender, 'sse')
    assert.equal(block, 0)
    assert.ok(Math.abs(atMs - index * 1_000) < 250, `interval ${index} at ${atMs} ms`)
    assert.ok(Math.abs(durationMs - 1_000) < 250, `${durationMs} ms`)
    // Each of the 20 clients holds one.
    assert.ok(serverDescriptorCount === null || serverDescriptorCount >= 20)
  }
})

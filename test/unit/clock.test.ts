import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { suite, test } from 'node:test'
import { nowUs, sleepMs, sleepUntil } from '../../src/core/clock.ts'
import { fakeClock } from '../helpers/contract-fake-clock.ts'

suite('clock', () => {
  test('returns whole µs that never go back', () => {
    let previous = nowUs()
    for (let round = 0; round < 10_000; round++) {
      const next = nowUs()
      assert.ok(Number.isInteger(next) && next >= previous)
      previous = next
    }
  })

  test('is one clock for all processes of a host: a child stamps between two stamps of its parent', () => {
    const before = nowUs()
    const { stdout } = spawnSync(process.execPath, ['-e', 'process.stdout.write(String(process.hrtime.bigint() / 1000n))'], {
      encoding: 'utf8',
    })
    const after = nowUs()
    assert.ok(before <= Number(stdout) && Number(stdout) <= after, `${before} ${stdout} ${after}`)
  })

  test('is the monotonic clock in µs, exact: 3 ms on the fake clock are 3,000', () => {
    const clock = fakeClock()
    const before = nowUs()
    clock.advance(3)
    assert.equal(nowUs() - before, 3_000)
    clock.restore()
  })

  test('sleepUntil never ends early, although timers do', async () => {
    for (let round = 0; round < 50; round++) {
      const untilUs = nowUs() + 1_500 + round * 37
      await sleepUntil(untilUs)
      assert.ok(nowUs() >= untilUs)
    }
  })

  test('an instant that has passed is not waited for, and sleepMs counts from now', async () => {
    await sleepUntil(0)
    const before = nowUs()
    await sleepMs(5)
    assert.ok(nowUs() - before >= 5_000)
  })
})

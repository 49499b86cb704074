import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import { lockPlace } from '../../src/machine/machine-lock.ts'
import type { MachineLock } from '../../src/machine/lock-place.ts'
import { bench, quickRun, refusalOf, startBench, testLock } from '../helpers/bench-process.ts'
import { assertRan, resultsIn } from '../helpers/machine-gates.ts'

const folder = mkdtempSync(join(tmpdir(), 'two-runs-'))
after(() => rmSync(folder, { recursive: true }))
const holder = `pid ${process.pid}, scenario other, since 2026-11-28 05:01:12 UTC`

async function takeLock(): Promise<MachineLock> {
  const claim = await lockPlace(testLock).claim({ pid: process.pid, what: 'scenario other', since: '2026-11-28T05:01:12.345Z' })
  assert.ok('release' in claim)
  return claim
}

describe('two runs at once', () => {
  it('run one after the other, and the second names the first', async () => {
    const [one, other] = ['one', 'other'].map((name) => join(folder, name)) as [string, string]
    const first = startBench(quickRun(one))
    await first.says('trials')
    const second = startBench([...quickRun(other), '--quiet'])
    await second.says(`waiting for another run on this machine to end: pid ${first.child.pid}, scenario smoke, since `)
    assertRan(await first.ended, one)
    assertRan(await second.ended, other)
    const [before, after] = [one, other].map((out) => resultsIn(out)[0]!.trials[0]!)
    const endedAtMs = Date.parse(before!.startedAt) + before!.phases.reduce((sum, { durationMs }) => sum + durationMs, 0)
    assert.ok(Date.parse(after!.startedAt) >= endedAtMs, `${after!.startedAt} is before the end of the first`)
  })

  for (const words of [quickRun(join(folder, 'refused')), ['calibrate', 'K28', '--out', join(folder, 'refused')]]) {
    it(`refuse the second with --no-wait, before it starts anything: ${words[0]}`, async () => {
      const lock = await takeLock()
      const stderr = await refusalOf([...words, '--no-wait'])
      lock.release()
      assert.match(stderr, /^ERR_LOCK_HELD: .* another run is measuring on this machine: /m)
      assert.ok(stderr.includes(holder), stderr)
      assert.equal(existsSync(join(folder, 'refused', 'smoke')), false)
    })
  }

  it('let the second go at a signal that comes while it waits', async () => {
    const out = join(folder, 'stopped')
    const lock = await takeLock()
    const { child, ended, says } = startBench(quickRun(out))
    await says(holder)
    child.kill('SIGINT')
    const { code, stdout } = await ended
    lock.release()
    assert.deepEqual([code, stdout, existsSync(out)], [130, '', false])
  })

  it('are tainted with --no-lock', async () => {
    const out = join(folder, 'beside')
    const lock = await takeLock()
    const ended = await bench([...quickRun(out), '--no-lock'])
    lock.release()
    assertRan(ended, out)
    const { validity } = resultsIn(out)[0]!.trials[0]!
    assert.notEqual(validity.status, 'valid')
    assert.ok(validity.reasons.some(({ gate }) => gate === 'no-lock'))
    assert.ok(!ended.stderr.includes('waiting'), ended.stderr)
  })

  it('do not wait for what measures nothing', async () => {
    const lock = await takeLock()
    const ended = await Promise.all([bench(['list']), bench(['show', 'smoke'])])
    lock.release()
    assert.deepEqual(
      ended.map(({ code }) => code),
      [0, 0],
    )
  })
})

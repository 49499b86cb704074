import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import { nowUs, sleepMs } from '../../src/core/clock.ts'
import { resultSchema } from '../../src/core/result.ts'
import { alive, descendantsOf, startBench } from '../helpers/bench-process.ts'

const folder = mkdtempSync(join(tmpdir(), 'cli-signals-'))
after(() => rmSync(folder, { recursive: true }))
const longRun = ['smoke', '--transports', 'sse', '--clients', '200', '--rate', '10', '--warmup', '0', '--measured', '30s']

/** Starts the run and waits until its trial is on its way. */
async function startTrial(name: string) {
  const out = join(folder, name)
  const running = startBench([...longRun, '--out', out])
  await running.says('trials')
  await sleepMs(3_000)
  const pids = descendantsOf(running.child.pid!)
  assert.ok(pids.length >= 3, `only ${pids.length} processes`)
  return { ...running, out, pids }
}

function resultIn(out: string) {
  const [started] = readdirSync(join(out, 'smoke'))
  return resultSchema.parse(JSON.parse(readFileSync(join(out, 'smoke', started!, 'result.json'), 'utf8')))
}

/** Waits until the first second of the measured window is on disk: then it is 1 s old, and a few ms. */
async function firstInterval(out: string): Promise<void> {
  const isThere = (): boolean => {
    const started = existsSync(join(out, 'smoke')) ? readdirSync(join(out, 'smoke'))[0] : undefined
    return started !== undefined && existsSync(join(out, 'smoke', started, 'timeline.ndjson'))
  }
  for (let tried = 0; tried < 1_000 && !isThere(); tried++) await sleepMs(10)
  assert.ok(isThere(), 'no interval within 10 s')
}

async function goneWithin(pids: number[], ms: number): Promise<void> {
  for (const untilUs = nowUs() + ms * 1_000; nowUs() < untilUs && alive(pids).length > 0;) await sleepMs(20)
  assert.deepEqual(alive(pids), [])
}

describe('bench, told to stop', () => {
  for (const [signal, exitCode] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 143],
  ] as const) {
    it(`ends within 3 s of ${signal} with ${exitCode}, leaves no process, and reports what it has`, async () => {
      const { child, ended, out, pids } = await startTrial(signal)
      const sentAtUs = nowUs()
      child.kill(signal)
      const { code, stdout, stderr } = await ended
      assert.equal(code, exitCode, stderr)
      assert.ok(nowUs() - sentAtUs < 3_000_000, `${(nowUs() - sentAtUs) / 1_000} ms`)
      await goneWithin(pids, 200)
      assert.equal(resultIn(out).interrupted, true)
      assert.match(stdout, /[Ii]nterrupted/)
    })
  }

  it('keeps what it measured in the window that was open, as an invalid trial that counts nowhere', async () => {
    const out = join(folder, 'kept')
    const { child, ended } = startBench([...longRun, '--out', out])
    await firstInterval(out)
    await sleepMs(2_000)
    child.kill('SIGINT')
    const { code, stdout, stderr } = await ended
    assert.equal(code, 130, stderr)
    const { trials, failedTrials, summary, warnings } = resultIn(out)
    assert.deepEqual(failedTrials, [])
    assert.equal(trials.length, 1)
    const [trial] = trials
    const measuredMs = trial!.phases.find(({ name }) => name === 'measure')!.durationMs
    assert.ok(Math.abs(measuredMs - 3_000) <= 500, `${measuredMs} ms`)
    assert.equal(trial!.validity.status, 'invalid')
    const [reason] = trial!.validity.reasons
    assert.equal(reason!.gate, 'interrupted')
    const [, seconds] = /^measured (\d\.\d) s of 30\.0 s/.exec(reason!.message) ?? []
    assert.ok(Math.abs(Number(seconds) * 1_000 - measuredMs) <= 100, reason!.message)
    // All meters kept the same end: 200 clients × 10 messages/s over what was measured, none lost, and slices up to there.
    const { expectedCount, deliveredCount, lostCount } = trial!.ledger
    assert.equal(expectedCount % 200, 0)
    assert.ok(Math.abs(expectedCount / 200 / (Number(seconds) * 10) - 1) <= 0.06, `${expectedCount} expected in ${seconds} s`)
    assert.equal(deliveredCount, expectedCount)
    assert.equal(lostCount, 0)
    assert.ok(trial!.timeline.length - Number(seconds) * 4 <= 1, `${trial!.timeline.length} slices`)
    for (const { loop } of [trial!.server, ...trial!.generator]) assert.notEqual(loop.utilisationRatio, null)
    // Closes that the stop brings about are no faults.
    assert.deepEqual(trial!.connections.faults, {})
    assert.equal(summary[0]!.countedTrialCount, 0)
    assert.equal(summary[0]!.metrics.deliveryLatencyP99!.median, null)
    assert.match(warnings.find((warning) => warning.code === 'WARN_INTERRUPTED')!.message, /^stopped after 0 of 1 trials, and a part/)
    assert.match(stdout, /Interrupted: 0 of 1 planned trial finished/)
    assert.match(stdout, /measured \d\.\d s of 30\.0 s/)
  })

  it('ends within 200 ms of a second SIGINT', async () => {
    const { child, ended, pids } = await startTrial('twice')
    child.kill('SIGINT')
    await sleepMs(100)
    const sentAtUs = nowUs()
    child.kill('SIGINT')
    const { code } = await ended
    assert.equal(code, 130)
    assert.ok(nowUs() - sentAtUs < 200_000, `${(nowUs() - sentAtUs) / 1_000} ms`)
    await goneWithin(pids, 2_000)
  })

  it('leaves no process 2 s after it was killed itself', async () => {
    const { child, ended, pids } = await startTrial('killed')
    child.kill('SIGKILL')
    await goneWithin(pids, 2_000)
    await ended
  })
})

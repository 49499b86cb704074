import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import { sleepMs } from '../../src/core/clock.ts'
import { resultSchema } from '../../src/core/result.ts'
import { alive, descendantsOf, startBench } from '../helpers/bench-process.ts'

const folder = mkdtempSync(join(tmpdir(), 'cli-signals-'))
after(() => rmSync(folder, { recursive: true }))
const clientCount = 50
const longRun = [
  'smoke',
  '--transports',
  'sse',
  '--clients',
  String(clientCount),
  '--rate',
  '10',
  '--warmup',
  '0',
  '--measured',
  '30s',
  '--retries',
  '0',
]

/** Starts the run and waits until its window is open. */
async function startTrial(name: string) {
  const out = join(folder, name)
  const running = startBench([...longRun, '--out', out])
  await running.says('trials')
  await firstInterval(out)
  const pids = descendantsOf(running.child.pid!)
  assert.ok(pids.length >= 3, `only ${pids.length} processes`)
  return { ...running, out, pids }
}

function resultIn(out: string) {
  const [started] = readdirSync(join(out, 'smoke'))
  return resultSchema.parse(JSON.parse(readFileSync(join(out, 'smoke', started!, 'result.json'), 'utf8')))
}

/** Waits until the first second of the measured window is on disk. */
async function firstInterval(out: string): Promise<void> {
  const isThere = (): boolean => {
    const started = existsSync(join(out, 'smoke')) ? readdirSync(join(out, 'smoke'))[0] : undefined
    return started !== undefined && existsSync(join(out, 'smoke', started, 'timeline.ndjson'))
  }
  while (!isThere()) await sleepMs(10)
}

/** Processes that are told to go need a moment; one that stays fails by the time limit of the file. */
async function gone(pids: number[]): Promise<void> {
  while (alive(pids).length > 0) await sleepMs(20)
}

describe('bench, told to stop', () => {
  for (const [signal, exitCode] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 143],
  ] as const) {
    it(`ends with ${exitCode} on ${signal}, leaves no process, and reports what it has`, async () => {
      const { child, ended, out, pids } = await startTrial(signal)
      child.kill(signal)
      const { code, stdout, stderr } = await ended
      assert.equal(code, exitCode, stderr)
      await gone(pids)
      assert.equal(resultIn(out).interrupted, true)
      assert.match(stdout, /[Ii]nterrupted/)
    })
  }

  it('keeps what it measured in the window that was open, as an invalid trial that counts nowhere', async (t) => {
    const out = join(folder, 'kept')
    const { child, ended } = startBench([...longRun, '--out', out])
    await firstInterval(out)
    await sleepMs(2_000)
    child.kill('SIGINT')
    const { code, stdout, stderr } = await ended
    assert.equal(code, 130, stderr)
    const { trials, failedTrials, summary, warnings } = resultIn(out)
    if (failedTrials.length > 0) {
      // The command waits no longer than 2.8 s.
      assert.match(failedTrials[0]!.message, /too busy to hand over what they had$/)
      return t.diagnostic('the machine was too busy to keep the trial')
    }
    assert.equal(trials.length, 1)
    const [trial] = trials
    const measuredMs = trial!.phases.find(({ name }) => name === 'measure')!.durationMs
    // The first second was on disk, and two more went by before the signal.
    assert.ok(measuredMs >= 3_000 && measuredMs < 30_000, `${measuredMs} ms`)
    assert.equal(trial!.validity.status, 'invalid')
    const [reason] = trial!.validity.reasons
    assert.equal(reason!.gate, 'interrupted')
    const [, seconds] = /^measured (\d\.\d) s of 30\.0 s/.exec(reason!.message) ?? []
    assert.ok(Math.abs(Number(seconds) * 1_000 - measuredMs) <= 100, reason!.message)
    // All meters kept the same end: 50 clients × 10 messages/s over what was measured, none lost, and slices up to there.
    const { expectedCount, deliveredCount, lostCount } = trial!.ledger
    assert.equal(expectedCount % clientCount, 0)
    assert.ok(Math.abs(expectedCount / clientCount - Number(seconds) * 10) <= 2, `${expectedCount} expected in ${seconds} s`)
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

  it('ends with 130 on a second SIGINT too, and leaves no process', async () => {
    const { child, ended, pids, says } = await startTrial('twice')
    child.kill('SIGINT')
    await says('once more ends it at once')
    child.kill('SIGINT')
    const { code } = await ended
    assert.equal(code, 130)
    await gone(pids)
  })

  it('leaves no process when it was killed itself', async () => {
    const { child, ended, pids } = await startTrial('killed')
    child.kill('SIGKILL')
    await gone(pids)
    await ended
  })
})

import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import { nowUs, sleepMs } from '../../src/core/clock.ts'
import { resultSchema } from '../../src/core/result.ts'
import { alive, descendantsOf, startBench } from '../helpers/bench-process.ts'

const folder = mkdtempSync(join(tmpdir(), 'cli-signals-'))
after(() => rmSync(folder, { recursive: true }))
const longRun = ['smoke', '--transports', 'sse', '--clients', '200', '--warmup', '0', '--measured', '30s']

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

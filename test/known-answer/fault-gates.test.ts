import assert from 'node:assert/strict'
import { test } from 'node:test'
import { nowUs, sleepUntil } from '../../src/core/clock.ts'
import { faultTrial } from '../helpers/fault-trial.ts'

const stopMs = 400

/** Stops a process at an instant and lets it go on 400 ms later. */
async function stopFor(pid: number, atUs: number): Promise<void> {
  await sleepUntil(atUs)
  process.kill(pid, 'SIGSTOP')
  await sleepUntil(nowUs() + stopMs * 1_000)
  process.kill(pid, 'SIGCONT')
}

/** A server that is killed 1 s into the window and down for 1 s; publisher or client host stand still at another time. */
async function gatesOf(who: 'publisher' | 'client host', atMs: number): Promise<Record<string, string>> {
  let pid = 0
  let stopped: Promise<void> = Promise.resolve()
  const { trial } = await faultTrial('websocket', {
    clientCount: 50,
    measuredMs: 4_000,
    faults: [{ kind: 'server-kill', atMs: 1_000, downMs: 1_000 }],
    onNotice: (notice) => {
      if (notice.kind === 'processes') pid = who === 'publisher' ? notice.publisherPid : notice.clientHostPids[0]!
      if (notice.kind === 'window') stopped = stopFor(pid, notice.fromAtUs + atMs * 1_000)
    },
  })
  await stopped
  return Object.fromEntries(trial.validity.reasons.map(({ gate, status }) => [gate, status]))
}

test('outside of the down time a publisher that stands still is late, and the trial invalid', async () => {
  const gates = await gatesOf('publisher', 2_800)
  assert.equal(gates['publisher-lag'], 'invalid')
})

test('outside of the down time a client host that stands still makes the trial invalid, within it nobody is kept waiting', async () => {
  assert.equal((await gatesOf('client host', 2_800))['generator-stall'], 'invalid')
  assert.notEqual((await gatesOf('client host', 1_300))['generator-stall'], 'invalid')
})

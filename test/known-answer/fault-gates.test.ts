import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { StopWindow } from '../../src/calibrate/oracle.ts'
import { stopProcess } from '../../src/calibrate/stopped-process.ts'
import { faultTrial } from '../helpers/fault-trial.ts'
import { pidOf } from '../../src/machine/member.ts'

const stopMs = 400

/** A server that is killed 1 s into the window and down for 1 s; publisher or client host stall at another time. */
async function gatesOf(who: 'publisher' | 'client host', atMs: number): Promise<Record<string, string>> {
  let pid = 0
  let stopped: Promise<StopWindow> | undefined
  const { trial } = await faultTrial('websocket', {
    clientCount: 50,
    measuredMs: 4_000,
    faults: [{ kind: 'server-kill', atMs: 1_000, downMs: 1_000 }],
    onNotice: (notice) => {
      if (notice.kind === 'members') pid = pidOf(notice.members, who === 'publisher' ? 'publisher' : 'client-host')
      if (notice.kind === 'window') stopped = stopProcess(pid, notice.fromAtUs + atMs * 1_000, stopMs)
    },
  })
  await stopped
  return Object.fromEntries(trial.validity.reasons.map(({ gate, status }) => [gate, status]))
}

test('outside of the down time a stalled publisher is late, and the trial invalid', async () => {
  const gates = await gatesOf('publisher', 2_800)
  assert.equal(gates['publisher-lag'], 'invalid')
})

test('outside of the down time a stalled client host makes the trial invalid, within it no client is delayed', async () => {
  assert.equal((await gatesOf('client host', 2_800))['generator-stall'], 'invalid')
  assert.notEqual((await gatesOf('client host', 1_300))['generator-stall'], 'invalid')
})

import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { test } from 'node:test'
import { HarnessError } from '../../src/core/errors.ts'
import { runKnownTrial } from '../../src/calibrate/known-trial.ts'

test('a server that dies in the measured window fails the trial with its name, and leaves no process', async () => {
  let pids: number[] = []
  await assert.rejects(
    runKnownTrial({
      transport: 'sse',
      clientCount: 20,
      traffic: { messagesPerSecondPerChannel: 50 },
      measuredMs: 2_000,
      onNotice: (notice) => {
        if (notice.kind === 'members') pids = notice.members.map(({ pid }) => pid)
        if (notice.kind === 'phase' && notice.name === 'measure') process.kill(pids[0]!, 'SIGKILL')
      },
    }),
    (fault) =>
      fault instanceof HarnessError && fault.code === 'ERR_CHILD_DIED' && /sse server \(pid \d+\) was ended by SIGKILL/.test(fault.message),
  )
  assert.equal(pids.length, 3)
  assert.deepEqual(
    pids.filter((pid) => existsSync(`/proc/${pid}/task`)),
    [],
  )
})

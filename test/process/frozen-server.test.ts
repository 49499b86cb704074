import assert from 'node:assert/strict'
import { test } from 'node:test'
import { quantileOf, runKnownTrial } from '../../src/calibrate/known-trial.ts'
import type { StopWindow } from '../../src/calibrate/oracle.ts'
import { pidOf } from '../../src/machine/member.ts'
import { stopProcess } from '../../src/calibrate/stopped-process.ts'

const clientCount = 20

// The lower half of test/known-answer/freeze.test.ts: a busy machine makes latencies longer, and never shorter than what a
// message that was due in the freeze had to wait.
test('a server frozen for 500 ms in 4 s shows in p90 and p99 at least what the arithmetic says', async () => {
  let serverPid = 0
  let freeze: Promise<StopWindow> | undefined
  const { trial, deliveries, dueAtUs, fromAtUs, untilAtUs } = await runKnownTrial({
    transport: 'sse',
    clientCount,
    traffic: { messagesPerSecondPerChannel: 100 },
    measuredMs: 4_000,
    onNotice: (notice) => {
      if (notice.kind === 'members') serverPid = pidOf(notice.members, 'server')
      if (notice.kind === 'window') freeze = stopProcess(serverPid, notice.fromAtUs + 1_500_000, 500)
    },
  })
  const { stoppedAtUs, resumedAtUs } = await freeze!
  const expectedUs = [...dueAtUs]
    .filter((due) => due >= fromAtUs && due < untilAtUs)
    .map((due) => (due >= stoppedAtUs && due < resumedAtUs ? resumedAtUs - due : 0))
  const { expectedCount, deliveredCount, duplicatedCount } = trial.ledger
  assert.deepEqual([expectedCount, deliveredCount, duplicatedCount], [clientCount * expectedUs.length, clientCount * expectedUs.length, 0])
  for (const [key, q] of [
    ['p90', 0.9],
    ['p99', 0.99],
  ] as const) {
    const leastUs = quantileOf(expectedUs, q)
    assert.ok(leastUs > 0 && trial.deliveryLatencyUs[key]! >= leastUs, `${key} ${trial.deliveryLatencyUs[key]} µs, at least ${leastUs} µs`)
  }
  assert.deepEqual(
    deliveries.filter(({ message, receivedAtUs }) => receivedAtUs < dueAtUs[message]!),
    [],
  )
})

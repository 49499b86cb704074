import assert from 'node:assert/strict'
import { test } from 'node:test'
import { quantileOf, runKnownTrial } from '../../src/calibrate/known-trial.ts'
import type { StopWindow } from '../../src/calibrate/oracle.ts'
import { stopProcess } from '../../src/calibrate/stopped-process.ts'
import { pidOf } from '../../src/machine/member.ts'

const messagesPerSecond = 100
const measuredMs = 8_000
const freezeMs = 2_000
/** A twentieth of the freeze. */
const toleranceMs = freezeMs / 20

// 100 messages/s to one client for 8 s, and a server frozen for 2 s of them. A
// message due at t of the freeze waits 2 s − t, so a share of (2 s − w) ÷ 8 s waits longer than w.
test('a stall is as many late samples as messages were due in it, not one', async () => {
  let serverPid = 0
  let freeze: Promise<StopWindow> | undefined
  const { trial, deliveries, dueAtUs, fromAtUs, untilAtUs } = await runKnownTrial({
    transport: 'sse',
    clientCount: 1,
    traffic: { messagesPerSecondPerChannel: messagesPerSecond },
    measuredMs,
    onNotice: (notice) => {
      if (notice.kind === 'members') serverPid = pidOf(notice.members, 'server')
      if (notice.kind === 'window') freeze = stopProcess(serverPid, notice.fromAtUs + 4_000_000, freezeMs)
    },
  })
  const { stoppedAtUs, resumedAtUs } = await freeze!
  const { ledger, deliveryLatencyUs, serviceLatencyUs } = trial
  const expectedCount = (messagesPerSecond * measuredMs) / 1_000
  assert.deepEqual([ledger.expectedCount, ledger.deliveredCount, deliveryLatencyUs.count], [expectedCount, expectedCount, expectedCount])
  const dueUs = [...dueAtUs].filter((due) => due >= fromAtUs && due < untilAtUs)
  const waitsUs = dueUs.map((due) => (due >= stoppedAtUs && due < resumedAtUs ? resumedAtUs - due : 0))
  for (const [key, q] of [
    ['p90', 0.9],
    ['p99', 0.99],
  ] as const) {
    const ms = deliveryLatencyUs[key]! / 1_000
    const waitMs = quantileOf(waitsUs, q) / 1_000
    assert.ok(ms >= waitMs && ms <= waitMs + toleranceMs, `${key} ${ms} ms, not ${waitMs}`)
  }
  // Three quarters of the messages met a server that ran.
  assert.ok(deliveryLatencyUs.p50! < toleranceMs * 1_000, `p50 ${deliveryLatencyUs.p50} µs`)
  // Both stand in the result: from due, and from when it was published. The publisher is outside of the server and did not wait.
  assert.ok(Math.abs(serviceLatencyUs.p99! - deliveryLatencyUs.p99!) <= toleranceMs * 1_000)
  // A generator that waits for its answer would have one late sample; here each message due in the first 1.9 s of 2 has one, and
  // nothing but what the machine adds within the tolerance.
  const lateCount = deliveries.filter(({ message, receivedAtUs }) => receivedAtUs - dueAtUs[message]! > toleranceMs * 1_000).length
  const expectedLateCount = waitsUs.filter((waitUs) => waitUs > toleranceMs * 1_000).length
  const most = expectedLateCount + (toleranceMs / 1_000) * messagesPerSecond
  assert.ok(lateCount >= expectedLateCount && lateCount <= most, `${lateCount} late samples, not ${expectedLateCount} to ${most}`)
})

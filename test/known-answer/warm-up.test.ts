import assert from 'node:assert/strict'
import { test } from 'node:test'
import { runKnownTrial } from '../../src/calibrate/known-trial.ts'

const clientCount = 10
const perChannel = 10
const delayUs = 2_000_000

function trialAgainst(way: string, warmUpMs: number, measuredMs: number) {
  return runKnownTrial({
    transport: 'long-poll',
    clientCount,
    traffic: { pattern: 'unicast', messagesPerSecondPerChannel: perChannel },
    warmUpMs,
    measuredMs,
    serverUrl: new URL(`../helpers/failing-server.js?${way}`, import.meta.url).href,
  })
}

// 100 messages/s to ten clients, and a server whose first ten answers come 2 s late.
test('warm-up and connecting are not traffic, and without warm-up the slow start shows', async () => {
  const [warm, cold, slowToOpen] = await Promise.all([
    trialAgainst('lateStart', 4_000, 5_000),
    trialAgainst('lateStart', 0, 9_000),
    trialAgainst('lateSubscription', 0, 5_000),
  ])
  for (const [{ trial }, warmUpSeconds, measuredSeconds] of [
    [warm, 4, 5],
    [cold, 0, 9],
    [slowToOpen, 0, 5],
  ] as const) {
    const { ledger, connections } = trial
    // Exactly the messages of the measured window: those of the warm-up are neither counted nor awaited in it.
    assert.deepEqual([ledger.expectedCount, ledger.deliveredCount], [measuredSeconds * 100, measuredSeconds * 100])
    assert.deepEqual([ledger.warmUpExpectedCount, ledger.warmUpDeliveredCount], [warmUpSeconds * 100, warmUpSeconds * 100])
    assert.equal(trial.deliveryLatencyUs.count, measuredSeconds * 100)
    // Connecting has a field of its own, with one value a client.
    assert.equal(connections.timeToSubscribedUs.count, clientCount)
    assert.equal(connections.openedCount, clientCount)
  }
  assert.ok(warm.trial.deliveryLatencyUs.max! < 100_000, `max ${warm.trial.deliveryLatencyUs.max} µs after the warm-up`)

  const late = cold.deliveries.filter(({ message, receivedAtUs }) => receivedAtUs - cold.dueAtUs[message]! >= delayUs)
  assert.equal(late.length, clientCount)
  assert.ok(cold.trial.deliveryLatencyUs.max! >= delayUs && cold.trial.deliveryLatencyUs.max! < delayUs + 100_000)

  // Each of ten clients waited 2 s for its subscription, and no message waited for that.
  const { timeToSubscribedUs } = slowToOpen.trial.connections
  assert.ok(timeToSubscribedUs.p50! >= delayUs && timeToSubscribedUs.max! < delayUs + 500_000, `${timeToSubscribedUs.p50} µs`)
  assert.ok(slowToOpen.trial.deliveryLatencyUs.max! < 100_000, `max ${slowToOpen.trial.deliveryLatencyUs.max} µs`)
})

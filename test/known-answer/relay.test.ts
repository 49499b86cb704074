import assert from 'node:assert/strict'
import { test } from 'node:test'
import { relayDelay } from '../../src/calibrate/checks/relay-delay.ts'
import { runKnownTrial } from '../../src/calibrate/known-trial.ts'

test('K32: 25 ms each way are 25 ms for a push and 50 ms for a poll and for the re-arming of a long poll', async () => {
  const { K32 } = await relayDelay.run({ quick: true, say: () => undefined })
  assert.deepEqual(
    K32!.filter(({ verdict }) => verdict === 'fail'),
    [],
  )
})

test('1 Mbit/s: a message of 12,500 bytes takes 100 ms to send, and the next one waits for it', async () => {
  const { trial } = await runKnownTrial({
    transport: 'websocket',
    clientCount: 5,
    // Two messages of 12,500 bytes of data at the same instant, every 500 ms. A frame has 4 bytes of head, its line about 26 more than the data.
    traffic: { messagesPerSecondPerChannel: 4, arrivals: 'burst', burstCount: 2, messageBytes: 12_500 },
    measuredMs: 5_000,
    network: { delayMs: 10, jitterMs: 0, bandwidthBitsPerSecond: 1_000_000 },
  })
  const { ledger, deliveryLatencyUs, generator, network } = trial
  const sendMs = ((12_500 + 30) * 8) / 1_000
  const firstMs = 10 + sendMs
  const secondMs = 10 + 2 * sendMs
  assert.equal(ledger.lostCount + ledger.reorderedCount, 0)
  assert.deepEqual(network, { means: 'relay', connectionCount: 5 })
  assert.ok(generator.some(({ role, loop }) => role === 'relay' && loop.utilisationRatio !== null))
  const { mean, max } = deliveryLatencyUs
  assert.ok(Math.abs(mean! / 1_000 - (firstMs + secondMs) / 2) < 8, `mean ${mean} µs, expected ${(firstMs + secondMs) / 2} ms`)
  assert.ok(max! / 1_000 >= secondMs - 1, `max ${max} µs, expected at least ${secondMs} ms`)
  assert.ok(trial.bytes.wireBytes === null && trial.bytes.reasons['wireBytes']!.includes('relay'))
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { runKnownTrial } from '../../src/calibrate/known-trial.ts'

test('short polling sends exactly clients × slots requests, and its delay follows U(0, interval)', async () => {
  const clientCount = 200
  const pollIntervalMs = 1_000
  const measuredMs = 8_000
  const { trial, deliveries, dueAtUs, fromAtUs, untilAtUs } = await runKnownTrial({
    transport: 'short-poll',
    options: { pollIntervalMs },
    clientCount,
    // K06: messages at random instants against a random phase per client.
    traffic: { messagesPerSecondPerChannel: 25, arrivals: 'poisson' },
    measuredMs,
  })
  assert.equal(trial.requests.window.sentCount + trial.requests.window.overrunCount, (clientCount * measuredMs) / pollIntervalMs)
  assert.equal(trial.requests.window.overrunCount, 0)
  assert.equal(trial.requests.serverSeenCount, trial.requests.sentCount)
  const { sentCount, completedCount, failedCount, timedOutCount, inFlightAtEndCount } = trial.requests
  assert.equal(sentCount, completedCount + failedCount + timedOutCount + inFlightAtEndCount)
  assert.equal(trial.ledger.lostCount, 0)

  const delaysMs = deliveries
    .filter(({ message }) => dueAtUs[message]! >= fromAtUs && dueAtUs[message]! < untilAtUs)
    .map(({ message, receivedAtUs }) => (receivedAtUs - dueAtUs[message]!) / 1_000)
  assert.equal(delaysMs.length, trial.ledger.deliveredCount)
  const mean = delaysMs.reduce((sum, delay) => sum + delay, 0) / delaysMs.length
  assert.ok(Math.abs(mean / (pollIntervalMs / 2) - 1) <= 0.02, `mean delay ${mean.toFixed(1)} ms`)
  const distance = distanceToUniform(delaysMs.map((delay) => delay / pollIntervalMs))
  assert.ok(distance <= 0.02, `Kolmogorov–Smirnov distance ${distance.toFixed(4)}`)
})

test('long polling answers every message and every timeout once: responses + timeouts + in flight, on both sides', async () => {
  const clientCount = 100
  const { trial } = await runKnownTrial({
    transport: 'long-poll',
    options: { holdTimeMs: 500 },
    clientCount,
    // K19: gaps of 1.6 s keep clear of the multiples of the hold time; three of them.
    traffic: { messagesPerSecondPerChannel: 0.625, arrivals: 'constant' },
    measuredMs: 4_800,
  })
  const { sentCount, completedCount, failedCount, timedOutCount, inFlightAtEndCount, emptyCount, serverSeenCount } = trial.requests
  assert.equal(failedCount + timedOutCount, 0)
  assert.equal(inFlightAtEndCount, clientCount)
  assert.equal(sentCount, completedCount + inFlightAtEndCount)
  assert.equal(serverSeenCount, sentCount)
  // Every answer that is not a timeout carried exactly one message, since no two are due within a hold.
  assert.equal(completedCount - emptyCount, trial.ledger.deliveredCount + trial.ledger.warmUpDeliveredCount)
  assert.equal(trial.server.counters!['emptyCount'], emptyCount)
})

test('long polling needs 1 / (1 − e^(−rate × hold)) requests per delivery, ± 3 %', async () => {
  const holdTimeMs = 1_000
  const ratePerSecond = 1
  const { trial } = await runKnownTrial({
    transport: 'long-poll',
    options: { holdTimeMs },
    clientCount: 500,
    traffic: { pattern: 'unicast', messagesPerSecondPerChannel: ratePerSecond, arrivals: 'poisson' },
    warmUpMs: 1_500,
    measuredMs: 10_000,
  })
  const expected = 1 / (1 - Math.exp((-ratePerSecond * holdTimeMs) / 1_000))
  assert.ok(
    Math.abs(trial.requests.perDelivery! / expected - 1) <= 0.03,
    `${trial.requests.perDelivery} requests per delivery, expected ${expected.toFixed(3)}`,
  )
})

/** Kolmogorov–Smirnov distance of a sample to U(0, 1). */
function distanceToUniform(sample: readonly number[]): number {
  let distance = 0
  for (const [index, value] of sample.toSorted((a, b) => a - b).entries()) {
    const uniform = Math.min(1, Math.max(0, value))
    distance = Math.max(distance, (index + 1) / sample.length - uniform, uniform - index / sample.length)
  }
  return distance
}

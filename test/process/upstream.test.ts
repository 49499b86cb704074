import assert from 'node:assert/strict'
import { test } from 'node:test'
import { runKnownTrial } from '../../src/calibrate/known-trial.ts'
import { registry } from '../../src/core/transports/registry.ts'

const roomSize = 5
const options: Record<string, object> = { 'short-poll': { pollIntervalMs: 100 } }

for (const { id: transport } of registry) {
  test(`chat over ${transport}: every message of the window comes to its whole room, its sender included, and none is lost`, async () => {
    const { trial, dueAtUs, fromAtUs, untilAtUs } = await runKnownTrial({
      transport,
      options: { ...options[transport] },
      clientCount: 4 * roomSize,
      traffic: { pattern: 'rooms', roomSize, sender: 'clients', arrivals: 'poisson', messagesPerSecondPerChannel: 25 },
      measuredMs: 1_000,
      clientHostCount: 2,
    })
    const messageCount = dueAtUs.filter((atUs) => atUs >= fromAtUs && atUs < untilAtUs).length
    const { expectedCount, deliveredCount, lostCount, duplicatedCount, reorderedCount } = trial.ledger
    assert.deepEqual([expectedCount, deliveredCount], [messageCount * roomSize, messageCount * roomSize])
    assert.deepEqual([lostCount, duplicatedCount, reorderedCount], [0, 0, 0])
    assert.deepEqual([trial.echoLatencyUs!.count, trial.echoLatencyUs!.censoredCount], [messageCount, 0])
    const { sentCount, completedCount, failedCount, inFlightAtEndCount, serverSeenCount } = trial.requests.upstream!
    // Warm-up and window: the schedule has no end of its own before the trial's.
    assert.deepEqual([sentCount, failedCount, serverSeenCount], [dueAtUs.length, 0, dueAtUs.length])
    assert.equal(sentCount, completedCount + failedCount + inFlightAtEndCount)
    assert.equal(trial.publisherLagUs.count, messageCount)
    assert.ok(!trial.validity.reasons.some(({ gate }) => gate === 'count-mismatch'), JSON.stringify(trial.validity))
  })
}

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { runKnownTrial } from '../../src/calibrate/known-trial.ts'
import { bytesPerMiB } from '../../src/core/units.ts'

/** 20 messages of 1 MiB in each interval: four more than 16 MiB hold. */
test('polls lose nothing of messages of 1 MiB, however many come between two of them', async () => {
  const { trial } = await runKnownTrial({
    transport: 'short-poll',
    options: { pollIntervalMs: 500 },
    clientCount: 2,
    traffic: { messagesPerSecondPerChannel: 40, messageBytes: bytesPerMiB },
    measuredMs: 1_500,
  })
  const { expectedCount, deliveredCount, lostCount } = trial.ledger
  assert.deepEqual([expectedCount, deliveredCount, lostCount], [120, 120, 0])
})

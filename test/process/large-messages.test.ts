import assert from 'node:assert/strict'
import { test } from 'node:test'
import { runKnownTrial } from '../../src/calibrate/known-trial.ts'
import { bytesPerMiB } from '../../src/core/units.ts'

/** 20 messages of 1 MiB in each interval: five more than 16 MiB hold. */
test('the log keeps messages of 1 MiB for polls, however many come between two of them', async () => {
  const { trial } = await runKnownTrial({
    transport: 'short-poll',
    options: { pollIntervalMs: 500 },
    clientCount: 2,
    traffic: { messagesPerSecondPerChannel: 40, messageBytes: bytesPerMiB },
    measuredMs: 1_500,
  })
  // What a busy machine has not brought by the end of the drain is not what the log had given up.
  assert.deepEqual([trial.ledger.expectedCount, trial.ledger.gapMessageCount], [120, 0])
})

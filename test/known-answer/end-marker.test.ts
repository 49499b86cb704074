import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { runKnownTrial } from '../../src/calibrate/known-trial.ts'
import { saboteurUrl } from '../../src/calibrate/sabotage/detection.ts'
import type { Ledger } from '../../src/core/result.ts'
import { jobTrial } from '../helpers/job-trial.ts'

const clientCount = 20

function assertIdentity(ledger: Ledger): void {
  const { expectedCount, deliveredCount, lostCount, corruptedCount, notReceivedCount } = ledger
  assert.equal(expectedCount, deliveredCount + lostCount + corruptedCount + notReceivedCount)
}

suite('what the end marker has passed is lost', () => {
  for (const transport of ['short-poll', 'long-poll', 'sse', 'websocket']) {
    test(`${transport}: the last message of the trial, which nothing else came behind`, async () => {
      const messagesPerSecond = 10
      const lastSequence = (messagesPerSecond * 1_500) / 1_000 - 1
      const { trial, dueAtUs } = await runKnownTrial({
        transport,
        options: transport === 'short-poll' ? { pollIntervalMs: 200 } : {},
        clientCount,
        traffic: { messagesPerSecondPerChannel: messagesPerSecond, messageBytes: 300 },
        measuredMs: 1_000,
        // Of sequences 0 to 14 those with the remainder 1: one of the warm-up, and the last.
        serverUrl: saboteurUrl(transport, ['drop'], { every: lastSequence - 1 }),
      })
      const dropped = [...dueAtUs.keys()].filter((sequence) => sequence % (lastSequence - 1) === 1)
      assert.deepEqual([dueAtUs.length, dropped], [lastSequence + 1, [1, lastSequence]])
      assertIdentity(trial.ledger)
      assert.deepEqual([trial.ledger.lostCount, trial.ledger.notReceivedCount], [clientCount, 0])
      // The marker is in none of the counts: nobody asked for it, and it is no message.
      assert.equal(trial.server.counters!['publishedCount'], dueAtUs.length)
      assert.deepEqual([trial.ledger.unexpectedCount, trial.ledger.corruptedCount], [0, 0])
    })
  }

  test('the one message of a job, which only its own channel can prove', async () => {
    const { trial } = await jobTrial({
      transport: 'sse',
      clientCount: 10,
      traffic: {
        jobsPerSecond: 20,
        jobDurationMs: { median: 100, sigma: 0.5, min: 20, max: 400 },
      },
      measuredMs: 1_500,
      serverUrl: saboteurUrl('sse', ['drop'], { every: 4 }),
    })
    const { expectedCount, deliveredCount, lostCount, notReceivedCount } = trial.ledger
    assertIdentity(trial.ledger)
    assert.equal(notReceivedCount, 0)
    assert.ok(lostCount > 0 && lostCount === expectedCount - deliveredCount, JSON.stringify(trial.ledger))
  })
})

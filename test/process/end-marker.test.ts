import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { assembleTrial } from '../../src/analysis/assemble.ts'
import { runKnownTrial } from '../../src/calibrate/known-trial.ts'
import { saboteurUrl } from '../../src/calibrate/sabotage/detection.ts'
import { withTemporaryFolder } from '../../src/core/files.ts'
import { contenderOf } from '../../src/core/transports/registry.ts'
import type { Ledger } from '../../src/core/result.ts'
import { limitBreaches } from '../../src/metrics/comparison.ts'
import { MeasuredWindow } from '../../src/trial/measured-window.ts'
import { runTrial } from '../../src/trial/trial.ts'
import { trialSpec } from '../../src/trial/trial-spec.ts'
import { failing } from '../helpers/failing-trial.ts'
import { jobTrial } from '../helpers/job-trial.ts'
import { reasonsOfItsOwn } from '../helpers/machine-gates.ts'

const clientCount = 20

function assertIdentity(ledger: Ledger): void {
  const { expectedCount, deliveredCount, lostCount, corruptedCount, notReceivedCount } = ledger
  assert.equal(expectedCount, deliveredCount + lostCount + corruptedCount + notReceivedCount)
}

suite('what is late is not lost', () => {
  test('a drain that is cut short leaves polls that were not sent any more, and loses nothing', async () => {
    const window = new MeasuredWindow()
    const { ledger } = await withTemporaryFolder('trial-', async (workDir) => {
      const spec = trialSpec({
        contender: contenderOf('short-poll', { pollIntervalMs: 30_000 }),
        clientCount,
        workDir,
        scenario: {
          traffic: { pattern: 'broadcast', arrivals: 'constant', messagesPerSecondPerChannel: 50, messageBytes: 64 },
          phases: { warmUpMs: 250, measuredMs: 20_000 },
        },
      })
      const observed = await runTrial(
        spec,
        (notice) => {
          if (notice.kind === 'interval') window.closeEarly()
        },
        window,
      )
      return assembleTrial(observed)
    })
    assertIdentity(ledger)
    assert.equal(ledger.lostCount, 0)
    assert.ok(ledger.notReceivedCount > 0, JSON.stringify(ledger))
  })

  test('a server that holds its polls for ever stopped delivering: nothing is lost, and the limit is broken all the same', async () => {
    const trial = await failing('hold', { clientCount: 10 })
    const { ledger, connections } = trial
    assertIdentity(ledger)
    assert.deepEqual([ledger.lostCount, ledger.deliveredCount, ledger.notReceivedCount], [0, 0, ledger.expectedCount])
    assert.deepEqual(connections.faults, {})
    assert.deepEqual(reasonsOfItsOwn(trial, ['ledger-not-exercised', 'not-received']), [])
    const counted = { ...trial, validity: { status: 'valid' as const, reasons: [] } }
    const [breach] = limitBreaches([counted], { lostCount: 0 })
    assert.deepEqual([breach?.limit, breach?.measured], ['lostCount', ledger.expectedCount])
  })
})

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

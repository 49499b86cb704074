import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { assembleTrial } from '../../src/analysis/assemble.ts'
import { withTemporaryFolder } from '../../src/core/files.ts'
import { contenderOf } from '../../src/core/transports/registry.ts'
import type { Ledger } from '../../src/core/result.ts'
import { limitBreaches } from '../../src/metrics/comparison.ts'
import { MeasuredWindow } from '../../src/trial/measured-window.ts'
import { runTrial } from '../../src/trial/trial.ts'
import { trialSpec } from '../../src/trial/trial-spec.ts'
import { failing } from '../helpers/failing-trial.ts'
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

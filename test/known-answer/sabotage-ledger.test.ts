import assert from 'node:assert/strict'
import { test } from 'node:test'
import { controlRows } from '../../src/calibrate/sabotage/control.ts'
import { ledgerSabotage } from '../../src/calibrate/sabotage/count-sabotage.ts'
import { isMissed, runSabotaged, saboteurUrl } from '../../src/calibrate/sabotage/detection.ts'

// K15: 100,000 pairs (5,000 messages to 20 clients), one message in a thousand with each defect: 5 × 20 pairs.
for (const transport of ['short-poll', 'long-poll', 'sse', 'websocket']) {
  test(`of 100,000 pairs over ${transport}, the ledger names 100 lost, 100 duplicated, 100 reordered, 100 corrupted`, async () => {
    const detections = await ledgerSabotage(transport, { every: 1_000, messagesPerSecond: 1_250, measuredMs: 4_000 })
    assert.deepEqual(
      detections.map(({ id, expected, measured, isNamed }) => [id, expected, measured, isNamed]),
      ['S1', 'S2', 'S3', 'S4'].map((id) => [id, '100', '100', true]),
    )
  })
}

// K07: what never came stands above every value.
test('with 2 % dropped, p99 is no number but ∞, p90 is one, and the control would find what is lost and nothing else', async () => {
  const known = await runSabotaged({
    transport: 'sse',
    serverUrl: saboteurUrl('sse', ['drop'], { every: 50 }),
    messagesPerSecond: 200,
    measuredMs: 2_000,
    tryLimit: 1,
  })
  const { trial } = known
  assert.equal(trial.ledger.expectedCount, 8_000)
  assert.equal(trial.ledger.censoredCount, 160)
  const { p90, p99, max, reasons } = trial.deliveryLatencyUs
  assert.ok(p90 !== null && p90 < 1_000_000, `p90 ${p90}`)
  assert.deepEqual([p99, max], [null, null])
  assert.equal(reasons['p99'], '∞ (2.0 % undelivered)')
  assert.deepEqual(
    controlRows('sse', known)
      // Those of time are another matter: this test asks the ledger.
      .filter((row) => isMissed(row) && !row.meter.includes('oracle'))
      .map(({ meter, measured }) => [meter, measured]),
    [['lost', '160']],
  )
})

import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import type { TrialResult } from '../../src/core/result.ts'
import { faultDeviations } from '../../src/metrics/fault-deviation.ts'
import { recoveryLines, recoveryRows } from '../../src/report/recovery.ts'
import { madeUpDocument } from '../golden/fixture-document.ts'
import { madeUpFaults } from '../golden/fixture-faults.ts'

type ExecutedFault = NonNullable<TrialResult['faults']>[number]

/** A server that was killed at 1 s, to be away for 1 s. */
const killed: ExecutedFault = {
  kind: 'server-kill',
  plannedAtMs: 1_000,
  startMs: 1_001,
  endMs: 2_101,
  reachedCount: null,
  plannedMs: 1_000,
  plannedCount: null,
  reasons: {},
}

suite('a fault that was not executed as planned', () => {
  test('is said with what was planned: how long it lasted, when it began, whom it reached', () => {
    assert.deepEqual(faultDeviations(killed), [])
    assert.deepEqual(faultDeviations({ ...killed, endMs: 4_401 }), ['it lasted 3.4 s where 1.0 s was planned'])
    assert.deepEqual(faultDeviations({ ...killed, kind: 'freeze', endMs: 1_501 }), ['it lasted 500.0 ms where 1.0 s was planned'])
    const cut: ExecutedFault = {
      ...killed,
      kind: 'cut',
      plannedMs: null,
      startMs: 1_600,
      endMs: 1_603,
      plannedCount: 100,
      reachedCount: 60,
    }
    assert.deepEqual(faultDeviations(cut), ['it began 600.0 ms late', 'it reached 60 where 100 was planned'])
    // Connections of the probe and second connections of clients that send are cut too.
    assert.deepEqual(faultDeviations({ ...cut, startMs: 1_000, reachedCount: 230 }), [])
  })

  test('is not reported for a result that kept no plan', () => {
    const { plannedMs: _, plannedCount: __, ...earlier } = killed
    assert.deepEqual(faultDeviations({ ...earlier, startMs: 5_000, endMs: 50_000 }), [])
  })

  test('stands in the recovery line and in its row, with the number of trials', () => {
    const document = madeUpDocument({
      labels: [
        { label: 'sse', transport: 'sse' },
        { label: 'websocket', transport: 'websocket' },
      ],
      blockCount: 3,
      change: (trial) => {
        const { recovery } = madeUpFaults(trial)
        const endMs = trial.transport === 'sse' && trial.block > 0 ? 4_401 : 2_101
        return { ...trial, faults: [{ ...killed, endMs }], recovery: { ...recovery!, faults: recovery!.faults.slice(0, 1) } }
      },
    })
    const [sse, websocket] = recoveryLines(document)
    const told = ' (not as planned in 2 of 3 trials: it lasted 3.4 s where 1.0 s was planned)'
    assert.ok(sse!.startsWith(`sse: server-kill at 1.00 s for 1.10 s${told}: `), sse)
    assert.ok(websocket!.startsWith('websocket: server-kill at 1.00 s for 1.10 s: '), websocket)
    assert.deepEqual(
      recoveryRows(document).map((row) => row[1]!.includes(told)),
      [true, false],
    )
  })
})

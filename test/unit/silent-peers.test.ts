import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { FaultRecovery } from '../../src/core/fault-result.ts'
import type { TrialResult } from '../../src/core/result.ts'
import { recoveryColumns, recoveryLines, recoveryRows } from '../../src/report/recovery.ts'
import { madeUpDocument } from '../golden/fixture-document.ts'
import { madeUpFaults } from '../golden/fixture-faults.ts'

const labels = [
  { label: 'sse', transport: 'sse' },
  { label: 'websocket', transport: 'websocket' },
]

/** 20 clients vanish 2 s into the window: the socket is freed after 27 s, the stream never. */
function vanished(trial: TrialResult): TrialResult {
  const { recovery } = madeUpFaults(trial)
  const isStream = trial.transport === 'sse'
  const fault: FaultRecovery = {
    ...recovery!.faults[0]!,
    kind: 'half-open',
    awayCount: 0,
    serverKeptMs: isStream ? null : 27_000,
    serverKeptCount: isStream ? 20 : 0,
    sentInVainCount: isStream ? 3_320 : 1_080,
    reasons: {},
  }
  return {
    ...trial,
    faults: [{ kind: 'half-open', plannedAtMs: 2_000, startMs: 2_000, endMs: 2_000, reachedCount: 20, reasons: {} }],
    recovery: { ...recovery!, faults: [fault] },
  }
}

test('the report says for how long the server kept silent connections, how many it kept to the end, and what it sent to them', () => {
  const document = madeUpDocument({ labels, blockCount: 1, change: vanished })
  const [kept, sent] = ['Vanished clients dropped after', 'Sent to vanished clients'].map((head) =>
    (recoveryColumns as readonly string[]).indexOf(head),
  )
  assert.deepEqual(
    recoveryRows(document).map((row) => [row[0], row[kept!], row[sent!]]),
    [
      ['sse', '20 of 20 kept to the end', '3,320'],
      ['websocket', '27.0 s', '1,080'],
    ],
  )
  assert.deepEqual(recoveryLines(document), [
    'sse: half-open at 2.00 s: no client was away; at the end of the window the server still held the connections of 20 of the 20 vanished clients; messages and responses sent to them: 3,320',
    'websocket: half-open at 2.00 s: no client was away; the server dropped the vanished clients after 27.0 s; messages and responses sent to them: 1,080',
  ])
})

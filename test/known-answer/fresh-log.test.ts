import assert from 'node:assert/strict'
import { test } from 'node:test'
import { pollPhaseUs } from '../../src/calibrate/oracle.ts'
import type { FaultKind } from '../../src/core/fault-plan.ts'
import { assertNoTrafficGate, contenders, faultTrial } from '../helpers/fault-trial.ts'

const clientCount = 100
const measuredMs = 4_000
/** Between two messages. */
const gapUs = 50_000
const pollIntervalUs = Number(contenders['short-poll']!['pollIntervalMs']) * 1_000

for (const [transport, kind] of [
  ['short-poll', 'server-kill'],
  ['long-poll', 'server-kill'],
  ['sse', 'server-kill'],
  ['websocket', 'server-kill'],
  ['sse', 'server-restart'],
] as const satisfies [string, FaultKind][]) {
  test(`${transport}, ${kind} with a fresh log: each client gets one gap of unknown size, and all that the new server has, once`, async () => {
    const faults = [{ kind, atMs: 1_000, downMs: 1_000, log: 'fresh' as const }]
    const known = await faultTrial(transport, { clientCount, measuredMs, faults })
    const { trial, deliveries, dueAtUs, fromAtUs, untilAtUs, seed } = known
    const { ledger, connections, deliveryLatencyUs, recoveredLatencyUs, recovery } = trial
    const [fault] = trial.faults!
    const downFromUs = fromAtUs + fault!.startMs * 1_000
    const downUntilUs = fromAtUs + fault!.endMs * 1_000
    // All had read something in the warm-up. The log of the new server counts from 1 again and passes them within the down time.
    assert.equal(connections.resumeAcrossLogsCount, clientCount)
    assert.deepEqual([ledger.duplicatedCount, ledger.reorderedCount, ledger.unexpectedCount, ledger.gapMessageCount], [0, 0, 0, 0])
    const comeOf = new Map<number, Set<number>>()
    for (const { message, client } of deliveries) comeOf.set(message, (comeOf.get(message) ?? new Set()).add(client))
    const missing = [...dueAtUs.entries()].flatMap(([message, due]) => {
      const count = clientCount - (comeOf.get(message)?.size ?? 0)
      return due >= fromAtUs && due < untilAtUs && count > 0 ? [{ due, count }] : []
    })
    // What was lost is what the old server had and had not given away, or took with it as it died: nothing of the new log.
    const shortPoll = transport === 'short-poll'
    const oldestUs = downFromUs - (shortPoll ? pollIntervalUs : 0) - gapUs
    assert.ok(
      missing.every(({ due }) => due >= oldestUs && due < downFromUs + 2 * gapUs),
      JSON.stringify({ missing, downFromUs }),
    )
    const lostCount = missing.reduce((sum, { count }) => sum + count, 0)
    assert.equal(ledger.lostCount, lostCount)
    // By arithmetic: of each short poll client, what fell due between its last slot and the end of its server.
    const waiting = shortPoll ? waitingAt(downFromUs, seed, dueAtUs) : 0
    assert.ok(lostCount >= waiting - clientCount && lostCount <= waiting + 2 * clientCount, `${lostCount} lost, ${waiting} were waiting`)
    const whileDown = dueAtUs.filter((due) => due >= downFromUs + 2 * gapUs && due < downUntilUs).length
    assert.ok(whileDown >= 15 && recoveredLatencyUs!.count >= whileDown * clientCount, `${recoveredLatencyUs!.count} recovered`)
    assert.ok(recoveredLatencyUs!.count >= recovery!.faults[0]!.recoveredCount)
    assert.equal(deliveryLatencyUs.count + recoveredLatencyUs!.count, ledger.deliveredCount)
    assertNoTrafficGate(known)
  })
}

test('a log that is kept goes on over a restart, also behind a long batch window: no gap, and nothing twice', async () => {
  const known = await faultTrial('sse', {
    clientCount,
    measuredMs,
    options: { batchWindowMs: 500 },
    faults: [{ kind: 'server-restart', atMs: 1_000, downMs: 500 }],
  })
  const { ledger, connections, recovery } = known.trial
  assert.deepEqual([ledger.lostCount, ledger.duplicatedCount, ledger.reorderedCount], [0, 0, 0])
  assert.deepEqual([connections.resumeAcrossLogsCount, recovery!.faults[0]!.awayCount], [0, clientCount])
  assertNoTrafficGate(known)
})

/** Messages that lie with the server for some short poll client at this instant: due since its last slot. */
function waitingAt(atUs: number, seed: number, dueAtUs: Float64Array): number {
  let count = 0
  for (let client = 0; client < clientCount; client++) {
    const phaseUs = pollPhaseUs(client, pollIntervalUs / 1_000, seed)
    const lastSlotUs = phaseUs + Math.floor((atUs - phaseUs) / pollIntervalUs) * pollIntervalUs
    count += dueAtUs.filter((due) => due >= lastSlotUs && due < atUs).length
  }
  return count
}

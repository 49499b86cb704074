import assert from 'node:assert/strict'
import { test } from 'node:test'
import { pollPhaseUs } from '../../src/calibrate/oracle.ts'
import type { FaultKind } from '../../src/core/fault-plan.ts'
import { assertNoTrafficGate, contenders, faultTrial } from '../helpers/fault-trial.ts'

const clientCount = 100
const measuredMs = 4_000
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
    const { ledger, connections, deliveryLatencyUs, recoveredLatencyUs } = trial
    const [fault] = trial.faults!
    const downFromUs = fromAtUs + fault!.startMs * 1_000
    const downUntilUs = fromAtUs + fault!.endMs * 1_000
    // All had read something in the warm-up. The log of the new server counts from 1 again and passes them within the down time.
    assert.equal(connections.resumeAcrossLogsCount, clientCount)
    assert.deepEqual([ledger.duplicatedCount, ledger.reorderedCount, ledger.unexpectedCount, ledger.gapMessageCount], [0, 0, 0, 0])
    // The new server loses nothing of what it has: what came to somebody after the down time came to everybody.
    const wordUs = 50_000
    const clientsOf = new Map<number, Set<number>>()
    let firstOfNewLog = Infinity
    for (const { message, client, receivedAtUs } of deliveries) {
      clientsOf.set(message, (clientsOf.get(message) ?? new Set()).add(client))
      if (receivedAtUs >= downUntilUs - wordUs) firstOfNewLog = Math.min(firstOfNewLog, message)
    }
    const missing = [...dueAtUs.entries()].flatMap(([message, due]) => {
      const count = clientCount - (clientsOf.get(message)?.size ?? 0)
      return due >= fromAtUs && due < untilAtUs && count > 0 ? [{ message, due, count }] : []
    })
    assert.ok(
      missing.every(({ message }) => message < firstOfNewLog),
      JSON.stringify({ missing, firstOfNewLog }),
    )
    const sum = (lost: typeof missing): number => lost.reduce((total, { count }) => total + count, 0)
    assert.equal(ledger.lostCount, sum(missing))
    // What the old server had and had not given away is lost with it. By arithmetic: to a short poll client what fell due after its last slot.
    if (transport === 'short-poll') {
      const [lost, waiting] = [sum(missing.filter(({ due }) => due < downFromUs)), waitingAt(downFromUs, seed, dueAtUs)]
      assert.ok(lost >= waiting - clientCount && lost <= waiting + 2 * clientCount, `${lost} lost, ${waiting} were waiting`)
    }
    const whileDown = dueAtUs.filter((due, message) => message >= firstOfNewLog && due < downUntilUs - wordUs).length
    assert.ok(
      whileDown >= 10 && recoveredLatencyUs!.count >= whileDown * clientCount,
      `${recoveredLatencyUs!.count} of ${whileDown} recovered`,
    )
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

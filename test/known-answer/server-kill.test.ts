import assert from 'node:assert/strict'
import { availableParallelism } from 'node:os'
import { test } from 'node:test'
import { assertNoTrafficGate, contenders, faultTrial } from '../helpers/fault-trial.ts'

const clientCount = 200
const measuredMs = 4_000

for (const transport of Object.keys(contenders)) {
  test(`${transport}: 200 clients come back to a server that was killed, and all that was published meanwhile is recovered`, async () => {
    const known = await faultTrial(transport, {
      clientCount,
      measuredMs,
      faults: [{ kind: 'server-kill', atMs: 1_000, downMs: 1_000 }],
    })
    const { trial, deliveries, dueAtUs, fromAtUs } = known
    const { faults, recovery, ledger, serverLives, requests } = trial
    const [fault] = faults!
    const [found] = recovery!.faults
    assert.ok(fault!.startMs >= 1_000 && fault!.endMs >= 2_000, JSON.stringify(fault))
    assert.equal(ledger.expectedCount, (measuredMs / 1_000) * 20 * clientCount)
    assert.deepEqual([ledger.lostCount, ledger.duplicatedCount, ledger.reorderedCount, ledger.unexpectedCount], [0, 0, 0, 0])
    assert.deepEqual([found!.returnedCount, found!.missedCount], [found!.awayCount, 0])
    assert.equal(found!.recoveredCount, found!.dueWhileAwayCount)
    assert.equal(recovery!.reconnects.connectedCount.at(-1), clientCount)
    assert.equal(found!.attemptCount - found!.failedAttemptCount, found!.returnedCount)
    // The schedule went on while there was no server: each message that fell due then came to everybody, and only after.
    const downFromUs = fromAtUs + fault!.startMs * 1_000
    const downUntilUs = fromAtUs + fault!.endMs * 1_000
    const isInDownTime = (due: number): boolean => due >= downFromUs && due < downUntilUs
    const duringDownTime = dueAtUs.filter(isInDownTime)
    const late = deliveries.filter(({ message }) => isInDownTime(dueAtUs[message]!))
    assert.ok(duringDownTime.length >= 20, `${duringDownTime.length}`)
    assert.equal(late.length, duringDownTime.length * clientCount)
    // The server listens a little before the word of it has come back.
    const wordUs = 50_000
    assert.ok(late.every(({ receivedAtUs }) => receivedAtUs > downUntilUs - wordUs))
    // A stream or a held poll ends with its server: everybody is away for all of the down time, but for the ms until the end is seen.
    if (transport !== 'short-poll') {
      assert.equal(found!.awayCount, clientCount)
      const seenUs = 100_000
      const surely = dueAtUs.filter((due) => due >= downFromUs + seenUs && due < downUntilUs - wordUs).length
      assert.ok(found!.recoveredCount >= surely * clientCount, `${found!.recoveredCount} of at least ${surely * clientCount}`)
    }
    assert.deepEqual(
      serverLives!.map(({ end, requestCount }) => [end, requestCount === null]),
      [
        ['kill', true],
        ['trial', false],
      ],
    )
    assert.equal(requests.serverSeenCount, null)
    assert.match(requests.reasons['serverSeenCount']!, /killed/)
    // One processor is the server's, or all of them where nothing is pinned: no life takes more, and none gives any back.
    const most = 1_000 * availableParallelism()
    const slices = trial.timeline.map(({ serverCpuMsPerSecond }) => serverCpuMsPerSecond).filter((value) => value !== null)
    assert.ok(slices.length >= 12 && slices.every((value) => value >= 0 && value <= most), JSON.stringify(slices))
    assertNoTrafficGate(known)
  })
}

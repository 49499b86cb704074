import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { assertNoTrafficGate, contenders, faultTrial } from '../helpers/fault-trial.ts'

const clientCount = 100

suite('a server that is stopped and started again', () => {
  for (const transport of Object.keys(contenders)) {
    test(`${transport}: nothing is lost or repeated, and both sides count the same over both lives`, async () => {
      const known = await faultTrial(transport, {
        clientCount,
        measuredMs: 4_000,
        faults: [{ kind: 'server-restart', atMs: 1_000, downMs: 800 }],
      })
      const { ledger, recovery, serverLives, requests, server, connections } = known.trial
      const [found] = recovery!.faults
      assert.equal(ledger.expectedCount, 4 * 20 * clientCount)
      assert.deepEqual([ledger.lostCount, ledger.duplicatedCount, ledger.reorderedCount], [0, 0, 0])
      assert.deepEqual([found!.awayCount, found!.returnedCount, found!.missedCount], [clientCount, clientCount, 0])
      assert.deepEqual(
        serverLives!.map(({ end }) => end),
        ['restart', 'trial'],
      )
      const seenCounts = serverLives!.map(({ requestCount }) => requestCount!)
      assert.equal(requests.serverSeenCount, seenCounts[0]! + seenCounts[1]!)
      // A stream and a socket are one request in each life.
      if (transport === 'sse' || transport === 'websocket') assert.deepEqual(seenCounts, [clientCount, clientCount])
      // Clients that were disconnected got the reason.
      if (transport === 'websocket') assert.equal(connections.closeCodes['1001 server shutting down'], clientCount)
      if (transport === 'sse' || transport === 'websocket') assert.equal(connections.serverClosed!['shutdown'], clientCount)
      // Each held poll was answered with 204, and each client had subscribed with one.
      if (transport === 'long-poll') assert.ok((server.counters!['emptyCount'] as number) >= 2 * clientCount)
      assertNoTrafficGate(known)
    })
  }
})

suite('a cut of 30 % of the connections of 100 clients', () => {
  for (const transport of Object.keys(contenders)) {
    test(`${transport}: 30 reconnect, once each, and nothing is lost`, async () => {
      const known = await faultTrial(transport, { clientCount, measuredMs: 2_000, faults: [{ kind: 'cut', atMs: 500, ratio: 0.3 }] })
      const { faults, recovery, connections, ledger } = known.trial
      const [found] = recovery!.faults
      assert.equal(faults![0]!.reachedCount, 30)
      assert.deepEqual([found!.awayCount, found!.returnedCount, found!.attemptCount, found!.failedAttemptCount], [30, 30, 30, 0])
      assert.equal(connections.openedCount, clientCount + 30)
      assert.deepEqual([ledger.lostCount, ledger.duplicatedCount], [0, 0])
      assertNoTrafficGate(known)
    })
  }
})

test('a server that refuses for 1 s: clients cut meanwhile fail until it listens, connected ones notice nothing', async () => {
  const known = await faultTrial('websocket', {
    clientCount,
    measuredMs: 4_000,
    faults: [
      { kind: 'refuse', atMs: 1_000, durationMs: 1_000 },
      { kind: 'cut', atMs: 1_200, ratio: 0.2 },
    ],
  })
  const { faults, recovery, connections, ledger } = known.trial
  const [refused, cut] = recovery!.faults
  assert.equal(refused!.awayCount, 0)
  assert.deepEqual([cut!.awayCount, cut!.returnedCount], [20, 20])
  // The first wait of 80 to 120 ms ends well before the server listens again.
  assert.ok(cut!.failedAttemptCount >= 20, `${cut!.failedAttemptCount}`)
  assert.equal(connections.faults['refused'], cut!.failedAttemptCount)
  assert.ok(faults![1]!.startMs + cut!.backAfterStartMs.p50! >= faults![0]!.endMs - 50)
  assert.deepEqual([ledger.lostCount, ledger.duplicatedCount], [0, 0])
  assertNoTrafficGate(known)
})

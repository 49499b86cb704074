import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { runKnownTrial, type KnownTrial } from '../../src/calibrate/known-trial.ts'

const clientCount = 200
const pollIntervalMs = 500
const retry = { backoffBaseMs: 100, backoffFactor: 2, backoffCapMs: 1_000, backoffJitterRatio: 0.2 }
const options: Record<string, Record<string, unknown>> = {
  'short-poll': { ...retry, pollIntervalMs },
  'long-poll': { ...retry, holdTimeMs: 5_000 },
  sse: retry,
  websocket: retry,
}

/** A server that is killed 1 s into the window and down for 1 s. 20 messages/s to everybody go on all the time. */
function killed(transport: string, kind: 'server-kill' | 'server-restart'): Promise<KnownTrial> {
  return runKnownTrial({
    transport,
    options: options[transport]!,
    clientCount,
    traffic: { messagesPerSecondPerChannel: 20 },
    measuredMs: 6_000,
    faults: [{ kind, atMs: 1_000, downMs: 1_000 }],
  })
}

for (const transport of Object.keys(options)) {
  suite(`the server is killed: ${transport}`, () => {
    test('200 clients come back, nothing is lost, and what was published meanwhile is recovered', async () => {
      const { trial, deliveries, dueAtUs, fromAtUs, untilAtUs } = await killed(transport, 'server-kill')
      const { faults, recovery, ledger, serverLives, requests, validity } = trial
      const fault = faults![0]!
      const found = recovery!.faults[0]!
      assert.equal(fault.startMs >= 1_000 && fault.startMs < 1_100 && fault.endMs >= 2_000, true, JSON.stringify(fault))
      assert.equal(ledger.expectedCount, 6 * 20 * clientCount)
      assert.deepEqual([ledger.lostCount, ledger.duplicatedCount, ledger.reorderedCount, ledger.unexpectedCount], [0, 0, 0, 0])
      assert.equal(found.returnedCount, found.awayCount)
      assert.equal(found.missedCount, 0)
      assert.equal(found.recoveredCount, found.dueWhileAwayCount)
      assert.equal(recovery!.reconnects.connectedCount.at(-1), clientCount)
      assert.equal(recovery!.duplicatedCount, 0)
      // A client that was never served between the kill and the new server received nothing in that time: the raw record agrees.
      const downFromUs = fromAtUs + fault.startMs * 1_000
      const downUntilUs = fromAtUs + fault.endMs * 1_000
      const inDownTime = deliveries.filter(({ receivedAtUs }) => receivedAtUs > downFromUs + 50_000 && receivedAtUs < downUntilUs - 20_000)
      assert.equal(inDownTime.length, 0)
      const dueInDownTime = dueAtUs.filter((due) => due >= downFromUs && due < downUntilUs)
      const late = deliveries.filter(({ message }) => dueAtUs[message]! >= downFromUs && dueAtUs[message]! < downUntilUs)
      assert.equal(late.length, dueInDownTime.length * clientCount)
      assert.ok(untilAtUs > downUntilUs)
      assert.deepEqual(
        serverLives!.map(({ end, requestCount }) => [end, requestCount === null]),
        [
          ['kill', true],
          ['trial', false],
        ],
      )
      assert.equal(requests.serverSeenCount, null)
      const gates = validity.reasons
        .map(({ gate }) => gate)
        .filter((gate) => !['hiccup', 'competing-load', 'steal', 'generator-stall'].includes(gate))
      assert.deepEqual(gates, [], JSON.stringify(validity.reasons))
    })
  })
}

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { runKnownTrial } from '../../src/calibrate/known-trial.ts'

const clientCount = 40
const probeClientCount = 16
const measuredMs = 5_000
/** 5 messages a second to each of 16 clients: enough for a p99, which needs 400. */
const probedCount = 16 * 5 * (measuredMs / 1_000)

for (const transport of ['short-poll', 'long-poll', 'sse', 'websocket']) {
  test(`the probe of a ${transport} trial gets every message, and is in no count but the server's`, async () => {
    const options = transport === 'short-poll' ? { pollIntervalMs: 250 } : {}
    const { trial } = await runKnownTrial({
      transport,
      options,
      clientCount,
      probeClientCount,
      traffic: { messagesPerSecondPerChannel: 4 },
      measuredMs,
    })
    const probe = trial.probe!
    assert.equal(probe.clientCount, probeClientCount)
    assert.equal(probe.loadedCount, probedCount)
    assert.equal(probe.probeCount, probedCount)
    assert.ok(probe.loadedP99Us! > 0 && probe.probeP99Us! > 0)
    assert.deepEqual(probe.reasons, {})
    // Both sides agree on requests only when the probe's are added to those of the clients.
    assert.equal(trial.requests.serverSeenCount, trial.requests.sentCount + probe.requestCount)
    assert.equal(
      trial.validity.reasons.find(({ gate }) => gate === 'count-mismatch'),
      undefined,
    )
    assert.equal(trial.clients.subscribedCount, clientCount)
    assert.equal(trial.ledger.expectedCount, clientCount * 4 * (measuredMs / 1_000))
    assert.equal(trial.ledger.deliveredCount, trial.ledger.expectedCount)
    assert.equal(trial.ledger.unexpectedCount, 0)
    const { baselineCount, idleCount, afterCount, perClient } = trial.server.descriptors
    assert.equal(idleCount! - baselineCount!, clientCount)
    assert.equal(afterCount, baselineCount)
    assert.equal(perClient, 1)
    assert.deepEqual(
      trial.generator.map(({ role }) => role),
      ['publisher', 'client-host', 'probe-host'],
    )
  })
}

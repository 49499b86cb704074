import assert from 'node:assert/strict'
import { test } from 'node:test'
import { runKnownTrial } from '../../src/calibrate/known-trial.ts'

// K20: one descriptor in the server per client, and all of them back after the disconnect.
for (const transport of ['short-poll', 'long-poll', 'sse', 'websocket']) {
  test(`${transport} costs the server exactly one descriptor a client, gives it back, and has the settings of the others`, async () => {
    const clientCount = 250
    const { trial } = await runKnownTrial({ transport, clientCount, traffic: { messagesPerSecondPerChannel: 5 }, measuredMs: 1_000 })
    const { baselineCount, idleCount, peakCount, afterCount, perClient } = trial.server.descriptors
    assert.equal(idleCount! - baselineCount!, clientCount)
    assert.equal(peakCount! - baselineCount!, clientCount)
    assert.equal(afterCount, baselineCount)
    assert.equal(perClient, 1)
    assert.deepEqual(
      trial.ramp.map((step) => [step.clientCount, step.descriptorCount! - baselineCount!]),
      [50, 100, 150, 200, 250].map((count) => [count, count]),
    )
    assert.equal(trial.clients.subscribedCount, clientCount)
    assert.equal(trial.ledger.lostCount, 0)
    // The server looks at its first 16 sockets, of which one, closed by now, was to see who listens there.
    assert.deepEqual(trial.server.settings, {
      noDelaySocketCount: 15,
      delayedSocketCount: 0,
      keepAliveTimeoutMs: 72_000,
      backlog: 4_096,
      compressedCount: 0,
    })
  })
}

test('clients of the rehearsal before the ramp count nowhere', async () => {
  const clientCount = 1_000
  const { trial } = await runKnownTrial({
    transport: 'long-poll',
    clientCount,
    traffic: { messagesPerSecondPerChannel: 2 },
    measuredMs: 1_000,
  })
  const { requests, connections, server } = trial
  assert.equal(connections.openedCount, clientCount)
  assert.equal(requests.serverSeenCount, requests.sentCount)
  // Each held poll of the trial itself ends with the disconnect.
  assert.equal(server.counters!['abandonedCount'], clientCount)
  assert.equal(server.descriptors.idleCount! - server.descriptors.baselineCount!, clientCount)
  assert.equal(server.descriptors.afterCount, server.descriptors.baselineCount)
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { runKnownTrial } from '../../src/calibrate/known-trial.ts'

// K12: each message that a busy client host takes makes the next one wait 1 ms; the last of 16 shadows waits 15 ms.
test('the probe distinguishes a client host that is busy for 1 ms a message from a slow server', async () => {
  const { trial } = await runKnownTrial({
    transport: 'sse',
    clientCount: 40,
    probeClientCount: 16,
    traffic: { messagesPerSecondPerChannel: 4 },
    // 5 messages a second to each of 16 clients: a p99 needs 400.
    measuredMs: 5_000,
    clientHostModule: fileURLToPath(new URL('../../src/calibrate/planted/busy-client-host.js', import.meta.url)),
  })
  const { loadedP99Us, probeP99Us } = trial.probe!
  assert.ok(loadedP99Us! - probeP99Us! >= 5_000, `${loadedP99Us} µs against ${probeP99Us} µs`)
  const finding = trial.validity.reasons.find(({ gate }) => gate === 'client-queueing')
  assert.equal(finding?.status, 'tainted')
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { runKnownTrial } from '../../src/calibrate/known-trial.ts'
import { testCheck } from '../helpers/calibration-check.ts'

testCheck('K20')

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
  assert.equal(server.counters['abandonedCount'], clientCount)
  assert.equal(server.descriptors.idleCount! - server.descriptors.baselineCount!, clientCount)
  assert.equal(server.descriptors.afterCount, server.descriptors.baselineCount)
})

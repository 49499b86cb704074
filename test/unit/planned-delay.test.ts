import assert from 'node:assert/strict'
import { test } from 'node:test'
import { contenderOf } from '../../src/core/transports/registry.ts'
import { plannedDelayMs, type TrialSpec } from '../../src/trial/trial-spec.ts'

test('what contender and network delay on purpose adds up, and nothing else counts', () => {
  const scenario = {} as TrialSpec['scenario']
  const far = { network: { delayMs: 300, jitterMs: 20 } } as TrialSpec['scenario']
  assert.equal(plannedDelayMs({ contender: contenderOf('long-poll', { holdTimeMs: 25_000 }), scenario }), 0)
  assert.equal(plannedDelayMs({ contender: contenderOf('websocket', { heartbeatMs: 15_000 }), scenario }), 0)
  assert.equal(plannedDelayMs({ contender: contenderOf('short-poll', { pollIntervalMs: 2_000 }), scenario }), 2_000)
  assert.equal(plannedDelayMs({ contender: contenderOf('long-poll', { repollDelayMs: 200, batchWindowMs: 50 }), scenario }), 250)
  assert.equal(plannedDelayMs({ contender: contenderOf('sse', { batchWindowMs: 50 }), scenario }), 50)
  // Three transits of at most 320 ms.
  assert.equal(plannedDelayMs({ contender: contenderOf('short-poll', { pollIntervalMs: 2_000 }), scenario: far }), 2_960)
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { plannedDelayMs } from '../../src/trial/planned-delay.ts'
import type { TrialSpec } from '../../src/trial/trial-spec.ts'

test('what contender and network delay on purpose adds up, and nothing else counts', () => {
  const scenario = {} as TrialSpec['scenario']
  const far = { network: { delayMs: 300, jitterMs: 20 } } as TrialSpec['scenario']
  const contender = (options: object) => ({ transport: 'x', label: 'x', ...options })
  assert.equal(plannedDelayMs({ contender: contender({ holdTimeMs: 25_000, heartbeatMs: 15_000 }), scenario }), 0)
  assert.equal(plannedDelayMs({ contender: contender({ pollIntervalMs: 2_000 }), scenario }), 2_000)
  assert.equal(plannedDelayMs({ contender: contender({ repollDelayMs: 200, batchWindowMs: 50 }), scenario }), 250)
  // Three transits of at most 320 ms.
  assert.equal(plannedDelayMs({ contender: contender({ pollIntervalMs: 2_000 }), scenario: far }), 2_960)
})

import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { primedCountFor } from '../../src/trial/trial-ramp.ts'

suite('the rehearsal before the ramp', () => {
  for (const [clientCount, freePortCount, expected] of [
    [999, 28_232, 0],
    [1_000, 28_232, 200],
    [10_000, 28_232, 2_000],
    [25_000, 28_232, 2_000],
    // 42 ports are spare for probe, shadows and the runner.
    [27_000, 28_232, 1_190],
    [1_000, 1_042, 0],
    [1_000, 900, 0],
    [1_000, Infinity, 200],
  ] as const) {
    test(`has ${expected} of ${clientCount} clients where ${freePortCount} ports are free`, () => {
      assert.equal(primedCountFor(clientCount, freePortCount), expected)
    })
  }
})

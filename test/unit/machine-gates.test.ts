import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { TrialResult } from '../../src/core/result.ts'
import { gates } from '../../src/metrics/gates.ts'
import { reasonsOfItsOwn } from '../helpers/machine-gates.ts'

const ownOf = (...found: string[]): string[] => {
  const reasons = found.map((gate) => ({ gate, status: 'invalid', message: '' }))
  return reasonsOfItsOwn({ validity: { status: 'invalid', reasons } } as unknown as TrialResult).map(({ gate }) => gate)
}

test('what machine and generator find is excused, and nothing else', () => {
  assert.deepEqual(
    gates.map(({ gate }) => gate).filter((gate) => ownOf(gate).length === 0),
    [
      'publisher-lag',
      'offered-rate',
      'generator-stall',
      'generator-utilisation',
      'client-queueing',
      'processor-quota',
      'not-received',
      'hiccup',
      'competing-load',
      'steal',
      'no-lock',
      'fault-off-plan',
      'machine-busy',
    ],
  )
  assert.deepEqual(ownOf('hiccup', 'count-mismatch'), ['count-mismatch'])
})

test('too much for the machine is excused only where other processes were on it', () => {
  assert.deepEqual(ownOf('saturated', 'poll-overrun', 'publisher-lag'), ['saturated', 'poll-overrun'])
  assert.deepEqual(ownOf('saturated', 'poll-overrun', 'competing-load'), [])
})

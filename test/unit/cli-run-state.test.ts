import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { RunState } from '../../src/cli/run-state.ts'
import type { TrialResult } from '../../src/core/result.ts'

const plan = { blockOrder: [['sse', 'websocket']], channelCount: 1, totalMessagesPerSecond: 10, clientHostCount: 1, estimatedSeconds: 89.2 }
const trial = {
  contender: 'sse',
  deliveryLatencyUs: { p50: 1_234 },
  ledger: { deliveredCount: 500, lostCount: 0, notReceivedCount: 0 },
  validity: { status: 'valid' },
} as unknown as TrialResult

describe('RunState', () => {
  it('shows the plan, then trial and phase, then what has ended, once', () => {
    const state = new RunState()
    assert.equal(state.line(), 'planning')
    state.take({ kind: 'planned', plan, trialCount: 2 })
    assert.equal(state.line(), '2 trials, about 90 s, 10 messages/s in all')
    state.take({ kind: 'trial-started', contender: 'sse', block: 0, position: 0, number: 1 })
    assert.equal(state.line(), 'trial 1 of 2: sse, block 1, starting')
    state.take({ kind: 'phase', name: 'connect', atUs: 0, detail: '50 clients' })
    assert.equal(state.line(), 'trial 1 of 2: sse, block 1, connect for 0 s, 50 clients')
    assert.equal(state.takeNews(), '')
    state.take({ kind: 'trial-ended', trial })
    assert.equal(state.line(), '1 of 2 trials done')
    assert.equal(state.takeNews(), ' | done: sse p50 1.2 ms, 500 delivered, 0 lost, valid')
    assert.equal(state.takeNews(), '')
    state.take({ kind: 'trial-failed', contender: 'websocket', block: 0, message: 'died' })
    assert.equal(state.takeNews(), ' | done: websocket failed: died')
    assert.equal(state.line(), '2 of 2 trials done')
  })

  it('distinguishes what was lost from what was not received', () => {
    const state = new RunState()
    state.take({ kind: 'trial-ended', trial: { ...trial, ledger: { ...trial.ledger, notReceivedCount: 7 } } })
    assert.equal(state.takeNews(), ' | done: sse p50 1.2 ms, 500 delivered, 0 lost, 7 not received, valid')
  })

  it('keeps a row for every contender, in the order of the plan', () => {
    const state = new RunState()
    state.take({ kind: 'planned', plan, trialCount: 2 })
    state.take({ kind: 'trial-ended', trial })
    assert.deepEqual(
      state.rows().map(({ contender, trials }) => [contender, trials.length]),
      [
        ['sse', 1],
        ['websocket', 0],
      ],
    )
  })
})

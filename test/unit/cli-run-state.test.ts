import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { logIntervalSeconds } from '../../src/cli/progress.ts'
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
    assert.equal(state.line(), '2 trials, about 89 s, 10 messages/s in all')
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

  it('says how long it will take by the plan, and then by what trials take', () => {
    let nowUs = 0
    const state = new RunState(() => nowUs)
    assert.equal(state.remainingSeconds(), null)
    state.take({ kind: 'planned', plan: { ...plan, estimatedSeconds: 40 }, trialCount: 4 })
    state.take({ kind: 'trial-started', contender: 'sse', block: 0, position: 0, number: 1 })
    nowUs = 4e6
    // 10 s a trial, of which 4 s are over.
    assert.equal(state.remainingSeconds(), 36)
    assert.equal(state.liveLine(100), '██░░░░░░░░░░░░░░░░░░ about 36 s left · trial 1 of 4: sse, block 1, starting')
    assert.equal(state.liveLine(40), 'about 36 s left · trial 1 of 4: sse, block 1, starting')
    nowUs = 20e6
    state.take({ kind: 'trial-ended', trial })
    // It took 20 s: with the plan of 10 s that makes 15 s for each of the three that are left.
    assert.equal(state.remainingSeconds(), 45)
    state.take({ kind: 'trial-started', contender: 'websocket', block: 0, position: 1, number: 2 })
    assert.equal(
      state.logLine(),
      'trial 2 of 4: websocket, block 1, starting, about 45 s left | done: sse p50 1.2 ms, 500 delivered, 0 lost, valid',
    )
  })

  it('counts repeated trials as more to do', () => {
    const state = new RunState(() => 0)
    state.take({ kind: 'planned', plan: { ...plan, estimatedSeconds: 10 }, trialCount: 1 })
    state.take({ kind: 'trial-started', contender: 'sse', block: 0, position: 0, number: 1 })
    state.take({ kind: 'trial-ended', trial })
    assert.equal(state.remainingSeconds(), 0)
    state.take({ kind: 'trial-started', contender: 'sse', block: 0, position: 1, number: 2 })
    assert.match(state.line(), /^trial 2 of 2: /)
    assert.equal(state.remainingSeconds(), 5)
  })

  it('says of a study what is left of the whole, before the trial of its point', () => {
    let nowUs = 0
    const state = new RunState(() => nowUs)
    state.enter('point 2 of 3 (clients 400)', 120)
    assert.equal(state.line(), 'point 2 of 3 (clients 400)')
    state.take({ kind: 'planned', plan, trialCount: 2 })
    state.take({ kind: 'trial-started', contender: 'sse', block: 0, position: 0, number: 1 })
    nowUs = 30e6
    assert.equal(state.logLine(), 'point 2 of 3 (clients 400): trial 1 of 2: sse, block 1, starting, about 90 s left')
  })

  it('gives a log six lines of a run, none twice in ten seconds and one a minute', () => {
    assert.deepEqual([20, 60, 180, 360, 3_600].map(logIntervalSeconds), [10, 10, 30, 60, 60])
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

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { answerOf } from '../../src/answer/answer.ts'
import { dominators, type Standing } from '../../src/answer/dominance.ts'
import { answerTableOf } from '../../src/answer/table.ts'
import { answerSchema, type Answer } from '../../src/core/answer.ts'
import type { FaultRecovery } from '../../src/core/fault-result.ts'
import type { TrialResult } from '../../src/core/result.ts'
import { tableLegend } from '../../src/report/answer-text.ts'
import { spoiltTimes, workedResult, type WorkedAsk, type WorkedContender } from '../helpers/worked-result.ts'

const sse: WorkedContender = { transport: 'sse' }
const websocket: WorkedContender = { transport: 'websocket' }
const longPoll: WorkedContender = { transport: 'long-poll' }

function answer(ask: WorkedAsk): Answer {
  return answerSchema.parse(answerOf(workedResult(ask)))
}

function textsOf(ask: WorkedAsk): string[] {
  return answer(ask).lines.map(({ text }) => text)
}

function rowOf(ask: WorkedAsk, label: string) {
  return answerTableOf(workedResult(ask)).rows.find((row) => row.label === label)!
}

/** Names that are dominated, with those by whom. `better` lists pairs of which the first is better than the second, and in nothing worse. */
function dominatedBy(names: readonly string[], better: readonly string[]): Record<string, string[]> {
  const found = dominators(names, (one, other): Standing[] => [
    better.includes(other + one) ? 'worse' : better.includes(one + other) ? 'better' : 'open',
  ])
  return Object.fromEntries(found)
}

test('in a ring nobody dominates, whoever else there is', () => {
  const ring = ['AB', 'BC', 'CA']
  assert.deepEqual(dominatedBy(['A', 'B', 'C'], ring), {})
  // D has nothing to do with them: it would be chosen alone, for no reason.
  assert.deepEqual(dominatedBy(['A', 'B', 'C', 'D'], ring), {})
  // E is behind all of them: that they are a ring is no reason to choose it.
  assert.deepEqual(dominatedBy(['A', 'B', 'C', 'E'], [...ring, 'AE', 'BE']), { E: ['A', 'B'] })
  // F is ahead of one of them, which keeps the other two in no ring.
  assert.deepEqual(dominatedBy(['A', 'B', 'C', 'F'], [...ring, 'FA']), { A: ['F'] })
})

test('where a figure of one contender does not count, nothing is said of all, and that figure is open', () => {
  const found = answer({ contenders: [sse, { ...websocket, findings: () => [spoiltTimes()] }] })
  assert.equal(found.recommendation, 'No reliable difference yet between SSE and WebSocket; SSE is the simpler.')
  assert.equal(found.lines[0]?.text, 'Only SSE has a figure of latency that counts: 5 ms at p99.')
  assert.deepEqual(found.open, { text: 'Still open: latency and server CPU.', blockCount: null, minutes: null })
  assert.ok(
    textsOf({ contenders: [sse, websocket, { ...longPoll, memoryKiB: null }] }).includes(
      'SSE and WebSocket hold 4 KiB per client on the server: no difference that matters.',
    ),
  )
})

test('a first look says that all are alike only of those whose figures all count', () => {
  const spoilt = answer({ blockCount: 1, contenders: [sse, { ...websocket, findings: () => [spoiltTimes()] }] })
  assert.equal(
    spoilt.recommendation,
    'First look, one run each: nothing that counts differs by 2 × or more. No latency or server CPU of WebSocket counts.',
  )
  const lost = answer({ blockCount: 1, contenders: [{ ...sse, lostCount: 600, p50Ms: null, p99Ms: null }, websocket, longPoll] })
  assert.equal(
    lost.recommendation,
    'First look, one run each: nothing that counts differs by 2 × or more. SSE left 60.0 % of its deliveries undelivered.',
  )
})

test('a first look at a figure of 0 or less names it, though nothing is a multiple of it', () => {
  const found = answer({
    blockCount: 1,
    contenders: [
      { ...sse, memoryKiB: -0.5 },
      { ...websocket, memoryKiB: 50 },
    ],
  })
  assert.equal(
    found.recommendation,
    'First look, one run each: WebSocket is at 50 KiB per client against -0.500; the other is within 2 × in all.',
  )
})

test('several trials of which no two share a block are not called one run each', () => {
  const found = answer({
    contenders: [
      { ...sse, failedIn: [2] },
      { ...websocket, failedIn: [0, 1] },
    ],
  })
  assert.equal(found.recommendation, 'First look, no two blocks in common: both are within 2 × in all.')
})

/** Of 1,000 requests so many failed. */
function failing(failedCount: number): (trial: TrialResult) => TrialResult {
  return (trial) => ({ ...trial, requests: { ...trial.requests, sentCount: 1_000, failedCount, timedOutCount: 0 } })
}

test('one whose requests fail is no best of its row, and more blocks are not said to decide it', () => {
  const ask: WorkedAsk = {
    contenders: [
      { ...sse, wireBytes: 400, change: failing(30) },
      { ...websocket, change: failing(0) },
    ],
  }
  assert.deepEqual(answer(ask).open, { text: 'Still open: bytes.', blockCount: null, minutes: null })
  assert.deepEqual(
    rowOf(ask, 'Wire bytes').cells.map(({ mark }) => mark),
    ['open', 'best'],
  )
})

test('where a verdict and the medians contradict each other, nobody is called better', () => {
  // In each of the three blocks that both have WebSocket sends twice the bytes; SSE was dear in two blocks more.
  const ask: WorkedAsk = {
    blockCount: 5,
    contenders: [
      { ...sse, wireBytes: [100, 101, 900, 900, 900] },
      { ...websocket, wireBytes: [200, 202, 1_800, null, null] },
    ],
  }
  const found = answer(ask)
  assert.ok(
    found.lines.some(({ text }) => text === 'Both send 202 to 900 B per delivery: no reliable difference yet.'),
    JSON.stringify(found.lines),
  )
  assert.deepEqual([found.choose, found.ruledOut], [['sse', 'websocket'], []])
})

test('a wait that a setting explains is named only where the median is later', () => {
  const found = answer({
    contenders: [
      { ...sse, p50Ms: 40, p99Ms: 50 },
      { ...sse, label: 'sse, batch window 50 ms', options: { batchWindowMs: 50 }, p50Ms: 30, p99Ms: 100 },
    ],
  })
  assert.equal(found.ruledOut[0]?.text, 'SSE (batch window 50 ms) has 2.0 × the latency of SSE, and is better in nothing.')
})

test('of losses that may not be, the largest of all blocks is named', () => {
  const lost = [2, 9, 5]
  const change = (trial: TrialResult): TrialResult => {
    const lostCount = lost[trial.block]!
    return { ...trial, ledger: { ...trial.ledger, deliveredCount: 1_000 - lostCount, lostCount, censoredCount: lostCount } }
  }
  const { ruledOut } = answer({ contenders: [{ ...sse, change }, websocket], limits: { lostCount: 0 } })
  assert.equal(ruledOut[0]?.text, 'SSE lost up to 9 deliveries in every block: none may be.')
})

test('a p99 of ∞ breaks a limit in words that can be read', () => {
  const withReason = (p99: string) => (trial: TrialResult) => ({
    ...trial,
    deliveryLatencyUs: { ...trial.deliveryLatencyUs, p99: null, reasons: { p99 } },
  })
  const { ruledOut } = answer({
    contenders: [{ ...sse, change: withReason('∞ (3.0 % undelivered)') }, websocket],
    limits: { deliveryLatencyP99Ms: 8 },
  })
  assert.equal(ruledOut[0]?.text, 'SSE has a p99 of ∞ (3.0 % undelivered) in every block: the limit is 8 ms.')
})

test('that no other meets a limit is not said of one of which no trial counts', () => {
  const found = answer({
    contenders: [sse, { ...longPoll, p99Ms: 12 }, { ...websocket, failedIn: [0, 1, 2] }],
    limits: { deliveryLatencyP99Ms: 8 },
  })
  assert.equal(found.recommendation, 'Choose SSE.')
})

test('two contenders never have one name', () => {
  const found = answer({ contenders: [sse, { ...websocket, label: 'SSE' }] })
  assert.equal(found.recommendation, 'SSE and “SSE” do not differ in anything that matters; SSE is the simpler.')
})

test('a disturbance is blamed for the trials in which it was found', () => {
  const generator = () => [spoiltTimes('generator-utilisation', 'generator')]
  const found = answer({
    contenders: [
      { ...sse, findings: (block) => (block === 0 ? [spoiltTimes()] : generator()) },
      { ...websocket, findings: generator },
      { ...longPoll, findings: generator },
    ],
  })
  assert.match(
    found.recommendation,
    /^No answer: all 9 trials were spoilt, 8 of them since the generator was at its limit\. Use fewer clients/,
  )
  assert.match(found.trust[1]?.text ?? '', /^9 of 9 trials disturbed: in 8 the generator was at its limit/)
})

test('of a contender without a trial that counts, no loss is known, also not that of nothing', () => {
  const ask: WorkedAsk = { contenders: [sse, { ...websocket, failedIn: [0, 1, 2] }, longPoll] }
  const { cells, unit } = rowOf(ask, 'Lost')
  assert.deepEqual([cells.map(({ text }) => text), unit], [['0', '–', '0'], 'of 3,000'])
})

test('losses are compared by their share', () => {
  // 8 of 2,000 are more than 9 of 3,000.
  const ask: WorkedAsk = {
    contenders: [
      { ...sse, lostCount: 4, failedIn: [2] },
      { ...websocket, lostCount: 3 },
    ],
  }
  assert.deepEqual(
    rowOf(ask, 'Lost').cells.map(({ text, mark, factor }) => [text, mark, factor]),
    [
      ['8', null, '1.3 ×'],
      ['9', 'best', null],
    ],
  )
})

test('the legend of a first look calls nobody the best', () => {
  const contenders = [sse, { ...websocket, memoryKiB: 50 }]
  assert.deepEqual(tableLegend(answerTableOf(workedResult({ blockCount: 1, contenders }))), ['× times the lowest of the row.'])
})

/** A server that was killed under 1,000 clients, of which some never came back. */
function killed(allMs: number, strandedIn: readonly number[] = []): (trial: TrialResult) => TrialResult {
  return (trial) => {
    const strandedCount = strandedIn.includes(trial.block) ? 10 : 0
    const none = { p50: null, p99: null, all: null, reasons: {} }
    const fault: FaultRecovery = {
      kind: 'server-kill',
      awayCount: 1_000,
      returnedCount: 1_000 - strandedCount,
      attemptCount: 1_000,
      failedAttemptCount: 0,
      peakAttemptsPerSecond: 1_000 + trial.block,
      peakAttemptsPer100Ms: 100,
      peakConnectsPerSecond: 1_000,
      backAfterStartMs: { ...none, all: strandedCount > 0 ? null : allMs * (1 + trial.block * 0.01) },
      backAfterEndMs: none,
      dueWhileAwayCount: 0,
      recoveredCount: 0,
      missedCount: 0,
      serverKeptMs: null,
      serverKeptCount: null,
      reasons: {},
    }
    const reconnects = { sliceMs: 100, attemptCount: [], backCount: [], connectedCount: [] }
    return { ...trial, recovery: { faults: [fault], duplicatedCount: 0, reconnects } }
  }
}

test('clients that never come back are counted, and whoever has some is not said to have all back', () => {
  const contenders = (strandedIn: readonly number[]): WorkedContender[] => [
    { ...sse, change: killed(2_000, strandedIn) },
    { ...websocket, change: killed(5_000) },
  ]
  const always = textsOf({ contenders: contenders([0, 1, 2]) })
  assert.equal(always[0], 'Clients that lost the server and never came back: SSE 30 of 3,000.')
  assert.equal(always[1], 'Only WebSocket has a figure of time to recover that counts: 5.05 s after the fault.')
  const once = textsOf({ contenders: contenders([1]) })
  assert.equal(once[0], 'Clients that lost the server and never came back: SSE 10 of 3,000.')
  assert.equal(once[1], 'Both have all clients back 2.04 to 5.05 s after the fault: no reliable difference yet.')
})

test('a reader that is cut by a server that counts no queue is not said to have had nothing queued', () => {
  const stopped = (trial: TrialResult): TrialResult => {
    const whole = killed(0)(trial)
    const [fault] = whole.recovery!.faults
    return {
      ...whole,
      server: { ...trial.server, maxQueuedBytes: null, reasons: { maxQueuedBytes: 'not measured' } },
      recovery: { ...whole.recovery!, faults: [{ ...fault!, kind: 'slow-readers', serverKeptMs: 3_500 }] },
    }
  }
  const texts = textsOf({ blockCount: 1, contenders: [{ ...sse, change: stopped }, websocket] })
  assert.ok(texts.includes('A reader that stops is cut by SSE after 3.50 s.'), JSON.stringify(texts))
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { answerSchema, type Answer } from '../../src/core/answer.ts'
import type { FaultRecovery } from '../../src/core/fault-result.ts'
import type { TrialResult } from '../../src/core/result.ts'
import { answerOf } from '../../src/answer/answer.ts'
import { answerTableOf } from '../../src/answer/table.ts'
import { workedResult, type WorkedAsk } from '../helpers/worked-result.ts'

function answer(ask: WorkedAsk): Answer {
  return answerSchema.parse(answerOf(workedResult(ask)))
}

function textOf(found: Answer, topic: Answer['lines'][number]['topic']): string[] {
  return found.lines.filter((line) => line.topic === topic).map(({ text }) => text)
}

const nobody: FaultRecovery = {
  kind: 'server-kill',
  awayCount: 0,
  returnedCount: 0,
  attemptCount: 0,
  failedAttemptCount: 0,
  peakAttemptsPerSecond: 0,
  peakAttemptsPer100Ms: 0,
  peakConnectsPerSecond: 0,
  backAfterStartMs: { p50: null, p99: null, all: null, reasons: {} },
  backAfterEndMs: { p50: null, p99: null, all: null, reasons: {} },
  dueWhileAwayCount: 0,
  recoveredCount: 0,
  missedCount: 0,
  serverKeptMs: null,
  serverKeptCount: null,
  reasons: {},
}

/** Adds a fault as it went for a contender. */
function withFault(fault: Partial<FaultRecovery>): (trial: TrialResult) => TrialResult {
  return (trial) => ({
    ...trial,
    recovery: {
      faults: [{ ...nobody, ...fault }],
      duplicatedCount: 0,
      reconnects: { sliceMs: 100, attemptCount: [], backCount: [], connectedCount: [] },
    },
  })
}

/** A server that was killed under 1,000 clients, all of which were back after so many ms. */
function killed(allMs: number, peakAttemptsPerSecond: number, missedCount = 0): (trial: TrialResult) => TrialResult {
  return (trial) => {
    // Blocks are never alike to the ms.
    const spread = 1 + (trial.block - 1) * 0.01
    return withFault({
      awayCount: 1_000,
      returnedCount: 1_000,
      peakAttemptsPerSecond: Math.round(peakAttemptsPerSecond * spread),
      backAfterStartMs: { p50: allMs / 2, p99: allMs, all: allMs * spread, reasons: {} },
      dueWhileAwayCount: 200,
      recoveredCount: 200 - missedCount,
      missedCount,
    })(trial)
  }
}

const aboutRecovery = { answer: { about: ['recovery', 'loss'] } }

test('after a planned fault: who is back soonest, who comes back gently, and that nothing was missed', () => {
  const found = answer({
    contenders: [
      { transport: 'sse', change: killed(2_000, 3_000) },
      { transport: 'websocket', change: killed(5_000, 1_000) },
    ],
    settings: aboutRecovery,
  })
  assert.equal(found.recommendation, 'Choose SSE or WebSocket; SSE is the simpler.')
  assert.deepEqual(textOf(found, 'recovery'), [
    'Nothing was missed: all that fell due while clients were away came after they were back.',
    'SSE has all clients back soonest, 2 s after the fault; WebSocket 2.5 ×.',
    'WebSocket comes back most gently, 1,000 attempts in the busiest second; SSE 3.0 ×.',
  ])
})

test('the table begins with how clients came back, marked as any other row', () => {
  const { rows } = answerTableOf(
    workedResult({
      contenders: [
        { transport: 'sse', change: killed(2_000, 3_000) },
        { transport: 'websocket', change: killed(5_000, 1_000) },
      ],
      settings: aboutRecovery,
    }),
  )
  assert.deepEqual(
    rows
      .slice(0, 2)
      .map(({ label, unit, metric, cells }) => [label, unit, metric, cells.map(({ text, mark }) => `${mark ?? '-'} ${text}`)]),
    [
      ['All clients back', 's', null, ['best 2', '- 5']],
      ['Busiest second', 'attempts', null, ['- 3,000', 'best 1,000']],
    ],
  )
  assert.ok(rows.length <= 12)
})

test('what was missed while clients were away is counted', () => {
  const found = answer({
    contenders: [
      { transport: 'sse', change: killed(2_000, 1_000, 5) },
      { transport: 'websocket', change: killed(2_000, 1_000) },
    ],
    settings: aboutRecovery,
  })
  assert.equal(textOf(found, 'recovery')[0], 'Missed of what fell due while clients were away: SSE 15 of 600; the others nothing.')
})

test('clients that vanish: who drops them, who keeps them, and what is sent to them', () => {
  const found = answer({
    blockCount: 1,
    contenders: [
      { transport: 'sse', lostCount: 50, change: withFault({ kind: 'half-open', serverKeptCount: 20, sentInVainCount: 240 }) },
      {
        transport: 'websocket',
        lostCount: 50,
        change: withFault({ kind: 'half-open', serverKeptMs: 4_000, serverKeptCount: 0, sentInVainCount: 56 }),
      },
    ],
    settings: { answer: { about: ['recovery'] }, faults: [{ kind: 'half-open', atMs: 100, ratio: 0.1 }] },
  })
  assert.equal(
    found.recommendation,
    'First look, one run each: clients that vanished are dropped by WebSocket after 4.00 s; kept to the end of the window by SSE.',
  )
  assert.equal(textOf(found, 'recovery')[0], 'Messages sent to vanished clients: WebSocket 56 and SSE 240.')
  assert.deepEqual(textOf(found, 'loss'), [])
  assert.deepEqual(found.trust[1], {
    text: '1,900 of 2,000 deliveries arrived; clients that vanish by plan get no more',
    tone: 'neutral',
  })
})

test('clients that vanish by plan leave nothing to judge: what was counted is the answer after any number of blocks', () => {
  const ask: WorkedAsk = {
    contenders: [
      {
        transport: 'sse',
        wireBytes: 500,
        lostCount: 50,
        change: withFault({ kind: 'half-open', serverKeptCount: 20, sentInVainCount: 240 }),
      },
      {
        transport: 'websocket',
        wireBytes: 250,
        lostCount: 50,
        change: withFault({ kind: 'half-open', serverKeptMs: 4_000, serverKeptCount: 0, sentInVainCount: 56 }),
      },
    ],
    settings: { answer: { about: ['recovery'] }, faults: [{ kind: 'half-open', atMs: 100, ratio: 0.1 }] },
  }
  const found = answer(ask)
  assert.equal(found.recommendation, 'Clients that vanished are dropped by WebSocket after 4.00 s; kept to the end of the window by SSE.')
  assert.deepEqual([found.choose, found.ruledOut, found.open], [[], [], null])
  assert.deepEqual(textOf(found, 'recovery'), ['Messages sent to vanished clients: WebSocket 56 and SSE 240.'])
  assert.deepEqual(textOf(found, 'network'), ['WebSocket 250 and SSE 500 B per delivery: counted, so one run is enough.'])
  const rows = answerTableOf(workedResult(ask)).rows
  assert.deepEqual(
    rows.slice(0, 2).map(({ label, cells }) => [label, cells.map(({ text }) => text)]),
    [
      ['Vanished, kept', ['20', '0']],
      ['Sent to vanished', ['240', '56']],
    ],
  )
  assert.ok(rows.every(({ cells }) => cells.every(({ mark }) => mark === null)))
})

test('readers that stop: who cuts them, with how much queued', () => {
  const cut = withFault({ kind: 'slow-readers', awayCount: 1, serverKeptMs: 3_500 })
  const found = answer({
    blockCount: 1,
    contenders: [
      { transport: 'sse', change: (trial) => ({ ...cut(trial), server: { ...trial.server, maxQueuedBytes: 262_144 } }) },
      { transport: 'long-poll', change: withFault({ kind: 'slow-readers' }) },
    ],
    settings: aboutRecovery,
  })
  assert.equal(
    found.recommendation,
    'First look, one run each: a reader that stops is cut by SSE after 3.50 s with 256 KiB queued; long polling cuts nobody.',
  )
})

test('a scenario about losses is answered where nothing was lost, too', () => {
  const found = answer({
    blockCount: 1,
    contenders: [{ transport: 'sse' }, { transport: 'websocket' }, { transport: 'long-poll' }],
    settings: { answer: { about: ['loss', 'latency'] } },
  })
  assert.equal(found.recommendation, 'First look, one run each: all three delivered everything, 3,000 of 3,000.')
})

test('what a quick form cannot answer takes the place of what is open', () => {
  const ask: WorkedAsk = {
    blockCount: 1,
    contenders: [{ transport: 'sse' }, { transport: 'websocket' }],
    settings: { answer: { quickCannot: 'The quick form ends at 2 s; the answer lies beyond.' } },
  }
  assert.equal(answer(ask).open?.text, '`--blocks 3` decides, about 9 min.')
  const quick = (document: ReturnType<typeof workedResult>) => ({
    ...document,
    scenario: { ...document.scenario, sources: { ...document.scenario.sources, phases: 'quick' as const } },
  })
  assert.deepEqual(answer({ ...ask, patch: quick }).open, {
    text: 'The quick form ends at 2 s; the answer lies beyond.',
    blockCount: null,
    minutes: null,
  })
})

/** Adds figures of jobs to a trial. */
function withJobs(figures: { firstMs: number; gapMs: number; requestCount: number }): (trial: TrialResult) => TrialResult {
  return (trial) => {
    const spread = 1 + (trial.block - 1) * 0.002 * figures.gapMs
    const times = (us: number) => ({ ...trial.serviceLatencyUs, p50: us, p99: us, reasons: {} })
    return {
      ...trial,
      jobs: {
        askedCount: 100,
        doneCount: 100,
        requestCountPerJob: figures.requestCount,
        allRequestCountPerJob: figures.requestCount + 1,
        firstMessageUs: { ...times(figures.firstMs * 1_000 * spread), p99: null, reasons: { p99: 'needs at least 400, got 100' } },
        gapUs: times(figures.gapMs * 1_000 * spread),
        stallCount: 0,
        stallRatio: 0,
        chainAddedUs: times(1_000),
        reasons: {},
      },
    }
  }
}

test('a stream of jobs is answered by its first message and its gaps, without a latency beside them', () => {
  const found = answer({
    contenders: [
      { transport: 'long-poll', change: withJobs({ firstMs: 60, gapMs: 60, requestCount: 40 }) },
      { transport: 'sse', change: withJobs({ firstMs: 20, gapMs: 30, requestCount: 1 }) },
    ],
    settings: { traffic: { pattern: 'jobs', messagesPerJob: 40 } },
  })
  assert.equal(found.recommendation, 'Choose SSE.')
  assert.deepEqual(textOf(found, 'firstToken'), [
    'SSE brings the first message soonest, 20 ms after the request (median); long polling 3.0 ×.',
  ])
  assert.deepEqual(textOf(found, 'gap'), ['SSE streams most smoothly, gaps of 30 ms at p99; long polling 2.0 ×.'])
  assert.deepEqual(textOf(found, 'latency'), [])
  assert.deepEqual(textOf(found, 'connections'), ['SSE asks least often, 1 request per job; long polling 40 ×.'])
})

test('one that is far behind in what the question asks, and beaten in bytes by nobody, is named last and with its reason', () => {
  const contenders = [
    { transport: 'short-poll', wireBytes: 123, change: withJobs({ firstMs: 20, gapMs: 40, requestCount: 10 }) },
    { transport: 'websocket', wireBytes: 162, change: withJobs({ firstMs: 20, gapMs: 5, requestCount: 10 }) },
  ]
  const traffic = { pattern: 'jobs', messagesPerJob: 40 }
  const found = answer({ contenders, settings: { traffic, answer: { about: ['gap', 'network'] } } })
  assert.equal(
    found.recommendation,
    'Choose WebSocket, or short polling, which sends fewer bytes but has 8.0 × the gap between messages; short polling is the simpler.',
  )
  assert.deepEqual(found.choose, ['short-poll', 'websocket'])
  // Where the scenario names no topic, no family is the question's own.
  assert.equal(
    answer({ contenders, settings: { traffic } }).recommendation,
    'Choose short polling or WebSocket; short polling is the simpler.',
  )
})

test('the first message is compared by its median where one contender has too few for a p99', () => {
  const jobs = withJobs({ firstMs: 20, gapMs: 30, requestCount: 1 })
  const resolved = (trial: TrialResult): TrialResult => {
    const whole = jobs(trial)
    return { ...whole, jobs: { ...whole.jobs!, firstMessageUs: { ...whole.jobs!.firstMessageUs, p99: 90_000, reasons: {} } } }
  }
  const found = answer({
    contenders: [
      { transport: 'long-poll', change: withJobs({ firstMs: 60, gapMs: 60, requestCount: 40 }) },
      { transport: 'sse', change: resolved },
    ],
    settings: { traffic: { pattern: 'jobs', messagesPerJob: 40 } },
  })
  assert.deepEqual(textOf(found, 'firstToken'), [
    'SSE brings the first message soonest, 20 ms after the request (median); long polling 3.0 ×.',
  ])
})

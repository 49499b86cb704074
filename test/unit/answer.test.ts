import assert from 'node:assert/strict'
import { test } from 'node:test'
import { join } from 'node:path'
import { answerFor, answerOf } from '../../src/answer/answer.ts'
import { readResultAt } from '../../src/cli/result-file.ts'
import { answerSchema, type Answer } from '../../src/core/answer.ts'
import type { MetricId } from '../../src/core/metric.ts'
import { packageRoot } from '../../src/core/package-root.ts'
import { seededRandom, type Random } from '../../src/core/random.ts'
import type { ResultDocument } from '../../src/core/result.ts'
import { simplicityRank } from '../../src/core/simplicity.ts'
import { compare } from '../../src/metrics/comparison.ts'
import { spoiltTimes, workedResult, type WorkedAsk, type WorkedContender } from '../helpers/worked-result.ts'

const sse: WorkedContender = { transport: 'sse' }
const websocket: WorkedContender = { transport: 'websocket' }
const shortPoll: WorkedContender = { transport: 'short-poll' }
const longPoll: WorkedContender = { transport: 'long-poll' }

/** Figures of a run of notifications; CPU differs from block to block more than from contender to contender. */
const notifications: WorkedAsk = {
  contenders: [
    { ...shortPoll, p50Ms: 976, p99Ms: 1_980, wireBytes: 2_730, memoryKiB: 3.11, requestsPerSecond: 500, cpuMsPerSecond: [96, 40, 120] },
    { ...longPoll, p50Ms: 1.12, p99Ms: 5.24, wireBytes: 866, memoryKiB: 6.2, requestsPerSecond: 107, cpuMsPerSecond: [60, 95, 80.6] },
    { ...sse, p50Ms: 1.07, p99Ms: 4.99, wireBytes: 481, memoryKiB: 5.57, cpuMsPerSecond: [59, 70, 55] },
    { ...websocket, p50Ms: 0.988, p99Ms: 4.44, wireBytes: 531, memoryKiB: 3.04, cpuMsPerSecond: [58.3, 60, 62] },
  ],
  matters: { deliveryLatencyP99: { ratio: 1.1, floorMs: 1 } },
}

function answer(ask: WorkedAsk): Answer {
  return answerSchema.parse(answerOf(workedResult(ask)))
}

function textsOf(ask: WorkedAsk): string[] {
  return answer(ask).lines.map(({ text }) => text)
}

function ruledOutOf(ask: WorkedAsk): string[] {
  return answer(ask).ruledOut.map(({ text }) => text)
}

test('of four, the two that nobody dominates are chosen, the simpler is named, and losers have their factor', () => {
  const found = answer(notifications)
  assert.equal(found.recommendation, 'Choose SSE or WebSocket; SSE is the simpler.')
  assert.deepEqual([found.kind, found.choose, found.simplest], ['choice', ['sse', 'websocket'], 'sse'])
  assert.deepEqual(
    found.lines.map(({ topic, text }) => [topic, text]),
    [
      ['latency', 'WebSocket, SSE and long polling deliver in 4.44 to 5.24 ms at p99; short polling 450 × (its 2 s interval).'],
      ['network', 'SSE sends the fewest bytes, 481 B per delivery; WebSocket 1.1 ×, long polling 1.8 ×, short polling 5.7 ×.'],
      ['memory', 'WebSocket and short polling hold 3.04 to 3.11 KiB per client on the server; SSE 1.8 ×, long polling 2.0 ×.'],
      ['connections', 'Of those that poll, long polling asks least often, 107 requests per second; short polling 4.7 ×.'],
    ],
  )
  assert.deepEqual(found.ruledOut, [
    { contender: 'short-poll', by: 'dominated', text: 'Short polling is 990 × later: half its 2 s interval.' },
    {
      contender: 'long-poll',
      by: 'dominated',
      text: 'Long polling has 1.8 × the bytes and 1.1 × the memory of SSE, and is reliably better in nothing.',
    },
  ])
})

test('simplest is to run and to debug, whatever our own lines of code', () => {
  const order = ['short-poll', 'sse', 'long-poll', 'websocket'].map(simplicityRank)
  assert.deepEqual(order, [0, 1, 2, 3])
  assert.equal(simplicityRank('carrier-pigeon'), undefined)
})

test('what is open among the chosen is said with the blocks and minutes that would decide it', () => {
  const { open } = answer(notifications)
  assert.ok(open !== null && open.blockCount !== null && open.minutes !== null)
  assert.ok(open.blockCount > 3 && open.blockCount <= 100)
  // Three blocks are planned at 180 s, so a block is a minute.
  assert.equal(open.minutes, open.blockCount)
  assert.equal(open.text, `Still open: server CPU; \`--blocks ${open.blockCount}\` (about ${open.blockCount} min) would decide.`)
})

test('a difference that takes more than ten blocks, or more than an hour, is too small to settle in reasonable time', () => {
  const { open } = answer({
    contenders: [
      { ...sse, cpuMsPerSecond: [50, 90, 30] },
      { ...websocket, cpuMsPerSecond: [52, 31, 88] },
    ],
  })
  assert.equal(open?.text, 'Still open: server CPU; the difference is too small to settle by more blocks in reasonable time.')
  assert.ok(open?.blockCount != null && open.blockCount > 10 && open.minutes === open.blockCount)
  const long = answer({ ...notifications, estimatedSeconds: 3 * 60 * 60 }).open
  assert.equal(long?.text, 'Still open: server CPU; the difference is too small to settle by more blocks in reasonable time.')
  assert.ok(long?.minutes != null && long.minutes > 60)
})

test('one that is ahead in a single family and behind in none is chosen alone', () => {
  const cases: [WorkedContender, WorkedContender, string, string, string][] = [
    [
      { ...sse, p99Ms: 5 },
      { ...websocket, p99Ms: 10 },
      'Choose SSE.',
      'SSE delivers soonest, 5 ms at p99; WebSocket 2.0 ×.',
      'WebSocket has 2.0 × the latency of SSE, and is better in nothing.',
    ],
    [
      { ...sse, wireBytes: 600 },
      { ...websocket, wireBytes: 500 },
      'Choose WebSocket.',
      'WebSocket sends the fewest bytes, 500 B per delivery; SSE 1.2 ×.',
      'SSE has 1.2 × the bytes of WebSocket, and is better in nothing.',
    ],
    [
      { ...sse, memoryKiB: 9 },
      { ...websocket, memoryKiB: 3 },
      'Choose WebSocket.',
      'WebSocket holds the least memory on the server, 3 KiB per client; SSE 3.0 ×.',
      'SSE has 3.0 × the memory of WebSocket, and is better in nothing.',
    ],
    [
      { ...sse, cpuMsPerSecond: 40 },
      { ...websocket, cpuMsPerSecond: 100 },
      'Choose SSE.',
      'SSE takes the least server CPU, 40 ms/s; WebSocket 2.5 ×.',
      'WebSocket has 2.5 × the CPU of SSE, and is better in nothing.',
    ],
    [
      { ...shortPoll, requestsPerSecond: 400 },
      { ...longPoll, requestsPerSecond: 100 },
      'Choose long polling.',
      'Of those that poll, long polling asks least often, 100 requests per second; short polling 4.0 ×.',
      'Short polling has 4.0 × the requests of long polling, and is better in nothing.',
    ],
    [
      { ...sse, lostCount: 5 },
      { ...websocket },
      'Choose WebSocket.',
      'Lost deliveries: SSE 15 of 3,000; the other lost nothing.',
      'SSE lost 15 of 3,000 deliveries, and is better in nothing.',
    ],
  ]
  for (const [one, other, recommendation, line, why] of cases) {
    const found = answer({ contenders: [one, other] })
    assert.equal(found.recommendation, recommendation)
    assert.ok(
      found.lines.some(({ text }) => text === line),
      JSON.stringify(found.lines),
    )
    assert.deepEqual(
      found.ruledOut.map(({ by, text }) => [by, text]),
      [['dominated', why]],
    )
    assert.equal(found.open, null)
  }
})

test('requests of a poll are not counted against a stream, which sends none', () => {
  const found = answer({ contenders: [{ ...longPoll, requestsPerSecond: 100 }, sse] })
  assert.equal(found.recommendation, 'SSE and long polling do not differ in anything that matters; SSE is the simpler.')
})

test('two that are alike in all do not differ in anything that matters', () => {
  const found = answer({ contenders: [sse, websocket] })
  assert.equal(found.recommendation, 'SSE and WebSocket do not differ in anything that matters; SSE is the simpler.')
  assert.deepEqual([found.choose, found.ruledOut, found.open], [['sse', 'websocket'], [], null])
  assert.equal(found.lines[0]?.text, 'Both deliver in 5 ms at p99: no difference that matters.')
})

test('two whose blocks decide nothing have no reliable difference yet, and neither is called better', () => {
  const found = answer({
    contenders: [
      { ...sse, label: 'A', cpuMsPerSecond: [50, 80, 60], p99Ms: [5, 9, 4] },
      { ...sse, label: 'B', cpuMsPerSecond: [70, 52, 66], p99Ms: [7, 4, 6] },
    ],
  })
  assert.equal(found.recommendation, 'No reliable difference yet between A and B.')
  assert.deepEqual([found.choose, found.simplest, found.ruledOut], [['A', 'B'], null, []])
  assert.equal(found.lines[0]?.text, 'Both deliver in 5 to 6 ms at p99: no reliable difference yet.')
  assert.match(found.open?.text ?? '', /^Still open: latency and server CPU/)
})

test('a verdict that stands in its own metric alone names no winner: over five families it would err too often', () => {
  // ln(a ÷ b) of 0.25, 0.30 and 0.45: p = 0.032, decided alone, and not at a share of five families.
  const cpu = [0.25, 0.3, 0.45].map((log) => 50 * Math.exp(log))
  const document = workedResult({
    contenders: [
      { ...sse, cpuMsPerSecond: cpu },
      { ...websocket, cpuMsPerSecond: [50, 50, 50] },
    ],
  })
  const pair = document.comparison.metrics.find(({ metric }) => metric === 'serverCpu')?.pairs[0]
  assert.equal(pair?.verdict, 'better')
  const found = answerOf(document)
  assert.equal(found.recommendation, 'No reliable difference yet between SSE and WebSocket; SSE is the simpler.')
  assert.match(found.open?.text ?? '', /^Still open: server CPU; `--blocks [4-9]`/)
})

test('three that each dominate the next dominate nobody, since nobody would be left', () => {
  // SSE beats WebSocket in bytes, WebSocket beats long polling in memory, long polling beats SSE in CPU; the rest is too noisy to tell.
  const found = answer({
    contenders: [
      { ...sse, wireBytes: [500, 500, 500], memoryKiB: [4, 4, 4], cpuMsPerSecond: [50, 90, 30] },
      { ...websocket, wireBytes: [600, 600, 600], memoryKiB: [4, 8, 2.5], cpuMsPerSecond: [50, 50, 50] },
      { ...longPoll, wireBytes: [500, 900, 400], memoryKiB: [5, 10, 3.1], cpuMsPerSecond: [40, 72, 24] },
    ],
  })
  assert.equal(found.recommendation, 'Choose SSE, long polling or WebSocket; SSE is the simplest.')
  assert.deepEqual(found.ruledOut, [])
})

test('a limit rules out before anything is compared', () => {
  const limits = { deliveryLatencyP99Ms: 8 }
  const found = answer({
    contenders: [
      { ...sse, p99Ms: [7, 9.5, 7], memoryKiB: 1 },
      { ...websocket, p99Ms: 6 },
      { ...longPoll, p99Ms: 12 },
    ],
    limits,
  })
  assert.equal(found.recommendation, 'Choose WebSocket: no other meets what the scenario asks.')
  assert.deepEqual(found.ruledOut, [
    { contender: 'sse', by: 'limit', text: 'SSE has a p99 of up to 9.50 ms in 1 of 3 blocks: the limit is 8 ms.' },
    { contender: 'long-poll', by: 'limit', text: 'Long polling has a p99 of up to 12.0 ms in every block: the limit is 8 ms.' },
  ])
})

test('what may not be lost rules out, and the loss has a line', () => {
  const ask = { contenders: [{ ...sse, lostCount: 2 }, websocket, longPoll], limits: { lostCount: 0 } }
  assert.deepEqual(answer(ask).ruledOut[0], {
    contender: 'sse',
    by: 'loss',
    text: 'SSE lost up to 2 deliveries in every block: none may be.',
  })
  assert.equal(textsOf(ask)[0], 'Lost deliveries: SSE 6 of 3,000; the others lost nothing.')
})

test('where every contender breaks a limit, none is chosen', () => {
  const found = answer({
    contenders: [
      { ...sse, p99Ms: 20 },
      { ...websocket, p99Ms: 30 },
    ],
    limits: { deliveryLatencyP99Ms: 8 },
  })
  assert.equal(found.recommendation, 'Neither meets what the scenario asks.')
  assert.deepEqual(found.choose, [])
})

test('one that leaves more than 1 % undelivered is out without any limit, unless clients vanish by plan', () => {
  const contenders = [{ ...sse, lostCount: 30, wireBytes: 100 }, websocket]
  assert.deepEqual(ruledOutOf({ contenders }), ['SSE left 3.00 % of its deliveries undelivered.'])
  const byPlan = contenders.map((contender) => ({ ...contender, lostCount: 30 }))
  assert.deepEqual(ruledOutOf({ contenders: byPlan, settings: { faults: [{ kind: 'half-open', atMs: 100, ratio: 0.1 }] } }), [])
})

test('one that could not keep up with the load is out', () => {
  const saturated = [
    { gate: 'saturated', status: 'unranked', families: ['latency', 'cpu', 'throughput'], owner: 'server', message: 'behind' },
  ] as const
  const found = answer({
    contenders: [
      { ...longPoll, memoryKiB: 1, findings: () => saturated.map((finding) => ({ ...finding, families: [...finding.families] })) },
      sse,
      websocket,
    ],
  })
  assert.deepEqual(found.ruledOut, [
    { contender: 'long-poll', by: 'saturated', text: 'Long polling could not keep up with the load in any block.' },
  ])
  assert.equal(found.choose.includes('long-poll'), false)
})

test('a contender of which no trial finished is still open, and the others are compared', () => {
  const found = answer({ contenders: [{ ...sse, wireBytes: 600 }, websocket, { ...longPoll, failedIn: [0, 1, 2] }] })
  assert.equal(found.recommendation, 'Choose WebSocket.')
  assert.equal(found.open?.text, 'Still open: long polling, of which no trial counts.')
})

test('latency is that of the median where p99 has too few deliveries behind it', () => {
  const texts = textsOf({
    contenders: [
      { ...sse, p50Ms: 1, p99Ms: null },
      { ...websocket, p50Ms: 3, p99Ms: [9, 9, null] },
    ],
  })
  assert.equal(texts[0], 'SSE delivers soonest, 1 ms (median); WebSocket 3.0 ×.')
})

test('bytes are those of the application where the wire was not measured', () => {
  const texts = textsOf({
    contenders: [
      { ...sse, wireBytes: null, applicationBytes: 300 },
      { ...websocket, wireBytes: null, applicationBytes: 200 },
    ],
  })
  assert.equal(texts[1], 'WebSocket sends the fewest application bytes, 200 B per delivery; SSE 1.5 ×.')
})

test('a batch window explains a latency as a poll interval does', () => {
  const found = answer({
    contenders: [sse, { ...sse, label: 'sse, batch window 50 ms', options: { batchWindowMs: 50 }, p50Ms: 31, p99Ms: 55 }],
  })
  assert.equal(found.ruledOut[0]?.text, 'SSE (batch window 50 ms) is 6.2 × later: its batch window of 50 ms.')
})

test('names: a label of the user stays as it is, in quotes where its commas would be read as those of the sentence', () => {
  const found = answer({
    contenders: [
      { ...sse, label: 'mine', wireBytes: 900 },
      { ...websocket, label: 'old, slow', wireBytes: 800 },
      { ...longPoll, label: 'long-poll, hold 25 s' },
    ],
  })
  assert.equal(found.recommendation, 'Choose long polling (hold 25 s).')
  assert.deepEqual(
    found.ruledOut.map(({ text }) => text),
    [
      'mine has 1.8 × the bytes of long polling (hold 25 s), and is better in nothing.',
      '“old, slow” has 1.6 × the bytes of long polling (hold 25 s), and is better in nothing.',
    ],
  )
})

test('a single contender has nothing to be compared with, and its figures are stated', () => {
  const found = answer({ contenders: [sse] })
  assert.deepEqual(
    [found.kind, found.recommendation, found.choose],
    ['nothing', 'SSE was measured alone, so there is nothing to compare.', []],
  )
  assert.equal(found.lines[0]?.text, '5 ms at p99.')
})

test('where no trial finished, the reason is the answer', () => {
  const found = answer({
    contenders: [
      { ...sse, failedIn: [0, 1, 2] },
      { ...websocket, failedIn: [0, 1, 2] },
    ],
  })
  assert.equal(found.recommendation, 'Nothing was measured: ERR_CHILD_DIED: the server ended with signal SIGKILL.')
})

test('where most trials were spoilt, that is the answer, with how much and what to do; what still counts follows', () => {
  const findings = () => [spoiltTimes()]
  const busy = (trial: Parameters<NonNullable<WorkedContender['change']>>[0]) => ({
    ...trial,
    machine: { ...trial.machine, competingServerCpuRatio: 0.72, competingGeneratorCpuRatio: 0.4 },
  })
  const found = answer({
    contenders: [
      { ...sse, findings, change: busy },
      { ...websocket, wireBytes: 600, findings, change: busy },
    ],
  })
  assert.equal(
    found.recommendation,
    'No answer: all 6 trials were spoilt, since other processes used up to 72.0 % of the processors, 30.0 % is allowed. Free the machine and run it again.',
  )
  assert.deepEqual([found.kind, found.choose, found.ruledOut, found.open], ['spoilt', [], [], null])
  assert.deepEqual(found.lines, [{ topic: 'network', text: 'SSE sends the fewest bytes, 500 B per delivery; WebSocket 1.2 ×.' }])
})

test('where the generator was at its limit in most trials, the cure is another one', () => {
  const findings = () => [spoiltTimes('generator-utilisation', 'generator')]
  const found = answer({
    contenders: [
      { ...sse, findings },
      { ...websocket, findings },
    ],
  })
  assert.equal(
    found.recommendation,
    'No answer: all 6 trials were spoilt, since the generator was at its limit. Use fewer clients or messages, or a machine with more processors.',
  )
})

test('a few spoilt trials leave the answer as it is', () => {
  const found = answer({
    contenders: [
      { ...sse, findings: (block) => (block === 1 ? [spoiltTimes()] : []) },
      { ...websocket, wireBytes: 600 },
    ],
  })
  assert.equal(found.recommendation, 'Choose SSE.')
})

test('where every trial was disturbed and counts all the same, the answer stands and its trust says so', () => {
  const findings = () => [{ ...spoiltTimes('steal'), status: 'tainted' as const }]
  const stolen = (trial: Parameters<NonNullable<WorkedContender['change']>>[0]) => ({
    ...trial,
    machine: { ...trial.machine, stealRatio: 0.041 },
  })
  const found = answer({
    contenders: [
      { ...sse, findings, change: stolen },
      { ...websocket, wireBytes: 600, findings, change: stolen },
    ],
  })
  assert.equal(found.recommendation, 'Choose SSE.')
  assert.deepEqual(found.trust[1], { text: '6 of 6 trials disturbed: CPU steal was up to 4.10 %, 1.00 % is allowed', tone: 'bad' })
})

test('trust: trials, deliveries, distance, self-test', () => {
  assert.deepEqual(answer({ contenders: [sse, websocket] }).trust, [
    { text: '6 of 6 trials valid', tone: 'good' },
    { text: '6,000 of 6,000 deliveries accounted for', tone: 'good' },
    { text: "loopback: add your network's distance", tone: 'neutral' },
    { text: 'self-test passed on 2026-02-03', tone: 'good' },
  ])
  const lossy = answer({ contenders: [{ ...sse, lostCount: 1 }, websocket], settings: { network: { delayMs: 75, jitterMs: 0 } } })
  assert.deepEqual(lossy.trust.slice(1, 3), [
    { text: '5,997 of 6,000 deliveries arrived, 3 lost', tone: 'bad' },
    { text: 'simulated network of up to 75 ms each way', tone: 'neutral' },
  ])
})

/** An answer where two alike contenders scatter from block to block as small machines do; nothing tells them apart but chance. */
function chanceAnswer(base: ResultDocument, random: Random): Answer {
  const scatter: Partial<Record<MetricId, number>> = {
    deliveryLatencyP50: 0.15,
    deliveryLatencyP99: 0.4,
    serverCpu: 0.3,
    serverMemoryPerClient: 0.02,
    wireBytesPerDelivery: 0.01,
  }
  const summary = base.summary.map((row) => ({
    ...row,
    metrics: Object.fromEntries(
      Object.entries(row.metrics).map(([id, metric]) => {
        const spread = scatter[id as MetricId]
        if (spread === undefined || metric === undefined) return [id, metric]
        const values = metric.values.map(() => 1_000 * Math.exp(spread * normal(random)))
        return [id, { ...metric, values, median: values.toSorted((a, b) => a - b)[1]! }]
      }),
    ),
  }))
  return answerOf({ ...base, summary, comparison: compare(summary, {}, base.trials, {}) })
}

/** Box and Muller. */
function normal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
}

test('of 400 runs of two contenders that are alike, fewer than one in twenty name a winner', () => {
  const base = workedResult({
    contenders: [
      { ...sse, label: 'A' },
      { ...sse, label: 'B' },
    ],
  })
  const random = seededRandom(26, 'alike')
  const won = Array.from({ length: 400 }, () => chanceAnswer(base, random)).filter(({ choose }) => choose.length === 1)
  assert.ok(won.length < 20, String(won.length))
})

test('kept results of real runs: who is chosen, as reasoned from their figures', () => {
  // Notifications: SSE has the fewest bytes, WebSocket the least memory; long polling costs more of both, short polling waits.
  const notifications = answerOf(readResultAt(join(packageRoot(), 'results/reference/notifications')).document)
  assert.equal(notifications.recommendation, 'Choose SSE or WebSocket; SSE is the simpler.')
  // Chat: WebSocket has fewer bytes and less memory than SSE, and SSE is ahead in nothing.
  const chat = answerOf(readResultAt(join(packageRoot(), 'results/reference/chat')).document)
  assert.equal(chat.recommendation, 'Choose WebSocket.')
})

test('the answer that a result carries is its answer; one of before there were answers gets one', () => {
  const document = workedResult({ contenders: [sse, { ...websocket, wireBytes: 600 }] })
  assert.deepEqual(answerFor(document), answerOf(document))
  const stored = { ...answerOf(document), recommendation: 'As it was said then.' }
  assert.equal(answerFor({ ...document, answer: stored }).recommendation, 'As it was said then.')
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { answerSchema, type Answer } from '../../src/core/answer.ts'
import { answerOf } from '../../src/answer/answer.ts'
import { workedResult, type WorkedAsk, type WorkedContender } from '../helpers/worked-result.ts'

const four: readonly WorkedContender[] = [
  { transport: 'short-poll', p50Ms: 976, p99Ms: 1_980, wireBytes: 2_730, memoryKiB: 3.11, requestsPerSecond: 500 },
  { transport: 'long-poll', p50Ms: 1.12, p99Ms: 5.24, wireBytes: 866, memoryKiB: 5.9, requestsPerSecond: 107 },
  { transport: 'sse', p50Ms: 1.07, p99Ms: 4.99, wireBytes: 481, memoryKiB: 5.57 },
  { transport: 'websocket', p50Ms: 0.988, p99Ms: 4.44, wireBytes: 531, memoryKiB: 3.04 },
]

function firstLook(ask: WorkedAsk): Answer {
  return answerSchema.parse(answerOf(workedResult({ blockCount: 1, estimatedSeconds: 60, ...ask })))
}

test('one block is a first look: medians, and factors from 2 × on', () => {
  const found = firstLook({ contenders: four })
  assert.equal(found.kind, 'firstLook')
  assert.equal(
    found.recommendation,
    'First look, one run each: short polling is 990 × later (half its 2 s interval) and sends 5.7 × the bytes; the other three are within 2 × in all.',
  )
  assert.deepEqual(
    found.lines.map(({ topic, text }) => [topic, text]),
    [
      ['latency', 'WebSocket, SSE and long polling deliver in 4.44 to 5.24 ms at p99; short polling 1,980 ms, 450 × (its 2 s interval).'],
      ['network', 'SSE 481, WebSocket 531, long polling 866 and short polling 2,730 B per delivery: counted, so one run is enough.'],
      ['memory', 'All four hold 3.04 to 5.90 KiB per client on the server.'],
      ['cpu', 'All four take 50 ms/s of server CPU.'],
      ['connections', 'Long polling 107 and short polling 500 requests per second: counted, so one run is enough.'],
    ],
  )
  assert.deepEqual(found.open, { text: '`--blocks 3` decides, about 3 min.', blockCount: 3, minutes: 3 })
})

test('a first look chooses nothing and calls nobody better or best', () => {
  const found = firstLook({ contenders: four })
  assert.deepEqual([found.choose, found.simplest, found.ruledOut], [[], null, []])
  assert.doesNotMatch(JSON.stringify([found.recommendation, found.lines, found.open]), /choose|better|best|worse/i)
})

test('a first look at two that are alike', () => {
  const found = firstLook({ contenders: four.slice(2).map((contender) => ({ ...contender, memoryKiB: 4 })) })
  assert.equal(found.recommendation, 'First look, one run each: both are within 2 × in all.')
})

test('of several that differ, each is named with its largest difference', () => {
  const found = firstLook({
    contenders: [
      { transport: 'short-poll', p99Ms: 50 },
      { transport: 'long-poll', memoryKiB: 12, requestsPerSecond: 100 },
      { transport: 'sse' },
    ],
  })
  assert.equal(
    found.recommendation,
    'First look, one run each: short polling is 10 × later and long polling holds 3.0 × the memory; the other is within 2 × in all.',
  )
})

test('a first look says which limit was broken, and who is missing', () => {
  const found = firstLook({
    contenders: [
      { transport: 'sse', p99Ms: 9 },
      { transport: 'long-poll', p99Ms: 5 },
      { transport: 'websocket', failedIn: [0] },
    ],
    limits: { deliveryLatencyP99Ms: 8 },
  })
  assert.equal(
    found.recommendation,
    'First look, one run each: both are within 2 × in all. SSE has a p99 of 9.00 ms: the limit is 8 ms. No trial of WebSocket counts.',
  )
})

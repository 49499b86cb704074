import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import Fastify from 'fastify'
import { registerJobRoutes } from '../../servers/job-routes.ts'
import { nowUs } from '../../src/core/clock.ts'
import { emptyServerCounters } from '../../src/core/counters.ts'
import { payloadMaker } from '../../src/core/payload.ts'
import { parseJobAnswer, type PublishedMessage } from '../../src/core/wire.ts'
import { until } from '../helpers/contract-wait.ts'

function desk() {
  const app = Fastify({ ajv: { customOptions: { removeAdditional: false, coerceTypes: false } } })
  const counters = emptyServerCounters()
  const published: (PublishedMessage & { atUs: number })[] = []
  registerJobRoutes(app, { messageBytes: 40, seed: 9 }, counters, (messages) => {
    for (const message of messages) published.push({ ...message, atUs: nowUs() })
  })
  return { app, counters, published, post: (payload: unknown) => app.inject({ method: 'POST', url: '/jobs', payload: payload as object }) }
}

suite('the job route', () => {
  test('answers 202 with a channel of its own for each job, and counts it', async () => {
    const { app, counters, post } = desk()
    const job = { firstSequence: 0, messageCount: 1, delayMs: 60_000, gapMs: 0 }
    const answers = [await post(job), await post(job)]
    assert.deepEqual(
      answers.map(({ statusCode, body }) => [statusCode, parseJobAnswer(body)]),
      [
        [202, 'job-1'],
        [202, 'job-2'],
      ],
    )
    assert.equal(counters.upstreamCount, 2)
    // Closes with work undone: no timer may outlive it.
    await app.close()
  })

  test('publishes the payloads that the request names, at the delay and at equal gaps, none of them early', async () => {
    const { app, published, post } = desk()
    const askedAtUs = nowUs()
    await post({ firstSequence: 100, messageCount: 5, delayMs: 20, gapMs: 7.5 })
    await until('all messages', () => published.length === 5)
    const payloadOf = payloadMaker(40, 9)
    assert.deepEqual(
      published.map(({ channel, data }) => [channel, data]),
      [100, 101, 102, 103, 104].map((sequence) => ['job-1', payloadOf(sequence)]),
    )
    for (const [k, { atUs }] of published.entries()) assert.ok(atUs >= askedAtUs + 20_000 + k * 7_500, `message ${k}`)
    await app.close()
  })

  for (const [what, body] of [
    ['a missing setting', { firstSequence: 0, messageCount: 1, delayMs: 5 }],
    ['a key that it does not know', { firstSequence: 0, messageCount: 1, delayMs: 5, gapMs: 0, channel: 'x' }],
    ['a negative delay', { firstSequence: 0, messageCount: 1, delayMs: -1, gapMs: 0 }],
    ['text for a number', { firstSequence: '0', messageCount: 1, delayMs: 5, gapMs: 0 }],
    ['half a message', { firstSequence: 0, messageCount: 0.5, delayMs: 5, gapMs: 0 }],
    ['no object', []],
  ] as const) {
    test(`refuses ${what} with 400 and starts nothing`, async () => {
      const { app, counters, published, post } = desk()
      const { statusCode } = await post(body)
      assert.deepEqual([statusCode, counters.upstreamCount, published.length], [400, 0, 0])
      await app.close()
    })
  }
})

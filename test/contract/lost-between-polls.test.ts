import assert from 'node:assert/strict'
import { test } from 'node:test'
import { seededRandom } from '../../src/core/random.ts'
import { isBalanced } from '../helpers/contract-client.ts'
import { startBench, subjectOf } from '../helpers/contract-subject.ts'
import { until } from '../helpers/contract-wait.ts'

const longPoll = subjectOf('long-poll')

/** 20 clients, pairs in one tick and in one publish, one poll in ten aborted as its answer comes. */
const clientCount = 20
const pairCount = 200

test('events in pairs, with polls aborted just before their answer, all come to every client once and in order', async () => {
  const bench = await startBench(longPoll)
  const first = bench.client({ options: { backoffBaseMs: 1, backoffCapMs: 5 } })
  const clients = [
    first,
    ...Array.from({ length: clientCount - 1 }, () => bench.client({ options: { backoffBaseMs: 1, backoffCapMs: 5 }, shareTallyOf: first })),
  ]
  await Promise.all(clients.map((client) => client.subscribe()))
  await until('all wait', () => bench.server.counters.waitingCount === clientCount)
  const random = seededRandom(1, 'aborts')
  const { log } = bench.server
  let abortCount = 0
  for (let pair = 0; pair < pairCount; pair++) {
    for (const client of clients) {
      if (random() >= 0.1 || !client.transport.isRequestInFlight) continue
      abortCount++
      client.transport.onDeadline()
    }
    const [one, two] = [`${pair} a`, `${pair} b`].map((data) => ({ channel: 'news', data }))
    if (pair % 2 === 0) log.publish([one!, two!])
    else {
      log.publish([one!])
      log.publish([two!])
    }
    // Half of the time the next pair comes while the clients are between two polls.
    if (random() < 0.5) await new Promise((resolve) => setImmediate(resolve))
    else await until('half of them wait again', () => bench.server.counters.waitingCount >= clientCount / 2)
  }
  await Promise.all(clients.map((client) => client.receives(2 * pairCount)))
  for (const client of clients) {
    assert.deepEqual(
      client.positions,
      Array.from({ length: 2 * pairCount }, (_, index) => index + 1),
    )
    assert.deepEqual(client.data.slice(0, 4), ['0 a', '0 b', '1 a', '1 b'])
    assert.deepEqual(client.gaps, [])
  }
  assert.ok(abortCount > 100, `${abortCount} polls aborted`)
  assert.equal(first.tally.requests.timedOutCount, abortCount)
  assert.ok(isBalanced(first.tally, clients))
  await bench.end()
})

test('an answer that is cut on its way is asked for again with the same cursor', async () => {
  const random = seededRandom(2, 'cuts')
  let cutCount = 0
  const { startServer } = await import('../helpers/contract-server.ts')
  const server = await startServer(longPoll.transport, longPoll.options, {
    before: (app) =>
      app.addHook('onSend', (request, reply, payload, next) => {
        if (reply.statusCode === 200 && random() < 0.1) {
          cutCount++
          request.raw.socket.resetAndDestroy()
        }
        next(null, payload)
      }),
  })
  const bench = await startBench(longPoll)
  const clients = await Promise.all(
    Array.from({ length: clientCount }, () =>
      bench.client({ port: server.port, options: { backoffBaseMs: 1, backoffCapMs: 5 } }).subscribe(),
    ),
  )
  for (let index = 0; index < 100; index++) {
    server.log.publish([{ channel: 'news', data: `${index}` }])
    // The log notifies its listeners at the end of the turn: messages of one turn would be one answer.
    await new Promise(setImmediate)
    await until('some wait again', () => server.counters.waitingCount > 0)
  }
  await Promise.all(clients.map((client) => client.receives(100)))
  for (const client of clients)
    assert.deepEqual(
      client.positions,
      Array.from({ length: 100 }, (_, index) => index + 1),
    )
  assert.ok(cutCount > 20, `${cutCount} answers cut`)
  await bench.end()
  await server.close()
})

import assert from 'node:assert/strict'
import { once } from 'node:events'
import { get, type IncomingMessage } from 'node:http'
import { suite, test } from 'node:test'
import type { FastifyInstance } from 'fastify'
import { request } from 'undici'
import { libraryTimeouts } from '../../src/core/library-timeouts.ts'
import { TestClient } from '../helpers/contract-client.ts'
import { startServer } from '../helpers/contract-server.ts'
import { startBench, subjectOf } from '../helpers/contract-subject.ts'
import { elapsedMs, until } from '../helpers/contract-wait.ts'

const sse = subjectOf('sse')

/** What a CORS plugin does: it sets headers in an onRequest hook. */
function addCorsHook(app: FastifyInstance): void {
  app.addHook('onRequest', (asked, reply, done) => {
    reply.header('access-control-allow-origin', asked.headers.origin ?? '*')
    reply.header('vary', 'origin')
    reply.header('x-request-id', 'r-1')
    done()
  })
}

async function openStream(port: number): Promise<IncomingMessage> {
  const asked = get({ host: '127.0.0.1', port, path: '/sse?channel=news', headers: { origin: 'http://page.test' } })
  const [answer] = (await once(asked, 'response')) as [IncomingMessage]
  return answer
}

suite('a hijacked stream', () => {
  test('headers that hooks have set stay on the stream', async () => {
    const server = await startServer(sse.transport, sse.options, { before: addCorsHook })
    const answer = await openStream(server.port)
    assert.equal(answer.headers['access-control-allow-origin'], 'http://page.test')
    assert.equal(answer.headers['x-request-id'], 'r-1')
    assert.equal(answer.headers['vary'], 'origin')
    assert.equal(answer.headers['content-type'], 'text/event-stream; charset=utf-8')
    answer.destroy()
    await server.close()
  })

  test('a fault after three events is counted and ends that stream alone; the server goes on', async () => {
    const rejections: unknown[] = []
    const note = (reason: unknown) => rejections.push(reason)
    process.on('unhandledRejection', note)
    let streamCount = 0
    const server = await startServer(sse.transport, sse.options, {
      before: (app) =>
        app.addHook('onRequest', (asked, reply, done) => {
          if (asked.url.startsWith('/sse') && ++streamCount === 1) {
            const write = reply.raw.write.bind(reply.raw) as (frame: Buffer) => boolean
            let eventCount = 0
            reply.raw.write = ((frame: Buffer) => {
              if (++eventCount > 3) throw new Error('planted')
              return write(frame)
            }) as typeof reply.raw.write
          }
          done()
        }),
    })
    const client = new TestClient({
      createClient: sse.createClient,
      options: { ...sse.options, backoffBaseMs: 100 },
      port: server.port,
    })
    await client.subscribe()
    for (let index = 1; index <= 5; index++) await server.publish({ channel: 'news', data: `${index}` })
    await until(
      'the stream broke',
      () => client.tally.faults.streamEnded === 1,
      () => client.tally.faults,
    )
    assert.deepEqual([client.positions, server.counters.closed.streamError], [[1, 2, 3], 1])
    await until('the stream is off the books', () => server.counters.waitingCount === 0)
    // The next stream is sound and resumes after the third event.
    await client.receives(5)
    assert.deepEqual(client.positions, [1, 2, 3, 4, 5])
    assert.equal((await request(`http://127.0.0.1:${server.port}/sse`, { reset: true })).statusCode, 400)
    client.end()
    await server.close()
    process.off('unhandledRejection', note)
    assert.deepEqual(rejections, [])
  })

  test('a fault while the backlog of a new stream is written ends that stream alone', async () => {
    const server = await startServer(sse.transport, sse.options, {
      before: (app) =>
        app.addHook('onRequest', (asked, reply, done) => {
          if (asked.url.startsWith('/sse')) {
            reply.raw.write = (() => {
              throw new Error('planted')
            }) as typeof reply.raw.write
          }
          done()
        }),
    })
    await server.publish({ channel: 'news', data: 'kept' })
    const answer = await openStream(server.port)
    answer.on('error', () => undefined).resume()
    await until('the stream ends', () => answer.closed)
    await until('the stream is off the books', () => server.counters.waitingCount === 0)
    assert.equal(server.counters.closed.streamError, 1)
    await server.publish({ channel: 'news', data: 'still up' })
    await server.close()
  })

  test('a client that goes in the middle of the traffic is off the books, as one that left', async () => {
    const bench = await startBench(sse)
    const [goes, stays] = [await bench.client().subscribe(), await bench.client().subscribe()]
    goes.onReceive = () => {
      if (goes.received.length === 3) goes.close()
    }
    for (let index = 1; index <= 10; index++) await bench.server.publish({ channel: 'news', data: `${index}` })
    await stays.receives(10)
    await until('one is left', () => bench.server.counters.waitingCount === 1)
    assert.deepEqual([goes.received.length, bench.server.counters.closed.clientLeft, bench.server.counters.closed.streamError], [3, 1, 0])
    await bench.end()
  })

  test('a client that has gone before an asynchronous hook is through is never put on the books', async () => {
    for (const subject of [sse, subjectOf('long-poll')]) {
      let pass: (() => void) | undefined
      const server = await startServer(
        subject.transport,
        { ...subject.options, holdTimeMs: 10_000 },
        {
          before: (app) => app.addHook('onRequest', (_asked, _reply, done) => void (pass = done)),
        },
      )
      const asked = get({ host: '127.0.0.1', port: server.port, path: `/${subject.id}?channel=news` }).on('error', () => undefined)
      await until('the hook waits', () => pass !== undefined)
      asked.destroy()
      await until('the connection is gone', () => server.sockets.size === 0)
      pass!()
      await until(
        'the request is counted as abandoned',
        () => server.counters.abandonedCount === 1,
        () => server.counters,
      )
      assert.equal(server.counters.waitingCount, 0)
      await server.close()
    }
  })

  test('a server that closes with ten open streams waits for none of its timers to end them all', async () => {
    const bench = await startBench(sse)
    await Promise.all(Array.from({ length: 10 }, () => bench.client().subscribe()))
    assert.equal(bench.server.counters.waitingCount, 10)
    assert.ok((await elapsedMs(() => bench.end())) < libraryTimeouts.fastifyKeepAliveMs)
    await until('all off the books', () => bench.server.counters.waitingCount === 0)
    const { shutdown, clientLeft } = bench.server.counters.closed
    assert.equal(shutdown + clientLeft, 10)
  })
})

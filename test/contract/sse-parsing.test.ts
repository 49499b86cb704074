import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import fc from 'fast-check'
import type { ResponseHandler } from '../../clients/http-connection.ts'
import { messageLine } from '../../src/core/wire.ts'
import { isBalanced, type TestClient } from '../helpers/contract-client.ts'
import { startBench, subjectOf } from '../helpers/contract-subject.ts'
import { until } from '../helpers/contract-wait.ts'
import { startRawServer } from '../helpers/misbehaving-http.ts'

const sse = subjectOf('sse')

/** A client whose stream has begun, and a way to feed it chunks exactly as they are: a socket would join or split them. */
async function openStream(): Promise<{ client: TestClient; feed: (...chunks: (string | Buffer)[]) => void; end: () => Promise<void> }> {
  const server = await startRawServer(() => undefined)
  const bench = await startBench(sse)
  const client = bench.client({ port: server.port })
  client.transport.start()
  const taker = client.transport as unknown as ResponseHandler
  taker.onHeaders(
    200,
    ['content-type', 'text/event-stream'].map((text) => Buffer.from(text)),
  )
  return {
    client,
    feed: (...chunks) => chunks.forEach((chunk) => taker.onData(Buffer.from(chunk))),
    async end() {
      await bench.end()
      await server.close()
    },
  }
}

suite('parsing of a stream', () => {
  test('a CR at the end of one chunk and the LF of the next are one line end', async () => {
    const { client, feed, end } = await openStream()
    // One event of three data lines, joined by LF: a JSON text with its white space. Two line ends in place of one would end it early.
    feed('data: {"cursor":"abcd-1",\r\n', 'data: "data":\r', '\n', 'data: "x"}\r\n', '\r\n')
    assert.deepEqual([client.received, client.tally.faults], [[{ cursor: 'abcd-1', data: 'x' }], {}])
    await end()
  })

  test('LF, CR and CRLF all end a line, mixed in one stream', async () => {
    const { client, feed, end } = await openStream()
    for (const [index, lineEnd] of ['\n', '\r\n', '\r'].entries())
      feed(`id: ${index}${lineEnd}data: ${messageLine(`abcd-${index + 1}`, lineEnd)}${lineEnd}${lineEnd}`)
    assert.deepEqual(
      client.received,
      ['\n', '\r\n', '\r'].map((data, index) => ({ cursor: `abcd-${index + 1}`, data })),
    )
    await end()
  })

  test('an event split at every one of its bytes gives the same text and the same id', async () => {
    const { client, feed, end } = await openStream()
    const record = Buffer.from(`id: abcd-7\ndata: ${messageLine('abcd-7', '{"n":"é€😀"}')}\n\n`)
    for (let split = 1; split < record.length; split++) feed(record.subarray(0, split), record.subarray(split))
    for (const byte of record) feed(Buffer.of(byte))
    assert.equal(client.received.length, record.length)
    for (const message of client.received) assert.deepEqual(message, { cursor: 'abcd-7', data: '{"n":"é€😀"}' })
    await end()
  })

  test('any text in any chunks comes back as it was (property)', async () => {
    const { client, feed, end } = await openStream()
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 40 }), fc.array(fc.nat({ max: 200 }), { maxLength: 8 }), (data, cuts) => {
        const record = Buffer.from(`id: abcd-3\ndata: ${messageLine('abcd-3', data)}\n\n`)
        const points = [0, ...cuts.filter((cut) => cut < record.length).sort((a, b) => a - b), record.length]
        feed(...points.slice(1).map((point, index) => record.subarray(points[index], point)))
        assert.equal(client.received.at(-1)!.data, data)
      }),
      { seed: 1, numRuns: 200 },
    )
    await end()
  })

  test('an empty data line is kept, and data without a space is data', async () => {
    const { client, feed, end } = await openStream()
    feed('data:{"cursor":"abcd-1",\ndata:\ndata\ndata:"data":"x"}\n\n')
    assert.deepEqual(client.received, [{ cursor: 'abcd-1', data: 'x' }])
    await end()
  })

  test('comments are heartbeats: counted one by one, never events, and they push the deadline on', async () => {
    const { client, feed, end } = await openStream()
    feed(': ping\n\n', ':\n\n', ':', ' ping', '\n\n')
    assert.deepEqual([client.received, client.tally.heartbeatCount, client.tally.faults], [[], 3, {}])
    await end()
  })

  test('an event that ends with the stream, and not with an empty line, is not taken', async () => {
    const { client, feed, end } = await openStream()
    feed(`id: abcd-1\ndata: ${messageLine('abcd-1', 'half')}\n`)
    ;(client.transport as unknown as ResponseHandler).onComplete()
    assert.deepEqual([client.received, client.tally.faults], [[], { streamEnded: 1 }])
    await end()
  })

  test('a stream comes back with the id of the last whole event as Last-Event-ID', async () => {
    const heads: string[] = []
    const server = await startRawServer((socket, _onConnection, inAll, head) => {
      heads.push(head)
      socket.write('HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n')
      socket.end(
        inAll === 1
          ? `id: abcd-4\ndata: ${messageLine('abcd-4', 'a')}\n\nid: abcd-5\ndata: ${messageLine('abcd-5', 'b')}\n`
          : ': nothing\n\n',
      )
    })
    const bench = await startBench(sse)
    const client = await bench.client({ port: server.port }).subscribe()
    await until('three streams', () => heads.length >= 3)
    assert.doesNotMatch(heads[0]!, /last-event-id/i)
    assert.match(heads[1]!, /\r\nlast-event-id: abcd-4(\r\n|$)/i)
    assert.match(heads[2]!, /\r\nlast-event-id: abcd-4(\r\n|$)/i)
    assert.ok(isBalanced(client.tally, [client]))
    await bench.end()
    await server.close()
  })
})

import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect } from 'node:net'
import { suite, test } from 'node:test'
import { WebSocket } from 'ws'
import { isBalanced } from '../helpers/contract-client.ts'
import { startBench, subjectOf } from '../helpers/contract-subject.ts'
import { until } from '../helpers/contract-wait.ts'
import { answerWith, startRawServer } from '../helpers/misbehaving-http.ts'
import { closeFrame, shortFrame, startRawWebSocketServer } from '../helpers/misbehaving-websocket.ts'

const websocket = subjectOf('websocket')

/** A client that does not come back within a test. */
const staysAway = { backoffBaseMs: 60_000, backoffCapMs: 60_000 }

/** What a client has seen when a server that writes its own frames has brought it one fault of this kind. */
async function metBy(speak: Parameters<typeof startRawWebSocketServer>[0], fault: 'protocolError' | 'closed') {
  const server = await startRawWebSocketServer(speak)
  const bench = await startBench(websocket)
  const client = await bench.client({ port: server.port, options: staysAway }).subscribe()
  await until(
    'the fault',
    () => client.tally.faults[fault] === 1,
    () => client.tally.faults,
  )
  const seen = { received: [...client.received], faults: { ...client.tally.faults }, closeCodes: { ...client.tally.closeCodes } }
  await bench.end()
  await server.close()
  return seen
}

suite('close codes', () => {
  test('a client that sends more than the server takes is closed with 1009 and counted once, as too big', async () => {
    const bench = await startBench(websocket, { serverOptions: { maxPayloadBytes: 1_024 } })
    const socket = new WebSocket(`ws://127.0.0.1:${bench.server.port}/websocket?channel=news`)
    await once(socket, 'open')
    socket.send('x'.repeat(2_000))
    const [code] = (await once(socket, 'close')) as [number]
    assert.equal(code, 1009)
    await until('it is off the books', () => bench.server.counters.waitingCount === 0)
    assert.deepEqual([bench.server.counters.closed.messageTooBig, bench.server.counters.closed.protocolError], [1, 0])
    await bench.end()
  })

  test('a message larger than the client takes ends it for good: one connect, one fault, code 1009', async () => {
    const bench = await startBench(websocket)
    const client = await bench.client({ options: { maxPayloadBytes: 1_024 } }).subscribe()
    await bench.server.publish({ channel: 'news', data: 'x'.repeat(2_000) })
    await until(
      'the end',
      () => client.tally.faults.messageTooBig === 1,
      () => client.tally,
    )
    await new Promise((resolve) => client.timers.after(200, () => resolve(undefined)))
    assert.deepEqual(
      [client.tally.requests.sentCount, client.tally.openedCount, client.tally.closeCodes, client.tally.faults],
      [1, 1, { 1009: 1 }, { messageTooBig: 1 }],
    )
    await bench.end()
  })

  test('a server that closes with 1009 is not tried again', async () => {
    const server = await startRawWebSocketServer((socket) => socket.write(closeFrame(1009, '')))
    const bench = await startBench(websocket)
    const client = await bench.client({ port: server.port }).subscribe()
    await until(
      'the end',
      () => client.tally.faults.messageTooBig === 1,
      () => client.tally,
    )
    await new Promise((resolve) => client.timers.after(200, () => resolve(undefined)))
    assert.deepEqual([client.tally.requests.sentCount, client.tally.closeCodes], [1, { 1009: 1 }])
    await bench.end()
    await server.close()
  })

  test('an upgrade that is answered with 503 is a failed handshake each time, with its status', async () => {
    const answer = answerWith('503 Service Unavailable', 'later')
    const server = await startRawServer((socket) => socket.end(answer))
    const bench = await startBench(websocket)
    const clients = Array.from({ length: 10 }, () => bench.client({ port: server.port, options: staysAway }))
    for (const client of clients) client.transport.start()
    await until('all have failed', () => clients.every((client) => client.connectFaults.length === 1))
    for (const client of clients) {
      assert.deepEqual(client.connectFaults, [{ fault: 'handshakeFailed', willRetry: true }])
      assert.deepEqual(
        [client.tally.statuses, client.tally.faults, client.tally.requests.failedCount],
        [{ 503: 1 }, { handshakeFailed: 1 }, 1],
      )
      assert.equal(client.transport.bytesRead, Buffer.byteLength(answer))
      assert.ok(isBalanced(client.tally, [client]))
    }
    await bench.end()
    await server.close()
  })

  test('an invalid frame of a client is one protocol error, and the server stays up', async () => {
    const bench = await startBench(websocket)
    const socket = connect({ host: '127.0.0.1', port: bench.server.port })
    socket.on('error', () => undefined).resume()
    socket.write(`GET /websocket?channel=news HTTP/1.1\r\nhost: x\r\n${websocket.handshake}\r\n`)
    await until('it is open', () => bench.server.counters.waitingCount === 1)
    // Opcode 3 is reserved, and a frame of a client must be masked (RFC 6455 §5.1, §5.2).
    socket.write(shortFrame(0x3, Buffer.from('bad')))
    await until(
      'it is cut',
      () => bench.server.counters.waitingCount === 0,
      () => bench.server.counters,
    )
    assert.deepEqual([bench.server.counters.closed.protocolError, bench.server.counters.closed.clientLeft], [1, 0])
    const client = await bench.client().subscribe()
    await bench.server.publish({ channel: 'news', data: 'on' })
    await client.receives(1)
    await bench.end()
  })

  test('an invalid frame of a server is a protocol error of the connection', async () => {
    const { faults } = await metBy((socket) => socket.write(shortFrame(0x3, Buffer.from('bad'))), 'protocolError')
    assert.deepEqual(faults, { protocolError: 1 })
  })

  test('a text that is no line of ours is a protocol error, and nothing is taken after it', async () => {
    const frames = [shortFrame(0x1, Buffer.from('{"cursor":"abcd-1"}')), shortFrame(0x1, Buffer.from('{"cursor":"abcd-2","data":"x"}'))]
    const { received, faults } = await metBy((socket) => socket.write(Buffer.concat(frames)), 'protocolError')
    assert.deepEqual([received, faults], [[], { protocolError: 1 }])
  })

  test('a close with code 4001 and a reason in other letters is kept as it was', async () => {
    const reason = 'Überlast – später 再试 😀'
    const { closeCodes } = await metBy((socket) => socket.write(closeFrame(4001, reason)), 'closed')
    assert.deepEqual(closeCodes, { [`4001 ${reason}`]: 1 })
  })

  test('a server that shuts down says so with 1001, even to a peer that does not answer', async () => {
    const bench = await startBench(websocket)
    const client = await bench.client({ options: staysAway }).subscribe()
    const silent = connect({ host: '127.0.0.1', port: bench.server.port })
    silent.on('error', () => undefined).pause()
    silent.write(`GET /websocket?channel=news HTTP/1.1\r\nhost: x\r\n${websocket.handshake}\r\n`)
    await until('both are held', () => bench.server.counters.waitingCount === 2)
    await bench.server.close()
    await until(
      'the close',
      () => client.tally.faults.closed === 1,
      () => client.tally,
    )
    await until('both are off the books', () => bench.server.counters.waitingCount === 0)
    assert.deepEqual([client.tally.closeCodes, bench.server.counters.closed.shutdown], [{ '1001 server shutting down': 1 }, 2])
    silent.destroy()
    await bench.end()
  })
})

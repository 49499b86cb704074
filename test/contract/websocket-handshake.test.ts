import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { suite, test } from 'node:test'
import { WebSocket } from 'ws'
import { startBench, subjectOf } from '../helpers/contract-subject.ts'
import { until } from '../helpers/contract-wait.ts'
import { startRawServer } from '../helpers/misbehaving-http.ts'
import { handshakeAnswer, shortFrame, startRawWebSocketServer } from '../helpers/misbehaving-websocket.ts'

const websocket = subjectOf('websocket')

/** A client that does not come back within a test. */
const staysAway = { backoffBaseMs: 60_000, backoffCapMs: 60_000 }

/** Sends a request and reads up to the end of the connection, or of the head where that stays open. */
async function answerTo(port: number, request: string): Promise<string> {
  const socket = connect({ host: '127.0.0.1', port })
  let seen = ''
  let isClosed = false
  socket.on('data', (chunk: Buffer) => (seen += chunk.toString('latin1')))
  socket.on('close', () => (isClosed = true))
  socket.write(request)
  await until(
    'the answer',
    () => isClosed || /^HTTP\/1\.1 101 .*\r\n\r\n/s.test(seen),
    () => seen,
  )
  socket.destroy()
  return seen
}

const target = '/websocket?channel=news'
const withKey = 'sec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n'

suite('what opens a WebSocket', () => {
  const plain: Record<string, string> = {
    'a plain GET': `GET ${target} HTTP/1.1\r\nhost: x\r\n\r\n`,
    'a plain GET of HTTP/1.0': `GET ${target} HTTP/1.0\r\n\r\n`,
    'a handshake whose Upgrade a proxy has dropped': `GET ${target} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n${withKey}\r\n`,
    'a handshake whose Connection a proxy has dropped': `GET ${target} HTTP/1.1\r\nhost: x\r\nupgrade: websocket\r\n${withKey}\r\n`,
    'an upgrade to something else': `GET ${target} HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: h2c\r\n${withKey}\r\n`,
  }
  for (const [name, request] of Object.entries(plain)) {
    test(`${name} is answered with 426 and what to upgrade to, and is no request of the transport`, async () => {
      const bench = await startBench(websocket)
      const answer = await answerTo(bench.server.port, request)
      assert.match(answer, /^HTTP\/1\.1 426 Upgrade Required\r\n/)
      assert.match(answer, /\r\nupgrade: websocket\r\n/i)
      assert.match(answer, /\r\nconnection: [^\r]*\bupgrade\b/i)
      assert.equal(bench.server.counters.requestCount, 0)
      await bench.end()
    })
  }

  test('the answer to a plain GET says what a proxy has to pass on', async () => {
    const bench = await startBench(websocket)
    assert.match(await answerTo(bench.server.port, plain['a plain GET']!), /a proxy in between dropped it: let the proxy pass Upgrade/)
    await bench.end()
  })

  for (const offered of ['chat', 'chat, superchat', 'mqtt']) {
    test(`of the subprotocols "${offered}" none is accepted`, async () => {
      const bench = await startBench(websocket)
      const handshake = `GET ${target} HTTP/1.1\r\nhost: x\r\n${websocket.handshake}sec-websocket-protocol: ${offered}\r\n\r\n`
      const answer = await answerTo(bench.server.port, handshake)
      assert.match(answer, /^HTTP\/1\.1 101 /)
      assert.doesNotMatch(answer, /sec-websocket-protocol/i)
      await bench.end()
    })
  }

  const unlike: Record<string, (answer: string) => string> = {
    'a subprotocol that was not offered': (answer) => answer.replace('\r\n\r\n', '\r\nsec-websocket-protocol: chat\r\n\r\n'),
    'an extension that was not offered': (answer) => answer.replace('\r\n\r\n', '\r\nsec-websocket-extensions: x-none\r\n\r\n'),
    'another key': (answer) => answer.replace(/accept: \S+/, 'accept: AAAAAAAAAAAAAAAAAAAAAAAAAAA='),
    'another protocol': (answer) => answer.replace('upgrade: websocket', 'upgrade: h2c'),
  }
  for (const [name, change] of Object.entries(unlike)) {
    test(`a client that is answered with ${name} takes the handshake for failed`, async () => {
      const server = await startRawServer((socket, _onConnection, _inAll, head) => socket.write(change(handshakeAnswer(head))))
      const bench = await startBench(websocket)
      const client = bench.client({ port: server.port, options: { ...staysAway, perMessageDeflate: false } })
      client.transport.start()
      await until('the failure', () => client.connectFaults.length > 0)
      assert.deepEqual(client.connectFaults, [{ fault: 'handshakeFailed', willRetry: true }])
      assert.deepEqual([client.subscribedCount, client.tally.faults], [0, { handshakeFailed: 1 }])
      await bench.end()
      await server.close()
    })
  }
})

/** A ping of a client: masked by zeros, so that its payload stays as it is (RFC 6455 §5.3). */
const clientPing = (payload: string): Buffer =>
  Buffer.concat([Buffer.from([0x89, 0x80 | payload.length, 0, 0, 0, 0]), Buffer.from(payload)])

suite('bursts of pings', () => {
  for (const count of [61, 1_000]) {
    test(`a server answers each of ${count} pings that come at once, and the connection lives on`, async () => {
      const bench = await startBench(websocket)
      const client = new WebSocket(`ws://127.0.0.1:${bench.server.port}${target}`)
      await once(client, 'open')
      const pongs: string[] = []
      client.on('pong', (data: Buffer) => pongs.push(data.toString()))
      const { _socket: socket } = client as unknown as { _socket: Socket }
      socket.write(Buffer.concat(Array.from({ length: count }, (_, index) => clientPing(`${index}`))))
      await until(
        'all pongs',
        () => pongs.length === count || client.readyState !== WebSocket.OPEN,
        () => pongs.length,
      )
      assert.deepEqual(
        pongs,
        Array.from({ length: count }, (_, index) => `${index}`),
      )
      const message = once(client, 'message')
      await bench.server.publish({ channel: 'news', data: 'still here' })
      await message
      assert.deepEqual([bench.server.counters.waitingCount, bench.server.counters.closed.clientLeft], [1, 0])
      client.terminate()
      await bench.end()
    })

    test(`a client answers each of ${count} pings that come at once, and stays`, async () => {
      const answers: Buffer[] = []
      const server = await startRawWebSocketServer((socket) => {
        socket.on('data', (chunk: Buffer) => answers.push(chunk))
        socket.write(Buffer.concat(Array.from({ length: count }, () => shortFrame(0x9, Buffer.from('ping')))))
      })
      const bench = await startBench(websocket)
      const client = await bench.client({ port: server.port, options: staysAway }).subscribe()
      // Two bytes of head, four of mask, four of payload.
      const pongBytes = 10
      // The first chunk is the request; it may have come before the listener.
      const bytes = (): number => Buffer.concat(answers).length
      await until(
        'all pongs',
        () => bytes() >= count * pongBytes || Object.keys(client.tally.faults).length > 0,
        () => bytes(),
      )
      assert.deepEqual([client.tally.heartbeatCount, client.tally.faults], [count, {}])
      assert.equal(server.sockets.size, 1)
      await bench.end()
      await server.close()
    })
  }

  test('a client that pings for ever and never reads is a slow consumer, and costs a bounded queue', async () => {
    const clientBufferBytes = 65_536
    const bench = await startBench(websocket, { serverOptions: { clientBufferBytes } })
    const sleeper = connect({ host: '127.0.0.1', port: bench.server.port })
    sleeper.pause()
    sleeper.on('error', () => undefined)
    sleeper.write(`GET ${target} HTTP/1.1\r\nhost: x\r\n${websocket.handshake}\r\n`)
    const burst = Buffer.concat(Array.from({ length: 1_000 }, () => clientPing('x'.repeat(125))))
    const { closed } = bench.server.counters
    // An error ends it: a socket that has failed calls back at once, for ever.
    const write = (error?: Error | null): void => {
      if (error == null && closed.slowConsumer === 0) sleeper.write(burst, write)
    }
    write()
    await until(
      'the cut',
      () => closed.slowConsumer === 1,
      () => closed,
    )
    assert.equal(closed.clientLeft, 0)
    sleeper.destroy()
    await bench.end()
  })
})

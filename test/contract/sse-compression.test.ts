import assert from 'node:assert/strict'
import { connect } from 'node:net'
import { suite, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { startBench, subjectOf } from '../helpers/contract-subject.ts'
import { until } from '../helpers/contract-wait.ts'
import { startRawServer } from '../helpers/misbehaving-http.ts'

const sse = subjectOf('sse')

const compressed = { serverOptions: { compression: true } }

/** The head of an answer to a bare GET, in lower case. */
async function headOf(port: number, headers: string): Promise<string> {
  const socket = connect({ host: '127.0.0.1', port })
  let seen = ''
  socket.on('data', (chunk: Buffer) => (seen += chunk.toString('latin1')))
  socket.write(`GET /sse?channel=news HTTP/1.1\r\nhost: x\r\n${headers}\r\n`)
  await until('the head', () => seen.includes('\r\n\r\n'))
  socket.destroy()
  return seen.slice(0, seen.indexOf('\r\n\r\n')).toLowerCase()
}

suite('compression of a stream', () => {
  test('with gzip, each of 10 events comes before the next is published, and so do heartbeats', async () => {
    const bench = await startBench(sse, { serverOptions: { compression: true, heartbeatMs: 50 } })
    const client = await bench.client({ options: { compression: true } }).subscribe()
    for (let index = 1; index <= 10; index++) {
      await bench.server.publish({ channel: 'news', data: `event ${index}` })
      // A compressor that holds an event back until the next one would never let this end.
      await client.receives(index)
    }
    await until('a heartbeat', () => client.tally.heartbeatCount >= 2)
    assert.deepEqual(
      client.positions,
      Array.from({ length: 10 }, (_, index) => index + 1),
    )
    assert.deepEqual([client.tally.compressedCount, bench.server.counters.compressedCount], [1, 1])
    await bench.end()
  })

  test('a compressed stream costs fewer bytes, so it is compressed indeed', async () => {
    const bytes: number[] = []
    for (const compression of [false, true]) {
      const bench = await startBench(sse, compressed)
      const client = await bench.client({ options: { compression } }).subscribe()
      for (let index = 0; index < 20; index++) await bench.server.publish({ channel: 'news', data: 'the same text '.repeat(100) })
      await client.receives(20)
      bytes.push(client.transport.bytesRead)
      assert.equal(bench.server.counters.compressedCount, compression ? 1 : 0)
      await bench.end()
    }
    assert.ok(bytes[0]! > 20 * 1_400)
    assert.ok(bytes[1]! < bytes[0]! / 5, `${bytes}`)
  })

  test('the headers tell every middle man to pass events on, and compression only when asked for', async () => {
    const bench = await startBench(sse, compressed)
    const plain = await headOf(bench.server.port, '')
    assert.match(plain, /^http\/1\.1 200 /)
    assert.match(plain, /\r\ncontent-type: text\/event-stream/)
    assert.match(plain, /\r\ncache-control: no-cache, no-transform(\r\n|$)/)
    assert.match(plain, /\r\nx-accel-buffering: no(\r\n|$)/)
    assert.doesNotMatch(plain, /content-encoding/)
    const zipped = await headOf(bench.server.port, 'accept-encoding: br, gzip;q=0.8\r\n')
    assert.match(zipped, /\r\ncontent-encoding: gzip(\r\n|$)/)
    assert.match(zipped, /\r\nvary: accept-encoding(\r\n|$)/)
    await bench.end()
    const off = await startBench(sse)
    assert.doesNotMatch(await headOf(off.server.port, 'accept-encoding: gzip\r\n'), /content-encoding/)
    await off.end()
  })

  const wishes: Record<string, boolean> = {
    GZIP: true,
    'Gzip;Q=0.5': true,
    'br, x-gzip': true,
    '*': true,
    'gzip;q=0': false,
    'gzip; q=0.000, *': false,
    '*;q=0': false,
    'identity, gzip-9': false,
    '': false,
  }
  test('what a client accepts is read as a list of names and weights', async () => {
    const bench = await startBench(sse, compressed)
    for (const [wish, isCompressed] of Object.entries(wishes)) {
      const head = await headOf(bench.server.port, `accept-encoding: ${wish}\r\n`)
      assert.equal(/\r\ncontent-encoding: gzip(\r\n|$)/.test(head), isCompressed, wish)
    }
    await bench.end()
  })

  test('the head comes before anything else is written: no event and no heartbeat', async () => {
    // A day: beats are spread over the interval, so that in one of 15 s the first may come at once.
    const bench = await startBench(sse, { serverOptions: { heartbeatMs: 86_400_000 } })
    await headOf(bench.server.port, '')
    assert.equal(bench.server.counters.heartbeatCount, 0)
    await bench.end()
  })

  test('a gzip stream that cannot be read, and one whose text is no event of ours, are protocol faults and no crash', async () => {
    const head = 'HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ncontent-encoding: gzip\r\n\r\n'
    const bodies = [Buffer.from('this is no gzip stream at all'), gzipSync('data: this is no JSON\n\n')]
    const server = await startRawServer((socket, _onConnection, inAll) => {
      socket.write(head)
      socket.write(bodies[(inAll - 1) % 2]!)
    })
    const bench = await startBench(sse)
    const client = bench.client({ port: server.port, options: { compression: true } })
    client.transport.start()
    await until(
      'four streams',
      () => (client.tally.faults.protocolError ?? 0) >= 4,
      () => client.tally.faults,
    )
    client.close()
    assert.deepEqual([Object.keys(client.tally.faults), client.received], [['protocolError'], []])
    await bench.end()
    await server.close()
  })
})

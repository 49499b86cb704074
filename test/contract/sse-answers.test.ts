import assert from 'node:assert/strict'
import type { Socket } from 'node:net'
import { suite, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { nowUs } from '../../src/core/clock.ts'
import { usPerMs } from '../../src/core/units.ts'
import { messageLine } from '../../src/core/wire.ts'
import { isBalanced, type TestClient } from '../helpers/contract-client.ts'
import { startBench, subjectOf } from '../helpers/contract-subject.ts'
import { until } from '../helpers/contract-wait.ts'
import { startRawServer } from '../helpers/misbehaving-http.ts'

const sse = subjectOf('sse')

/** A client that does not come back within a test. */
const staysAway = { backoffBaseMs: 60_000, backoffCapMs: 60_000 }

const event = `id: abcd-1\ndata: ${messageLine('abcd-1', 'x')}\n\n`

/** Starts a client at a server of raw TCP, and runs `check` with it and the heads of its requests. */
async function withServer(
  answer: (socket: Socket, inAll: number) => void,
  options: object,
  check: (client: TestClient, heads: string[]) => Promise<void>,
): Promise<void> {
  const heads: string[] = []
  const server = await startRawServer((socket, _onConnection, inAll, head) => {
    heads.push(head)
    answer(socket, inAll)
  })
  const bench = await startBench(sse)
  const client = bench.client({ port: server.port, options })
  client.transport.start()
  await check(client, heads)
  assert.ok(isBalanced(client.tally, [client]))
  client.close()
  assert.deepEqual(client.callsAfterClose, [])
  await bench.end()
  await server.close()
}

suite('what an event stream is', () => {
  const refused: Record<string, string> = {
    'HTML, as from a proxy with a page of its own': 'content-type: text/html\r\n',
    'no content type': '',
    JSON: 'content-type: application/json\r\n',
    'a type of a longer name': 'content-type: text/event-streams\r\n',
    'a type that is only a parameter': 'content-type: text/plain; x=text/event-stream\r\n',
    'the coding br': 'content-type: text/event-stream\r\ncontent-encoding: br\r\n',
    'the coding deflate': 'content-type: text/event-stream\r\ncontent-encoding: deflate\r\n',
    'two codings': 'content-type: text/event-stream\r\ncontent-encoding: gzip, br\r\n',
    'two codings in two fields': 'content-type: text/event-stream\r\ncontent-encoding: gzip\r\ncontent-encoding: gzip\r\n',
  }
  for (const [name, fields] of Object.entries(refused)) {
    test(`200 with ${name} subscribes nobody: a protocol error, cut at once, and tried again later`, async () => {
      const respond = (socket: Socket): void => void socket.write(`HTTP/1.1 200 OK\r\n${fields}\r\n${event}`)
      await withServer(respond, staysAway, async (client) => {
        await until(
          'the failure',
          () => client.connectFaults.length > 0,
          () => client.tally.faults,
        )
        assert.deepEqual(client.connectFaults, [{ fault: 'protocolError', willRetry: true }])
        assert.deepEqual([client.subscribedCount, client.received, client.tally.faults], [0, [], { protocolError: 1 }])
        assert.deepEqual([client.tally.statuses, client.tally.requests.failedCount], [{ 200: 1 }, 1])
      })
    })
  }

  const taken: Record<string, [fields: string, isCompressed: boolean]> = {
    'a type in capitals with a charset': ['Content-Type: TEXT/Event-Stream;charset=UTF-8\r\n', false],
    'another charset, which does not count': ['content-type: text/event-stream ; charset=latin1\r\n', false],
    'the coding identity': ['content-type: text/event-stream\r\ncontent-encoding: identity\r\n', false],
    'an empty coding': ['content-type: text/event-stream\r\ncontent-encoding: \r\n', false],
    'the coding GZIP': ['content-type: text/event-stream\r\ncontent-encoding: GZIP\r\n', true],
    'the coding Gzip between blanks': ['content-type: text/event-stream\r\ncontent-encoding:  Gzip \r\n', true],
    'the coding x-gzip': ['content-type: text/event-stream\r\ncontent-encoding: x-gzip\r\n', true],
  }
  for (const [name, [fields, isCompressed]] of Object.entries(taken)) {
    test(`200 with ${name} is a stream, and its events are read, also those that come with its end`, async () => {
      const body = isCompressed ? gzipSync(event) : event
      const respond = (socket: Socket): void => {
        socket.write(`HTTP/1.1 200 OK\r\n${fields}\r\n`)
        socket.end(body)
      }
      await withServer(respond, staysAway, async (client) => {
        await until(
          'the end',
          () => client.tally.faults.streamEnded === 1,
          () => client.tally.faults,
        )
        assert.deepEqual([client.subscribedCount, client.data, client.tally.faults], [1, ['x'], { streamEnded: 1 }])
        assert.equal(client.tally.compressedCount, isCompressed ? 1 : 0)
      })
    })
  }

  test('a gzip stream that is cut within a block is a stream that ended, and what came before is kept', async () => {
    const respond = (socket: Socket): void => {
      socket.write('HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ncontent-encoding: gzip\r\n\r\n')
      // Without the checksum and length at its end.
      socket.end(gzipSync(event).subarray(0, -8))
    }
    await withServer(respond, staysAway, async (client) => {
      await until(
        'the end',
        () => client.tally.faults.streamEnded === 1,
        () => client.tally.faults,
      )
      assert.deepEqual([client.data, client.tally.faults], [['x'], { streamEnded: 1 }])
    })
  })

  test('events of types that nobody listens to are passed over, and their ids count', async () => {
    const respond = (socket: Socket, inAll: number): void => {
      socket.write('HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n')
      if (inAll === 1) socket.end(`event: ping\ndata: {}\n\nevent: message\n${event}event: stats\nid: 9\ndata: no JSON\n\n`)
    }
    await withServer(respond, {}, async (client, heads) => {
      await until('the second request', () => heads.length === 2)
      assert.deepEqual([client.data, client.tally.faults], [['x'], { streamEnded: 1 }])
      assert.match(heads[1]!, /\r\nlast-event-id: 9(\r\n|$)/i)
    })
  })
})

suite('coming back to an event stream', () => {
  const head = 'HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n'

  /** What the id of an event is on the wire of the next request, as bytes; undefined = the field is not there. */
  const ids: Record<string, [id: string, sent: string | undefined]> = {
    'of digits': ['5', '5'],
    'of other writing': ['€1', '\xe2\x82\xac1'],
    'of letters that Latin-1 has': ['é', '\xc3\xa9'],
    'of a character of four bytes': ['😀', '\xf0\x9f\x98\x80'],
    'with a tab and a quote': ['a\t"b"', 'a\t"b"'],
    'that is empty': ['', undefined],
    // No field value may hold these (RFC 9110 §5.5): the id before it stays.
    'with a control character': ['a\u0001b', 'before'],
    'with DEL': ['a\u007Fb', 'before'],
    'with an escape sequence': ['\u001B[31m', 'before'],
    'with NUL': ['a\0b', 'before'],
  }
  for (const [name, [id, sent]] of Object.entries(ids)) {
    test(`after an id ${name} the next request leaves, and says ${sent === undefined ? 'none' : JSON.stringify(sent)}`, async () => {
      const respond = (socket: Socket, inAll: number): void => {
        socket.write(head)
        const data = (position: number): string => `data: ${messageLine(`abcd-${position}`, 'x')}\n\n`
        if (inAll === 1) socket.end(`id: before\n${data(1)}id: ${id}\n${data(2)}`)
      }
      await withServer(respond, {}, async (client, heads) => {
        await until(
          'the second request',
          () => heads.length === 2,
          () => client.tally.faults,
        )
        assert.equal(/\r\nlast-event-id: ([^\r]*)/i.exec(heads[1]!)?.[1], sent)
        assert.deepEqual([client.positions, client.tally.faults], [[1, 2], { streamEnded: 1 }])
      })
    })
  }

  test('an id whose block has no data counts, and one whose block has not ended does not', async () => {
    const respond = (socket: Socket, inAll: number): void => {
      socket.write(head)
      if (inAll === 1) socket.end('id: 7\n\nid: 8\n')
    }
    await withServer(respond, {}, async (_client, heads) => {
      await until('the second request', () => heads.length === 2)
      assert.match(heads[1]!, /\r\nlast-event-id: 7(\r\n|$)/i)
    })
  })

  test('retry: is waited for in full, takes the place of the backoff, and holds until another comes', async () => {
    const cutAtUs: number[] = []
    const askedAtUs: number[] = []
    const respond = (socket: Socket, inAll: number): void => {
      askedAtUs.push(nowUs())
      socket.write(head)
      if (inAll === 4) return
      cutAtUs.push(nowUs())
      socket.end(inAll === 1 ? 'retry: 300\n' : inAll === 3 ? 'retry: 1\n\n' : '')
    }
    // By its own backoff it would come back after a minute.
    await withServer(respond, staysAway, async (client, heads) => {
      await until(
        'the fourth request',
        () => heads.length === 4,
        () => client.tally.faults,
      )
      const waitedMs = askedAtUs.slice(1).map((atUs, index) => (atUs - cutAtUs[index]!) / usPerMs)
      assert.ok(waitedMs[0]! >= 300 && waitedMs[1]! >= 300, `${waitedMs}`)
      assert.deepEqual([client.tally.reconnectCount, client.tally.faults], [3, { streamEnded: 3 }])
    })
  })

  test('204 keeps a client away for good, and any other status does not', async () => {
    const statuses = ['500 Internal Server Error', '301 Moved Permanently\r\nlocation: /x', '204 No Content']
    const respond = (socket: Socket, inAll: number): void =>
      void socket.write(`HTTP/1.1 ${statuses[inAll - 1]}\r\n${inAll === 3 ? '' : 'content-length: 0\r\n'}\r\n`)
    await withServer(respond, {}, async (client) => {
      await until(
        'three answers',
        () => client.connectFaults.length === 3,
        () => client.tally.faults,
      )
      assert.deepEqual(
        client.connectFaults.map(({ fault, willRetry }) => [fault, willRetry]),
        [
          ['httpStatus', true],
          ['httpStatus', true],
          ['httpStatus', false],
        ],
      )
    })
  })
})

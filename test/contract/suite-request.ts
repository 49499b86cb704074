import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect } from 'node:net'
import { suite, test } from 'node:test'
import { startBench, type Subject } from '../helpers/contract-subject.ts'
import { until } from '../helpers/contract-wait.ts'

/** Sends a request line with the headers of a handshake or without them, and reads the answer to its end. */
async function answerTo(port: number, target: string, handshake: string, method = 'GET', rest = ''): Promise<string> {
  const socket = connect({ host: '127.0.0.1', port })
  const chunks: Buffer[] = []
  socket.on('data', (chunk: Buffer) => chunks.push(chunk))
  const fields = handshake === '' ? 'connection: close\r\n' : handshake
  socket.write(`${method} ${target} HTTP/1.1\r\nhost: x\r\n${fields}${rest === '' ? '\r\n' : rest}`)
  await once(socket, 'close')
  return Buffer.concat(chunks).toString('utf8')
}

export function requestSuite(subject: Subject): void {
  const { handshake } = subject

  suite(`${subject.id}: request`, () => {
    const refused: Record<string, [query: string, message: RegExp]> = {
      'no channel': ['', /query parameter .{1,3}channel.{1,3} is missing/],
      'an empty channel': ['?channel=', /query parameter .{1,3}channel.{1,3} is missing/],
      'a cursor without an epoch': [
        '?channel=a&after=17',
        /.{1,3}after.{1,3} must be a cursor as the server gave it, such as abcd-17, got .{1,3}17/,
      ],
      'a negative cursor': ['?channel=a&after=abcd--1', /.{1,3}after.{1,3} must be a cursor/],
      'a cursor in another notation': ['?channel=a&after=abcd-1e3', /.{1,3}after.{1,3} must be a cursor/],
      'an empty cursor': ['?channel=a&after=', /.{1,3}after.{1,3} must be a cursor/],
      'a hold that is no number': ['?channel=a&wait=x', /.{1,3}wait.{1,3} must be a whole number of at least 0, got .{1,3}x/],
      'two channels': ['?channel=a&channel=b', /query parameter .{1,3}channel.{1,3} is given 2 times; allowed is once/],
      'one channel, three times': [
        '?channel=a&channel=a&channel=a',
        /query parameter .{1,3}channel.{1,3} is given 3 times; allowed is once/,
      ],
      'two cursors': ['?channel=a&after=abcd-1&after=abcd-2', /query parameter .{1,3}after.{1,3} is given 2 times; allowed is once/],
      'an unknown key': ['?channel=a&cursor=3', /unknown query parameter .{1,3}cursor.{1,3}; allowed are channel, after and wait/],
      'a key that every object has': ['?channel=a&toString=3', /unknown query parameter .{1,3}toString/],
    }
    for (const [name, [query, message]] of Object.entries(refused)) {
      test(`answers 400 to ${name} and says what is wrong`, async () => {
        const bench = await startBench(subject)
        const answer = await answerTo(bench.server.port, `/${subject.id}${query}`, handshake)
        assert.match(answer, /^HTTP\/1\.1 400 /)
        assert.match(answer, message)
        assert.deepEqual([bench.server.counters.requestCount, bench.server.counters.waitingCount], [0, 0])
        await bench.end()
      })
    }

    test('answers 404 to a path that it does not have, and stays up', async () => {
      const bench = await startBench(subject)
      for (const path of ['/other', `/${subject.id}/x`, '//', '/%']) {
        assert.match(await answerTo(bench.server.port, path, handshake), /^HTTP\/1\.1 4\d\d /, path)
      }
      assert.match(await answerTo(bench.server.port, '/other?channel=a', handshake), /^HTTP\/1\.1 404 /)
      const client = await bench.client().subscribe()
      await bench.server.publish({ channel: 'news', data: 'still here' })
      await client.receives(1)
      await bench.end()
    })

    for (const name of ['a?b', 'a?channel=b', '?', 'a#b', 'a+b c%/&=é']) {
      test(`the channel ${JSON.stringify(name)} is that channel and no other`, async () => {
        const bench = await startBench(subject)
        const others = await Promise.all(['a', 'b'].map((channel) => bench.client({ channel }).subscribe()))
        const client = await bench.client({ channel: name }).subscribe()
        await bench.server.publish({ channel: name, data: 'for it alone' })
        await client.receives(1)
        for (const channel of ['a', 'b']) await bench.server.publish({ channel, data: 'for another' })
        await Promise.all(others.map((other) => other.receives(1)))
        assert.deepEqual([client.data, ...others.map((other) => other.data)], [['for it alone'], ['for another'], ['for another']])
        await bench.end()
      })
    }

    test('a question mark that is not encoded belongs to the channel', async () => {
      const bench = await startBench(subject)
      // What follows the second one would be another key, or another channel, if the query ended there or began anew.
      for (const query of ['?channel=a?b&after=x', '?channel=?&after=x', '?channel=a?channel=b&channel=c']) {
        assert.match(await answerTo(bench.server.port, `/${subject.id}${query}`, handshake), /^HTTP\/1\.1 400 /, query)
      }
      await bench.end()
    })

    const form = 'content-type: application/x-www-form-urlencoded\r\ncontent-length: 3\r\n\r\na=b'
    for (const [method, rest] of [['HEAD'], ['POST'], ['POST', form], ['PUT'], ['DELETE'], ['OPTIONS'], ['PROPFIND']] as const) {
      test(`answers 405 to ${method}${rest === undefined ? '' : ' with a form'}, names the method that it takes, and counts no request`, async () => {
        const bench = await startBench(subject)
        // A waiting message, so that a poll would be answered.
        await bench.server.publish({ channel: 'a', data: 'x' })
        for (const fields of new Set(['', handshake])) {
          const answer = await answerTo(bench.server.port, `/${subject.id}?channel=a`, fields, method, rest)
          assert.match(answer, /^HTTP\/1\.1 405 /)
          assert.match(answer, /\r\nallow: GET\r\n/i)
        }
        const { requestCount, waitingCount, answeredCount, emptyCount } = bench.server.counters
        assert.deepEqual([requestCount, waitingCount, answeredCount, emptyCount], [0, 0, 0, 0])
        await bench.end()
      })
    }

    test('answers 405 to GET where only POST is taken', async () => {
      const bench = await startBench(subject)
      const answer = await answerTo(bench.server.port, '/publish', '')
      assert.match(answer, /^HTTP\/1\.1 405 /)
      assert.match(answer, /\r\nallow: POST\r\n/i)
      await bench.end()
    })

    test('a channel that is only read costs nothing once its readers have gone', async () => {
      const bench = await startBench(subject)
      const clients = await Promise.all(Array.from({ length: 20 }, (_, index) => bench.client({ channel: `unknown ${index}` }).subscribe()))
      for (const client of clients) client.close()
      await until(
        'no channel kept',
        () => bench.server.sockets.size === 0 && bench.server.log.channelCount === 0,
        () => bench.server.log.channelCount,
      )
      await bench.end()
    })

    test('a peer that resets does not end the server', async () => {
      const bench = await startBench(subject)
      for (let round = 0; round < 20; round++) {
        const socket = connect({ host: '127.0.0.1', port: bench.server.port })
        await once(socket, 'connect')
        socket.write(`GET /other HTTP/1.1\r\nhost: x\r\n${handshake}\r\n`, () => socket.resetAndDestroy())
        await once(socket, 'close')
      }
      const client = await bench.client().subscribe()
      await bench.server.publish({ channel: 'news', data: 'still here' })
      await client.receives(1)
      await bench.end()
    })

    test('the client names itself and its number', async () => {
      const bench = await startBench(subject)
      const agents: (string | undefined)[] = []
      bench.server.app.server.prependListener(
        handshake === '' ? 'request' : 'upgrade',
        (request: { headers: Record<string, string | undefined> }) => {
          agents.push(request.headers['user-agent'])
        },
      )
      await bench.client().subscribe()
      assert.equal(agents[0], 'transport-bench (client 0)')
      await bench.end()
    })
  })
}

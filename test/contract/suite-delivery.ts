import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { bytesPerMiB } from '../../src/core/units.ts'
import { startBench, type Subject } from '../helpers/contract-subject.ts'
import { until } from '../helpers/contract-wait.ts'

/** Texts that some layer of some transport could change: line ends, marks, controls, markup of the wire itself. */
const uglyTexts: Record<string, string> = {
  empty: '',
  'a line feed': 'a\nb',
  'a carriage return and line feed': 'a\r\nb\r\n\r\nc',
  'a bare carriage return': 'a\rb',
  'a leading space': '  a',
  'a byte order mark': '\uFEFFa\uFEFF',
  'line and paragraph separators': 'a\u2028b\u2029c',
  NUL: 'a\0b',
  'four-byte characters': '😀𝄞é€',
  'a lone surrogate': 'a\uD800b\uDC00',
  'markup of an event stream': 'data: x\n\nid: 99\nevent: gap\ndata: {"gap":5}\n\n: ping\nretry: 1',
  'a gap line': '{"gap":3}',
  quotes: '"\\"},{"cursor":1',
  'one MiB': 'x'.repeat(bytesPerMiB),
}

export function deliverySuite(subject: Subject): void {
  suite(`${subject.id}: delivery`, () => {
    test('a client gets every message that is published once it has subscribed, in order, once', async () => {
      const bench = await startBench(subject)
      const client = await bench.client().subscribe()
      const expected = Array.from({ length: 200 }, (_, index) => `message ${index}`)
      for (const data of expected) await bench.server.publish({ channel: 'news', data })
      await client.receives(expected.length)
      assert.deepEqual(client.data, expected)
      assert.deepEqual(
        client.positions,
        Array.from({ length: 200 }, (_, index) => index + 1),
      )
      assert.deepEqual(client.gaps, [])
      await bench.end()
    })

    test('a client that comes with no cursor gets what the channel has kept', async () => {
      const bench = await startBench(subject)
      await bench.server.publish({ channel: 'news', data: 'one' }, { channel: 'news', data: 'two' })
      const client = await bench.client().subscribe()
      await client.receives(2)
      assert.deepEqual(client.data, ['one', 'two'])
      await bench.end()
    })

    test('a message goes to its channel only, whatever the name of the channel holds', async () => {
      const bench = await startBench(subject)
      const odd = 'a&b=c d/é?#%+'
      const [one, other] = [await bench.client({ channel: odd }).subscribe(), await bench.client().subscribe()]
      await bench.server.publish({ channel: odd, data: 'for the odd one' }, { channel: 'news', data: 'for the other' })
      await Promise.all([one.receives(1), other.receives(1)])
      assert.deepEqual([one.data, other.data], [['for the odd one'], ['for the other']])
      await bench.end()
    })

    for (const [name, text] of Object.entries(uglyTexts)) {
      test(`brings data back as it was published: ${name}`, async () => {
        const bench = await startBench(subject)
        const client = await bench.client().subscribe()
        await bench.server.publish({ channel: 'news', data: text }, { channel: 'news', data: 'after' })
        await client.receives(2)
        assert.ok(client.data[0] === text, `got ${JSON.stringify(client.data[0]?.slice(0, 60))}`)
        assert.deepEqual([client.data[1], client.positions, client.tally.faults], ['after', [1, 2], {}])
        await bench.end()
      })
    }

    test('messages of one publish, and publishes of one tick, all come', async () => {
      const bench = await startBench(subject)
      const client = await bench.client().subscribe()
      bench.server.log.publish([1, 2].map((index) => ({ channel: 'news', data: `pair ${index}` })))
      bench.server.log.publish([{ channel: 'news', data: 'same tick' }])
      bench.server.log.publish([{ channel: 'news', data: 'same tick again' }])
      await client.receives(4)
      assert.deepEqual(client.data, ['pair 1', 'pair 2', 'same tick', 'same tick again'])
      await bench.end()
    })

    test('one message reaches each of 50 clients once', async () => {
      const bench = await startBench(subject)
      const clients = await Promise.all(Array.from({ length: 50 }, () => bench.client().subscribe()))
      await bench.server.publish({ channel: 'news', data: 'to all' })
      await bench.server.publish({ channel: 'news', data: 'and again' })
      await Promise.all(clients.map((client) => client.receives(2)))
      for (const client of clients) assert.deepEqual(client.data, ['to all', 'and again'])
      await bench.end()
    })

    test('six messages of one MiB in one publish come to a client that reads', async () => {
      const bench = await startBench(subject)
      const client = await bench.client().subscribe()
      const big = 'y'.repeat(bytesPerMiB)
      await bench.server.publish(...Array.from({ length: 6 }, (_, index) => ({ channel: 'news', data: `${index}${big}` })))
      await client.receives(6)
      assert.deepEqual(
        client.data.map((data) => data.length),
        Array.from({ length: 6 }, () => bytesPerMiB + 1),
      )
      assert.deepEqual(
        [client.positions, client.tally.reconnectCount, bench.server.counters.closed.slowConsumer],
        [[1, 2, 3, 4, 5, 6], 0, 0],
      )
      await bench.end()
    })

    test('a peer that never reads does not stop the others', async () => {
      const bench = await startBench(subject)
      const other = await bench.client().subscribe()
      const { connect } = await import('node:net')
      const sleeper = connect({ host: '127.0.0.1', port: bench.server.port })
      sleeper.pause()
      sleeper.write(`GET /${subject.id}?channel=news HTTP/1.1\r\nhost: x\r\n${subject.handshake}\r\n`)
      sleeper.on('error', () => undefined)
      await until('the sleeper is there', () => bench.server.counters.requestCount >= 2)
      const data = 'z'.repeat(100_000)
      for (let index = 0; index < 100; index++) await bench.server.publish({ channel: 'news', data })
      await other.receives(100)
      assert.deepEqual(
        other.positions,
        Array.from({ length: 100 }, (_, index) => index + 1),
      )
      sleeper.destroy()
      await bench.end()
    })
  })
}

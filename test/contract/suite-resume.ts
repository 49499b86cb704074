import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { startRelay } from '../helpers/contract-relay.ts'
import { startBench, type Subject } from '../helpers/contract-subject.ts'
import { until } from '../helpers/contract-wait.ts'

export function resumeSuite(subject: Subject): void {
  suite(`${subject.id}: resume`, () => {
    test('cuts in the middle of the traffic lose and repeat nothing', async () => {
      const bench = await startBench(subject)
      const clients = await Promise.all(Array.from({ length: 5 }, () => bench.client().subscribe()))
      for (let index = 0; index < 300; index++) {
        await bench.server.publish({ channel: 'news', data: `${index}` })
        if (index % 75 === 50) bench.server.cutAll()
      }
      await Promise.all(clients.map((client) => client.receives(300)))
      for (const client of clients) {
        assert.deepEqual(
          client.cursors,
          Array.from({ length: 300 }, (_, index) => index + 1),
        )
        assert.deepEqual([client.gaps, client.subscribedCount], [[], 1])
      }
      await bench.end()
    })

    test('a reader that comes back finds a backlog larger than the bound of a slow client, and is not cut for it', async () => {
      const bench = await startBench(subject)
      const relay = await startRelay(bench.server.port)
      const client = await bench
        .client({ port: relay.port, options: { backoffBaseMs: 300, backoffCapMs: 300, backoffJitterRatio: 0, pollIntervalMs: 1_000 } })
        .subscribe()
      await bench.server.publish({ channel: 'news', data: 'before the cut' })
      await client.receives(1)
      relay.cut()
      // 4 MiB in one go, while nobody listens: the bound is 1 MiB.
      const data = 'b'.repeat(40_960)
      await until('nothing held', () => bench.server.counters.waitingCount === 0)
      bench.server.log.publish(Array.from({ length: 100 }, () => ({ channel: 'news', data })))
      await client.receives(101)
      assert.deepEqual(
        client.cursors,
        Array.from({ length: 101 }, (_, index) => index + 1),
      )
      assert.equal(bench.server.counters.closed.slowConsumer, 0)
      await bench.end()
      await relay.close()
    })

    test('what is published while a reader catches up with a backlog comes once and in order', async () => {
      const bench = await startBench(subject)
      const data = 'b'.repeat(10_240)
      bench.server.log.publish(Array.from({ length: 400 }, () => ({ channel: 'news', data })))
      const client = bench.client()
      // From within a receipt, so that further writes of the backlog are taken between the log of a message and the word of it.
      let publishedCount = 400
      client.onReceive = () => {
        if (publishedCount < 1_000) bench.server.log.publish([{ channel: 'news', data: `${publishedCount++}` }])
      }
      await client.subscribe()
      await client.receives(1_000)
      assert.deepEqual(
        client.cursors,
        Array.from({ length: 1_000 }, (_, index) => index + 1),
      )
      await bench.end()
    })

    test('what left the window is told as a gap with its exact size', async () => {
      const bench = await startBench(subject, { limits: { keptCount: 10 } })
      const relay = await startRelay(bench.server.port)
      const client = await bench
        .client({ port: relay.port, options: { backoffBaseMs: 300, backoffCapMs: 300, backoffJitterRatio: 0, pollIntervalMs: 1_000 } })
        .subscribe()
      for (let index = 1; index <= 3; index++) await bench.server.publish({ channel: 'news', data: `${index}` })
      await client.receives(3)
      relay.cut()
      await until('nothing held', () => bench.server.counters.waitingCount === 0)
      // 27 more while it is away: 10 are kept, so 17 of them are gone.
      for (let index = 4; index <= 30; index++) bench.server.log.publish([{ channel: 'news', data: `${index}` }])
      await client.receives(13)
      assert.deepEqual(client.gaps, [17])
      assert.deepEqual(client.cursors, [1, 2, 3, ...Array.from({ length: 10 }, (_, index) => 21 + index)])
      await bench.server.publish({ channel: 'news', data: '31' })
      await client.receives(14)
      assert.deepEqual([client.gaps, client.cursors.at(-1)], [[17], 31])
      await bench.end()
      await relay.close()
    })

    test('a server that starts anew, with cursors behind the client, is read from its beginning', async () => {
      const bench = await startBench(subject)
      const client = await bench.client({ options: { backoffBaseMs: 100 } }).subscribe()
      for (const data of ['a', 'b', 'c']) await bench.server.publish({ channel: 'news', data })
      await client.receives(3)
      const { port } = bench.server
      await bench.server.close()
      const { startServer } = await import('../helpers/contract-server.ts')
      const second = await startServer(subject.transport, subject.options, { port })
      await second.publish({ channel: 'news', data: 'd' })
      await client.receives(4)
      assert.deepEqual(
        [client.data, client.cursors],
        [
          ['a', 'b', 'c', 'd'],
          [1, 2, 3, 1],
        ],
      )
      client.end()
      await second.close()
    })
  })
}

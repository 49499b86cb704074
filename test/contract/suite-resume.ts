import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { MessageLog, type LogOptions } from '../../servers/message-log.ts'
import type { TestClient } from '../helpers/contract-client.ts'
import { startRelay } from '../helpers/contract-relay.ts'
import { startServer, type TestServer } from '../helpers/contract-server.ts'
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
          client.positions,
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
        client.positions,
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
        client.positions,
        Array.from({ length: 1_000 }, (_, index) => index + 1),
      )
      await bench.end()
    })

    test('what left the window is reported as a gap with its exact size', async () => {
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
      assert.deepEqual(client.positions, [1, 2, 3, ...Array.from({ length: 10 }, (_, index) => 21 + index)])
      await bench.server.publish({ channel: 'news', data: '31' })
      await client.receives(14)
      assert.deepEqual([client.gaps, client.positions.at(-1)], [[17], 31])
      await bench.end()
      await relay.close()
    })

    /** A client that has read three messages finds another server at the same port, whose log holds these. */
    async function afterRestart(
      fill: (log: MessageLog) => void,
      check: (client: TestClient, second: TestServer) => Promise<void>,
      options: Partial<LogOptions> = {},
    ): Promise<void> {
      const bench = await startBench(subject, { log: new MessageLog({ epoch: 'abcd' }) })
      const client = await bench.client({ options: { backoffBaseMs: 20 } }).subscribe()
      for (const data of ['a', 'b', 'c']) await bench.server.publish({ channel: 'news', data })
      await client.receives(3)
      const { port } = bench.server
      await bench.server.close()
      const log = new MessageLog({ epoch: 'efgh', ...options })
      fill(log)
      const second = await startServer(subject.transport, subject.options, { port, log })
      await check(client, second)
      client.end()
      await second.close()
    }
    const publish = (log: MessageLog, ...texts: string[]): void => log.publish(texts.map((data) => ({ channel: 'news', data })))

    for (const [how, texts] of [
      ['has not come as far as the client', ['d']],
      ['has come exactly as far as the client', ['d', 'e', 'f']],
      ['has passed the cursor of the client', ['d', 'e', 'f', 'g', 'h']],
    ] as const) {
      test(`a fresh log that ${how} is read from its beginning, behind one gap of unknown size`, async () => {
        await afterRestart(
          (log) => publish(log, ...texts),
          async (client, second) => {
            await client.receives(3 + texts.length)
            assert.deepEqual([client.data, client.gaps], [['a', 'b', 'c', ...texts], [null]])
            second.cutAll()
            publish(second.log, 'after a cut')
            await client.receives(4 + texts.length)
            assert.deepEqual([client.data.at(-1), client.gaps, client.positions.at(-1)], ['after a cut', [null], texts.length + 1])
          },
        )
      })
    }

    test('a fresh log that is still empty gives a gap of unknown size, and the client counts from there', async () => {
      await afterRestart(
        () => undefined,
        async (client, second) => {
          await until('the gap', () => client.gaps.length > 0)
          second.cutAll()
          await second.publish({ channel: 'news', data: 'd' })
          await client.receives(4)
          assert.deepEqual([client.data, client.gaps], [['a', 'b', 'c', 'd'], [null]])
        },
      )
    })

    test('what has left the window of a fresh log is a gap with its number, behind the one of unknown size', async () => {
      await afterRestart(
        (log) => publish(log, 'd', 'e', 'f', 'g', 'h'),
        async (client) => {
          await client.receives(5)
          assert.deepEqual(
            [client.data, client.gaps],
            [
              ['a', 'b', 'c', 'g', 'h'],
              [null, 3],
            ],
          )
        },
        { keptCount: 2 },
      )
    })

    test('a log that was kept over a restart goes on: no gap, nothing lost, nothing repeated', async () => {
      await afterRestart(
        (log) => publish(log, 'a', 'b', 'c', 'd'),
        async (client) => {
          await client.receives(4)
          assert.deepEqual([client.data, client.gaps], [['a', 'b', 'c', 'd'], []])
        },
        { epoch: 'abcd' },
      )
    })

    test('a log that was kept in part has cursors that it never gave: they are those of another log', async () => {
      await afterRestart(
        (log) => publish(log, 'a', 'b'),
        async (client) => {
          await client.receives(5)
          assert.deepEqual([client.data, client.gaps], [['a', 'b', 'c', 'a', 'b'], [null]])
        },
        { epoch: 'abcd' },
      )
    })
  })
}

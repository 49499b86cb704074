import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { bytesPerKiB, bytesPerMiB } from '../../src/core/units.ts'
import { startRelay } from '../helpers/contract-relay.ts'
import { startBench, subjectOf, type Subject } from '../helpers/contract-subject.ts'
import { until } from '../helpers/contract-wait.ts'

const sse = subjectOf('sse')
const websocket = subjectOf('websocket')

/** 2,000 events of 10 KiB; far more than the bound and all kernel buffers. The 20,000 are in test/known-answer. */
const eventCount = 2_000
const data = 'e'.repeat(10 * bytesPerKiB)
const boundBytes = bytesPerMiB
const oneEventBytes = data.length + 100

function slowConsumerSuite(subject: Subject): void {
  suite(`a slow consumer: ${subject.id}`, () => {
    test('one of ten stops to read: its queue stays within the bound and one event, it is cut, and the others get all', async () => {
      const bench = await startBench(subject)
      const relay = await startRelay(bench.server.port)
      const sleeper = await bench.client({ port: relay.port, options: { backoffBaseMs: 60_000, backoffCapMs: 60_000 } }).subscribe()
      const others = await Promise.all(Array.from({ length: 9 }, () => bench.client().subscribe()))
      relay.stall()
      for (let index = 0; index < eventCount; index++) {
        bench.server.log.publish([{ channel: 'news', data }])
        await nextTurn()
        if (index % 20 === 19) await until('the others keep up', () => others.every((other) => other.received.length >= index - 20))
      }
      await Promise.all(others.map((other) => other.receives(eventCount)))
      const { counters } = bench.server
      await until(
        'the sleeper is off the books',
        () => counters.waitingCount === 9,
        () => counters,
      )
      assert.equal(counters.closed.slowConsumer, 1)
      assert.ok(counters.maxQueuedBytes > boundBytes && counters.maxQueuedBytes <= boundBytes + oneEventBytes, `${counters.maxQueuedBytes}`)
      for (const other of others)
        assert.deepEqual([other.positions.at(-1), other.received.length, other.tally.reconnectCount], [eventCount, eventCount, 0])
      assert.ok(sleeper.received.length < eventCount)
      await bench.end()
      await relay.close()
    })

    test('A: a reader that sleeps below the bound is not cut, and gets every event when it wakes', async () => {
      const bench = await startBench(subject)
      const relay = await startRelay(bench.server.port)
      const sleeper = await bench.client({ port: relay.port }).subscribe()
      relay.stall()
      // Until the kernel takes no more and something is queued in the process, but well below the bound.
      const { counters } = bench.server
      let sent = 0
      while (counters.maxQueuedBytes < boundBytes / 2) {
        bench.server.log.publish([{ channel: 'news', data }])
        sent++
        await nextTurn()
      }
      await new Promise((resolve) => sleeper.timers.after(300, () => resolve(undefined)))
      relay.wake()
      await sleeper.receives(sent)
      assert.deepEqual(
        sleeper.positions,
        Array.from({ length: sent }, (_, index) => index + 1),
      )
      assert.deepEqual([sleeper.tally.reconnectCount, sleeper.tally.faults, counters.closed.slowConsumer], [0, {}, 0])
      await bench.end()
      await relay.close()
    })

    test('B: a client that is killed while it sleeps is freed at once', async () => {
      const bench = await startBench(subject)
      const relay = await startRelay(bench.server.port)
      const sleeper = await bench.client({ port: relay.port, options: { backoffBaseMs: 60_000, backoffCapMs: 60_000 } }).subscribe()
      const other = await bench.client().subscribe()
      relay.stall()
      const { counters } = bench.server
      while (counters.maxQueuedBytes < boundBytes / 4) {
        bench.server.log.publish([{ channel: 'news', data }])
        await nextTurn()
      }
      relay.cut()
      await until(
        'only the other is left',
        () => counters.waitingCount === 1,
        () => counters,
        1_000,
      )
      assert.deepEqual([counters.closed.slowConsumer, counters.closed.clientLeft], [0, 1])
      const count = other.received.length
      await bench.server.publish({ channel: 'news', data: 'on' })
      await other.receives(count + 1)
      assert.ok(sleeper.received.length <= count)
      await bench.end()
      await relay.close()
    })

    test('a publish larger than the bound reaches a reader that reads, and a sleeper keeps no more than the bound of it', async () => {
      const bench = await startBench(subject)
      const relay = await startRelay(bench.server.port)
      const sleeper = await bench.client({ port: relay.port }).subscribe()
      const reader = await bench.client().subscribe()
      relay.stall()
      // 8 MiB in one publish.
      const count = 820
      bench.server.log.publish(Array.from({ length: count }, () => ({ channel: 'news', data })))
      await reader.receives(count)
      const { counters } = bench.server
      assert.ok(counters.maxQueuedBytes <= boundBytes + oneEventBytes, `${counters.maxQueuedBytes}`)
      assert.deepEqual([reader.positions.at(-1), counters.closed.slowConsumer], [count, 0])
      relay.wake()
      await sleeper.receives(count)
      assert.deepEqual(
        sleeper.positions,
        Array.from({ length: count }, (_, index) => index + 1),
      )
      await bench.end()
      await relay.close()
    })
  })
}

slowConsumerSuite(sse)
slowConsumerSuite(websocket)

test('SSE: a reader that is behind and does not move for a whole heartbeat is cut as a slow consumer', async () => {
  const bench = await startBench(sse, { serverOptions: { heartbeatMs: 100 } })
  const relay = await startRelay(bench.server.port)
  const options = { backoffBaseMs: 60_000, backoffCapMs: 60_000, heartbeatMs: 15_000 }
  await bench.client({ port: relay.port, options }).subscribe()
  relay.stall()
  bench.server.log.publish(Array.from({ length: 1_500 }, () => ({ channel: 'news', data })))
  const { counters } = bench.server
  await until(
    'it is cut',
    () => counters.waitingCount === 0,
    () => counters,
  )
  assert.equal(counters.closed.slowConsumer, 1)
  await bench.end()
  await relay.close()
})

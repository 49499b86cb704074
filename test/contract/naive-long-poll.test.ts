import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { startBench, subjectOf } from '../helpers/contract-subject.ts'
import { until } from '../helpers/contract-wait.ts'

const longPoll = subjectOf('long-poll')

suite('what is published between two polls of a client', () => {
  for (const cursor of [true, false]) {
    test(cursor ? 'comes with the next poll, by its cursor' : 'is lost on a server that heeds no cursor', async () => {
      const bench = await startBench(longPoll, { serverOptions: { cursor } })
      const { counters, log } = bench.server
      const client = await bench.client().subscribe()
      await until('it waits', () => counters.waitingCount === 1)
      client.onReceive = () => {
        // In the middle of an answer: the next poll has not left.
        if (client.received.length === 1) log.publish([{ channel: 'news', data: 'two' }])
      }
      log.publish([{ channel: 'news', data: 'one' }])
      await client.receives(1)
      if (cursor) await client.receives(2)
      await until('it waits again', () => counters.waitingCount === 1)
      log.publish([{ channel: 'news', data: 'three' }])
      await client.receives(cursor ? 3 : 2)
      assert.deepEqual(client.data, cursor ? ['one', 'two', 'three'] : ['one', 'three'])
      await bench.end()
    })
  }
})

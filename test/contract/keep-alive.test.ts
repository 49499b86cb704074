import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { startBench, subjectOf } from '../helpers/contract-subject.ts'
import { until } from '../helpers/contract-wait.ts'

const longPoll = subjectOf('long-poll')
const shortPoll = subjectOf('short-poll')

const pollCount = 6

suite('connections of a polling client', () => {
  for (const keepAlive of [true, false]) {
    test(keepAlive ? 'short polling keeps one' : 'short polling without keep-alive has one for each poll', async () => {
      const bench = await startBench(shortPoll)
      const client = await bench.client({ options: { keepAlive } }).subscribe()
      await until('polls', () => client.tally.requests.completedCount >= pollCount)
      client.close()
      const { openedCount, requests } = client.tally
      assert.equal(openedCount, keepAlive ? 1 : requests.sentCount)
      assert.deepEqual([requests.failedCount, requests.staleSocketCount], [0, 0])
      await bench.end()
    })

    test(keepAlive ? 'long polling keeps one' : 'long polling without keep-alive has one for each poll', async () => {
      const bench = await startBench(longPoll)
      const client = await bench.client({ options: { keepAlive } }).subscribe()
      for (let count = 1; count <= pollCount; count++) {
        await until('it waits', () => bench.server.counters.waitingCount === 1)
        bench.server.log.publish([{ channel: 'news', data: `${count}` }])
        await client.receives(count)
      }
      await until('it waits', () => bench.server.counters.waitingCount === 1)
      assert.deepEqual([client.tally.requests.sentCount, client.tally.openedCount], [2 + pollCount, keepAlive ? 1 : 2 + pollCount])
      await bench.end()
    })
  }
})

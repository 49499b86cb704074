import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { startBench, subjectOf } from '../helpers/contract-subject.ts'
import { until } from '../helpers/contract-wait.ts'

const websocket = subjectOf('websocket')

const deflate = { perMessageDeflate: true }
const data = JSON.stringify(Array.from({ length: 200 }, (_, index) => ({ index, name: `item ${index * 7919}`, price: index * 1.17 })))

suite('permessage-deflate', () => {
  test('the extension is counted where both sides agreed on it, and only there', async () => {
    for (const [server, client] of [
      [true, true],
      [true, false],
      [false, true],
      [false, false],
    ] as const) {
      const bench = await startBench(websocket, { serverOptions: { perMessageDeflate: server } })
      const reader = await bench.client({ options: { perMessageDeflate: client } }).subscribe()
      await bench.server.publish({ channel: 'news', data })
      await reader.receives(1)
      const agreed = server && client ? 1 : 0
      assert.deepEqual([bench.server.counters.compressedCount, reader.tally.compressedCount, reader.data], [agreed, agreed, [data]])
      // Bytes on the wire are those of the socket, not of the text.
      if (agreed === 1) assert.ok(reader.transport.bytesRead < data.length / 2, `${reader.transport.bytesRead} of ${data.length}`)
      else assert.ok(reader.transport.bytesRead > data.length)
      await bench.end()
    }
  })

  test('order is kept when some messages are compressed and some are too small for it', async () => {
    const bench = await startBench(websocket, { serverOptions: deflate })
    const reader = await bench.client({ options: deflate }).subscribe()
    const expected = Array.from({ length: 100 }, (_, index) => (index % 3 === 0 ? data + index : `${index}`))
    bench.server.log.publish(expected.map((text) => ({ channel: 'news', data: text })))
    await reader.receives(100)
    assert.deepEqual(reader.data, expected)
    await bench.end()
  })

  test('100 clients cut at once in the middle of a compressed broadcast leave nothing, and 20 new ones get in', async () => {
    const bench = await startBench(websocket, { serverOptions: deflate })
    const options = { ...deflate, backoffBaseMs: 60_000, backoffCapMs: 60_000 }
    await Promise.all(Array.from({ length: 100 }, () => bench.client({ options }).subscribe()))
    bench.server.log.publish(Array.from({ length: 5 }, (_, index) => ({ channel: 'news', data: data + index })))
    bench.server.cutAll()
    await until(
      'nobody is on the books',
      () => bench.server.counters.waitingCount === 0,
      () => bench.server.counters,
      2_000,
    )
    const fresh = Array.from({ length: 20 }, () => bench.client({ options }))
    for (const client of fresh) client.transport.start()
    await until('20 of 20 are open', () => fresh.every((client) => client.subscribedCount === 1), undefined, 1_000)
    await Promise.all(fresh.map((client) => client.receives(5)))
    assert.equal(bench.server.counters.waitingCount, 20)
    await bench.end()
  })
})

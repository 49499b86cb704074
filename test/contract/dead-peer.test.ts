import assert from 'node:assert/strict'
import { connect } from 'node:net'
import { suite, test } from 'node:test'
import type { ServerCounters } from '../../src/core/counters.ts'
import { childCommand, startChild } from '../helpers/contract-child.ts'
import { TestClient } from '../helpers/contract-client.ts'
import { startBench, subjectOf } from '../helpers/contract-subject.ts'
import { until } from '../helpers/contract-wait.ts'

const sse = subjectOf('sse')
const websocket = subjectOf('websocket')

const peerCount = 20

suite('dead peers', { concurrency: true }, () => {
  test('20 clients in a stopped process are off the books after two pings, as dead peers', async () => {
    const bench = await startBench(websocket, { serverOptions: { heartbeatMs: 1_000 } })
    const child = startChild(
      childCommand('clients', { ...websocket.options, backoffBaseMs: 60_000, backoffCapMs: 60_000 }, bench.server.port, peerCount),
    )
    const { subscribedCount } = await child.next<{ subscribedCount: number }>()
    assert.equal(subscribedCount, peerCount)
    const { counters } = bench.server
    await until('all are held', () => counters.waitingCount === peerCount)
    child.process.kill('SIGSTOP')
    const before = counters.heartbeatCount
    await until(
      'all are gone',
      () => counters.waitingCount === 0,
      () => counters,
    )
    assert.deepEqual([counters.closed.deadPeer, counters.closed.clientLeft], [peerCount, 0])
    // One ping that was answered before they stopped may be the last but one.
    assert.ok(counters.heartbeatCount - before <= 2 * peerCount, `${counters.heartbeatCount - before} pings`)
    await child.stop()
    await bench.end()
  })

  for (const { pathMs, pingCount } of [
    { pathMs: 0, pingCount: 1 },
    { pathMs: 160, pingCount: 5 },
  ]) {
    test(`a peer that answers nothing is cut after ${pingCount} pings of 50 ms apart where the path takes ${pathMs} ms`, async () => {
      const bench = await startBench(websocket, { serverOptions: { heartbeatMs: 50 }, pathMs })
      const silent = connect(bench.server.port, '127.0.0.1').on('error', () => undefined)
      silent.write(`GET /websocket?channel=news HTTP/1.1\r\nhost: a\r\n${websocket.handshake}\r\n`)
      silent.resume()
      const { counters } = bench.server
      await until(
        'it is cut',
        () => counters.closed.deadPeer === 1,
        () => counters,
      )
      assert.equal(counters.heartbeatCount, pingCount)
      silent.destroy()
      await bench.end()
    })
  }

  test('clients that live and say nothing are never dropped, and answer every ping', async () => {
    const bench = await startBench(websocket, { serverOptions: { heartbeatMs: 100 } })
    const clients = await Promise.all(Array.from({ length: peerCount }, () => bench.client().subscribe()))
    const { counters } = bench.server
    await until(
      'ten pings each',
      () => counters.heartbeatCount >= 10 * peerCount,
      () => counters,
    )
    assert.deepEqual([counters.closed.deadPeer, counters.waitingCount], [0, peerCount])
    assert.ok(Math.abs(counters.heartbeatCount - counters.pongCount) <= peerCount)
    for (const client of clients) assert.deepEqual([client.tally.faults, client.tally.heartbeatCount >= 8], [{}, true])
    await bench.end()
  })

  for (const subject of [websocket, sse]) {
    test(`a ${subject.id} client gives up a server that has stopped, as silent, and comes back when it lives`, async () => {
      const child = startChild(childCommand('server', { ...subject.options, heartbeatMs: 100 }))
      const port = await child.next<number>()
      const bench = await startBench(websocket)
      const client = new TestClient({
        createClient: subject.createClient,
        // A machine that is busy may keep either side waiting for a second: that is no silence.
        options: { ...subject.options, heartbeatMs: 100, timeoutMarginMs: 2_000 },
        port,
      })
      await client.subscribe()
      await until('heartbeats come', () => client.tally.heartbeatCount >= 3)
      assert.deepEqual(client.tally.faults, {})
      child.process.kill('SIGSTOP')
      await until(
        'it is silent',
        () => client.tally.faults.serverSilent === 1,
        () => client.tally.faults,
      )
      child.process.kill('SIGCONT')
      await until(
        'it is back',
        () => client.tally.reconnectCount === 1,
        () => client.tally,
      )
      client.close()
      // It lets go of both connections: the one that the client gave up, and the one that it closed.
      let goneCount = 0
      while (goneCount < 2) {
        child.process.send('counters')
        const { closed } = await child.next<ServerCounters>()
        goneCount = closed.deadPeer + closed.clientLeft
      }
      assert.equal(goneCount, 2)
      client.end()
      await child.stop()
      await bench.end()
    })
  }

  test('a client whose connect hangs is given up at its deadline and holds no socket', async () => {
    // A stopped process with an accept queue of 1: the kernel completes two connects and lets the others hang.
    const child = startChild(childCommand('deaf', 1))
    const port = await child.next<number>()
    child.process.kill('SIGSTOP')
    for (const subject of [websocket, sse]) {
      const bench = await startBench(websocket)
      const clients = Array.from({ length: 6 }, (_, index) => {
        return new TestClient({
          createClient: subject.createClient,
          options: { ...subject.options, timeoutMarginMs: 100 },
          port,
          index,
        })
      })
      for (const client of clients) client.transport.start()
      await until(
        'each has timed out twice',
        () => clients.every((client) => client.tally.requests.timedOutCount >= 2),
        () => clients.map((client) => client.tally.faults),
      )
      for (const client of clients) {
        client.end()
        assert.deepEqual(Object.keys(client.tally.faults), ['timedOut'])
      }
      await bench.end()
      await until(
        'no socket is left',
        () => !process.getActiveResourcesInfo().some((name) => name === 'TCPConnectWrap'),
        () => process.getActiveResourcesInfo(),
      )
    }
    await child.stop()
  })
})

import assert from 'node:assert/strict'
import { once } from 'node:events'
import type { Socket } from 'node:net'
import { suite, test } from 'node:test'
import { libraryTimeouts } from '../../src/core/library-timeouts.ts'
import { isBalanced } from '../helpers/contract-client.ts'
import { startRelay } from '../helpers/contract-relay.ts'
import { startBench, type Subject } from '../helpers/contract-subject.ts'
import { elapsedMs, until } from '../helpers/contract-wait.ts'

/** Handles of this process that belong to the network. */
function networkHandles(): string[] {
  return process.getActiveResourcesInfo().filter((name) => /TCP|Server/.test(name))
}

export function lifecycleSuite(subject: Subject): void {
  suite(`${subject.id}: life`, () => {
    test('close() of a server with clients held waits for none of its timers, and no handle is left', async () => {
      const before = networkHandles()
      const bench = await startBench(subject)
      const clients = await Promise.all(Array.from({ length: 20 }, () => bench.client().subscribe()))
      if (subject.holds)
        await until(
          'all wait',
          () => bench.server.counters.waitingCount === 20,
          () => bench.server.counters,
        )
      assert.ok((await elapsedMs(() => bench.server.close())) < libraryTimeouts.fastifyKeepAliveMs)
      await until(
        'all are off the books',
        () => bench.server.counters.waitingCount === 0,
        () => bench.server.counters,
      )
      for (const client of clients) client.end()
      await until('no handle left', () => networkHandles().length <= before.length, networkHandles)
    })

    test('a client that closes is no fault, opens nothing again, and calls nothing more', async () => {
      const bench = await startBench(subject)
      const client = await bench.client().subscribe()
      await bench.server.publish(...['a', 'b', 'c'].map((data) => ({ channel: 'news', data })))
      await client.receives(3)
      client.close()
      await until(
        'no connection left',
        () => bench.server.sockets.size === 0,
        () => bench.server.sockets.size,
      )
      const { requestCount } = bench.server.counters
      await bench.server.publish({ channel: 'news', data: 'nobody' })
      await new Promise((resolve) => client.timers.after(100, () => resolve(undefined)))
      assert.deepEqual([client.callsAfterClose, client.tally.faults, bench.server.counters.requestCount], [[], {}, requestCount])
      assert.equal(bench.server.counters.waitingCount, 0)
      assert.ok(isBalanced(client.tally, [client]))
      await bench.end()
    })

    test('a client that closes while it takes a message gets none of the rest', async () => {
      const bench = await startBench(subject)
      const client = await bench.client().subscribe()
      client.onReceive = () => client.close()
      await bench.server.publish(...['a', 'b', 'c'].map((data) => ({ channel: 'news', data })))
      await until(
        'no connection left',
        () => bench.server.sockets.size === 0,
        () => bench.server.sockets.size,
      )
      assert.deepEqual([client.data, client.callsAfterClose], [['a'], []])
      assert.ok(isBalanced(client.tally, [client]))
      await bench.end()
    })

    test('a client that closes while it waits to try again does not come back', async () => {
      const bench = await startBench(subject)
      const client = await bench.client({ options: { backoffBaseMs: 50 } }).subscribe()
      const { port } = bench.server
      await bench.server.close()
      await until('a fault', () => Object.keys(client.tally.faults).length > 0)
      const { sentCount } = client.tally.requests
      client.close()
      await new Promise((resolve) => client.timers.after(200, () => resolve(undefined)))
      assert.deepEqual([client.tally.requests.sentCount, client.callsAfterClose, port > 0], [sentCount, [], true])
      assert.ok(isBalanced(client.tally, [client]))
      client.end()
    })

    test('byte counts of clients are those that a relay between them counts, over cuts too', async () => {
      const bench = await startBench(subject)
      const relay = await startRelay(bench.server.port)
      const clients = await Promise.all(Array.from({ length: 4 }, () => bench.client({ port: relay.port }).subscribe()))
      for (let index = 0; index < 50; index++) {
        await bench.server.publish({ channel: 'news', data: `${index}`.repeat(index) })
        if (index === 25) relay.cut(false)
      }
      await Promise.all(clients.map((client) => client.receives(50)))
      const sum = (key: 'bytesRead' | 'bytesWritten') => clients.reduce((total, client) => total + client.transport[key], 0)
      for (const client of clients) client.close()
      await until(
        'all bytes have passed',
        () => sum('bytesRead') === relay.downBytes && sum('bytesWritten') === relay.upBytes,
        () => ({
          read: [sum('bytesRead'), relay.downBytes],
          written: [sum('bytesWritten'), relay.upBytes],
        }),
      )
      assert.ok(relay.connectionCount >= 8)
      await bench.end()
      await relay.close()
    })

    test('client and server count the same requests, and none is unaccounted for', async () => {
      const bench = await startBench(subject)
      const first = bench.client()
      const clients = [first, ...Array.from({ length: 9 }, () => bench.client({ shareTallyOf: first }))]
      await Promise.all(clients.map((client) => client.subscribe()))
      for (let index = 0; index < 30; index++) await bench.server.publish({ channel: 'news', data: `${index}` })
      await Promise.all(clients.map((client) => client.receives(30)))
      for (const client of clients) client.timers.stop()
      const { requests } = first.tally
      await until(
        'both sides agree',
        () => requests.sentCount === bench.server.counters.requestCount,
        () => [requests, bench.server.counters],
      )
      assert.ok(isBalanced(first.tally, clients))
      assert.deepEqual([requests.failedCount, requests.timedOutCount, first.tally.openedCount], [0, 0, 10])
      const { answeredCount, emptyCount } = bench.server.counters
      if (subject.isPolled) assert.deepEqual([answeredCount + emptyCount, emptyCount], [requests.completedCount, requests.emptyCount])
      await bench.end()
    })

    test('a server that accepts and stays silent is given up at the deadline, and tried again', async () => {
      const { createServer } = await import('node:net')
      const sockets: Socket[] = []
      const silent = createServer((socket) => sockets.push(socket.on('error', () => undefined))).listen(0, '127.0.0.1')
      await once(silent, 'listening')
      const bench = await startBench(subject)
      const { port } = silent.address() as { port: number }
      const client = bench.client({ port, options: { timeoutMarginMs: 60 } })
      client.transport.start()
      await until(
        'three tries',
        () => client.tally.requests.timedOutCount === 3,
        () => client.tally.requests,
      )
      assert.deepEqual(
        client.connectFaults.slice(0, 3),
        Array.from({ length: 3 }, () => ({ fault: 'timedOut', willRetry: true })),
      )
      client.close()
      assert.deepEqual([client.tally.faults, isBalanced(client.tally, [client])], [{ timedOut: 3 }, true])
      for (const socket of sockets) socket.destroy()
      silent.close()
      await bench.end()
    })

    test('both ends of every connection have TCP_NODELAY, so that no transport waits for Nagle', async () => {
      const bench = await startBench(subject)
      const noDelay = (socket: Socket): unknown => {
        const symbol = Object.getOwnPropertySymbols(socket).find((key) => key.description === 'kSetNoDelay')
        assert.ok(symbol !== undefined, 'Node keeps the flag under this symbol')
        return (socket as unknown as Record<symbol, unknown>)[symbol]
      }
      const { Socket: NetSocket } = await import('node:net')
      const made: Socket[] = []
      const connectMethod = NetSocket.prototype.connect
      NetSocket.prototype.connect = function (this: Socket, ...args: Parameters<Socket['connect']>) {
        made.push(this)
        return connectMethod.apply(this, args)
      } as Socket['connect']
      try {
        await bench.client().subscribe()
      } finally {
        NetSocket.prototype.connect = connectMethod
      }
      assert.deepEqual([made.map(noDelay), [...bench.server.sockets].map(noDelay)], [[true], [true]])
      await bench.end()
    })
  })
}

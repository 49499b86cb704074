import assert from 'node:assert/strict'
import type { Socket } from 'node:net'
import { test } from 'node:test'
import { nowUs } from '../../src/core/clock.ts'
import { usPerMs } from '../../src/core/units.ts'
import { isBalanced } from '../helpers/contract-client.ts'
import { startBench, subjectOf } from '../helpers/contract-subject.ts'
import { until } from '../helpers/contract-wait.ts'
import { emptyAnswer, startRawServer, startResettingServer } from '../helpers/misbehaving-http.ts'

const shortPoll = subjectOf('short-poll')

test('a reset at every 10th reused request costs one retry on a new connection, and is no failure of the server', async () => {
  const server = await startResettingServer(10, 200)
  const bench = await startBench(shortPoll)
  const first = bench.client({ port: server.port })
  const clients = [first, ...Array.from({ length: 19 }, () => bench.client({ port: server.port, shareTallyOf: first }))]
  await Promise.all(clients.map((client) => client.subscribe()))
  const { tally } = first
  await until(
    '200 reused requests',
    () => server.reusedCount === 200,
    () => server.reusedCount,
  )
  await until(
    '20 retries are over',
    () => tally.requests.staleSocketCount === 20 && tally.openedCount === 40,
    () => tally,
  )
  for (const client of clients) client.timers.stop()
  await until('no poll under way', () => clients.every((client) => !client.transport.isRequestInFlight))
  assert.equal(server.resetCount, 20)
  assert.deepEqual([tally.requests.failedCount, tally.requests.timedOutCount, tally.faults], [0, 0, {}])
  assert.deepEqual(tally.statuses, { 204: tally.requests.completedCount })
  assert.deepEqual([tally.openedCount, server.requestCounts.length], [40, 40])
  // Each poll was tried once, and each of the 20 that met a reset once more.
  assert.equal(server.requestCount, tally.requests.sentCount + 20)
  assert.ok(isBalanced(tally, clients))
  await bench.end()
  await server.close()
})

test('a server that always resets ends as failures, with at most two tries a poll', async () => {
  let isBroken = false
  const server = await startRawServer((socket) => {
    if (isBroken) socket.resetAndDestroy()
    else socket.write(emptyAnswer)
  })
  const bench = await startBench(shortPoll)
  const client = await bench.client({ port: server.port, options: { backoffBaseMs: 5, backoffCapMs: 20 } }).subscribe()
  await until('a used connection', () => client.tally.requests.completedCount >= 3)
  const countBefore = () => server.requestCount
  isBroken = true
  const before = countBefore()
  const { requests, faults } = client.tally
  await until(
    'five failures',
    () => requests.failedCount >= 5,
    () => requests,
  )
  client.close()
  const pollCount = requests.failedCount + (client.transport.isRequestInFlight ? 1 : 0)
  // Only the first poll met a used connection: it alone had a second try.
  assert.equal(requests.staleSocketCount, 1)
  assert.ok(server.requestCount - before <= pollCount + 1, `${server.requestCount - before} tries for ${pollCount} polls`)
  assert.deepEqual([faults, isBalanced(client.tally, [client])], [{ reset: requests.failedCount }, true])
  await bench.end()
  await server.close()
})

for (const [end, act] of [
  ['reset', (socket: Socket) => socket.resetAndDestroy()],
  ['FIN', (socket: Socket) => socket.destroy()],
] as const)
  test(`a ${end} that waits in the socket when the next poll is due is one attempt to come back, and no failure`, async (t) => {
    const sockets = new Set<Socket>()
    const server = await startRawServer((socket) => {
      sockets.add(socket)
      socket.write(emptyAnswer)
    })
    const bench = await startBench(shortPoll)
    t.after(async () => {
      await bench.end()
      await server.close()
    })
    const pollIntervalMs = 20
    const client = await bench.client({ port: server.port, options: { pollIntervalMs } }).subscribe()
    await until('idle on a used connection', () => client.tally.requests.completedCount >= 2 && !client.transport.isRequestInFlight)
    const { connectionEvents: events } = client
    events.length = 0
    // The timer of the next poll runs before this process reads what the other side sends here.
    for (const socket of sockets) act(socket)
    const endedAtUs = nowUs()
    while (nowUs() - endedAtUs < 2 * pollIntervalMs * usPerMs);
    await until(
      'back',
      () => events.includes('lost') && events.lastIndexOf('back') > events.indexOf('lost'),
      () => events,
    )
    const lostAt = events.indexOf('lost')
    assert.deepEqual(events.slice(lostAt, lostAt + 3), ['lost', 'attempting', 'back'])
    assert.equal(client.tally.requests.failedCount, 0)
  })

test('an answer of 500 is a failed request that is tried again later, with its status', async () => {
  const server = await startRawServer((socket, _onConnection, inAll) => {
    socket.write(inAll <= 3 ? 'HTTP/1.1 500 Internal Server Error\r\ncontent-length: 4\r\n\r\noops' : emptyAnswer)
  })
  const bench = await startBench(shortPoll)
  const client = await bench.client({ port: server.port }).subscribe()
  assert.deepEqual(
    client.connectFaults,
    Array.from({ length: 3 }, () => ({ fault: 'httpStatus', willRetry: true })),
  )
  assert.deepEqual([client.tally.requests.failedCount, client.tally.statuses[500], client.tally.faults], [3, 3, { httpStatus: 3 }])
  await bench.end()
  await server.close()
})

test('a body that is cut within a character does not spoil the next answer', async () => {
  const body = Buffer.from('{"cursor":"abcd-1","messages":[{"cursor":"abcd-1","data":"😀"}]}')
  const cutAt = body.indexOf(Buffer.from('😀')) + 2
  const head = `HTTP/1.1 200 OK\r\ncontent-length: ${body.length}\r\n\r\n`
  const server = await startRawServer((socket, _onConnection, inAll) => {
    if (inAll > 2) return void socket.write(emptyAnswer)
    socket.write(head)
    if (inAll === 2) socket.write(body)
    else socket.write(body.subarray(0, cutAt), () => socket.end())
  })
  const bench = await startBench(shortPoll)
  const client = await bench.client({ port: server.port }).subscribe()
  await client.receives(1)
  assert.deepEqual([client.data, client.tally.requests.failedCount], [['😀'], 1])
  await bench.end()
  await server.close()
})

test('a body that is no poll body is a protocol fault, not an answer', async () => {
  const server = await startRawServer((socket, _onConnection, inAll) => {
    socket.write(inAll === 1 ? 'HTTP/1.1 200 OK\r\ncontent-length: 15\r\n\r\n{"messages":[]}' : emptyAnswer)
  })
  const bench = await startBench(shortPoll)
  const client = await bench.client({ port: server.port }).subscribe()
  assert.deepEqual([client.connectFaults, client.tally.faults], [[{ fault: 'protocolError', willRetry: true }], { protocolError: 1 }])
  await bench.end()
  await server.close()
})

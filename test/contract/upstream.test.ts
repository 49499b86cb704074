import assert from 'node:assert/strict'
import { once } from 'node:events'
import { suite, test } from 'node:test'
import { WebSocket } from 'ws'
import { SendSchedule } from '../../clients/send-schedule.ts'
import { SimulatedClient, type ClientHostState } from '../../clients/simulated-client.ts'
import { ClientTally } from '../../clients/tally.ts'
import { Timers } from '../../clients/timers.ts'
import { nowUs } from '../../src/core/clock.ts'
import { payloadMaker } from '../../src/core/payload.ts'
import { ConnectionLog } from '../../src/core/connection-log.ts'
import { DeliveryRecorder, readDeliveries } from '../../src/core/recorder.ts'
import { startBench, subjectOf, type Bench, type Subject } from '../helpers/contract-subject.ts'
import { until } from '../helpers/contract-wait.ts'
import { defaultBehaviour } from '../../src/core/scenario.ts'

const sse = subjectOf('sse')
const websocket = subjectOf('websocket')
const shortPoll = subjectOf('short-poll')

async function openSocket(bench: Bench): Promise<WebSocket> {
  const socket = new WebSocket(`ws://127.0.0.1:${bench.server.port}/websocket?channel=news`)
  await once(socket, 'open')
  return socket
}

/** A client of the harness as a client host makes it, with its records. */
async function simulatedClient(bench: Bench, { createClient, options }: Subject) {
  const tally = new ClientTally()
  const recorder = new DeliveryRecorder()
  const timers = new Timers()
  let isSubscribed = false
  const state: ClientHostState = {
    host: '127.0.0.1',
    port: bench.server.port,
    seed: 1,
    options,
    channelRatePerSecond: 1,
    localAddresses: [],
    timers,
    tally,
    recorder,
    connections: new ConnectionLog(),
    createClient,
    isQuiescent: false,
    behaviour: defaultBehaviour,
    timeouts: { connectMs: 8_000, shortConnectMs: 1_000, pathMs: 0 },
    deadlineClock: { atUs: 0 },
    onConnectEnd: () => {
      isSubscribed = true
    },
  }
  const client = new SimulatedClient(state, 0, 'news')
  client.start()
  await until('subscribed', () => isSubscribed)
  return { client, tally, recorder, timers }
}

suite('what a client sends over WebSocket', () => {
  test('comes to every member of its channel, to itself, and to nobody else', async () => {
    const bench = await startBench(websocket)
    const speaker = await bench.client().subscribe()
    const listener = await bench.client().subscribe()
    const stranger = await bench.client({ channel: 'other' }).subscribe()
    assert.equal(speaker.transport.send!('héllo "you"'), true)
    await Promise.all([speaker.receives(1), listener.receives(1)])
    assert.deepEqual(
      [speaker.data, listener.data, stranger.data, speaker.positions, listener.positions],
      [['héllo "you"'], ['héllo "you"'], [], [1], [1]],
    )
    const { upstreamCount, publishedCount } = bench.server.counters
    assert.deepEqual([upstreamCount, publishedCount], [1, 1])
    await bench.end()
  })

  test('is refused by a transport that is not open', async () => {
    const bench = await startBench(websocket)
    assert.equal(bench.client().transport.send!('early'), false)
    await bench.end()
  })

  for (const [what, frame, code] of [
    ['text that is no JSON', 'hello', 1007],
    ['another shape', '{"data":1}', 1007],
    ['a key more', '{"data":"x","channel":"other"}', 1007],
    ['binary', Buffer.from('{"data":"x"}'), 1003],
  ] as const) {
    test(`ends with ${code} for ${what}, and nothing is published`, async () => {
      const bench = await startBench(websocket)
      const socket = await openSocket(bench)
      socket.send(frame)
      const [closed] = (await once(socket, 'close')) as [number]
      assert.equal(closed, code)
      await until('it is off the books', () => bench.server.counters.waitingCount === 0)
      assert.deepEqual([bench.server.counters.publishedCount, bench.server.counters.closed.protocolError], [0, 1])
      await bench.end()
    })
  }
})

suite('what a simulated client sends', () => {
  for (const [subject, connections] of [
    [websocket, 1],
    [sse, 2],
    [shortPoll, 2],
  ] as const) {
    test(`over ${subject.id} leaves in due order, never early, on ${connections} connections, and is counted apart`, async () => {
      const bench = await startBench(subject)
      const { client, tally, recorder, timers } = await simulatedClient(bench, subject)
      const messages = 20
      const offsetsUs = Float64Array.from({ length: messages }, (_, at) => at * 3_000)
      const order = { offsetsUs, sequences: Uint32Array.from(offsetsUs.keys()), clients: new Uint32Array(messages), messageBytes: 64 }
      const schedule = new SendSchedule(order, 7, (_, data) => client.send(data))
      const startAtUs = nowUs()
      schedule.pacer.run(startAtUs)
      await until('all echoes', () => recorder.count === messages)
      const { atUs } = schedule.report()
      for (const [at, sentAtUs] of atUs.entries()) assert.ok(sentAtUs >= startAtUs + offsetsUs[at]!)
      const received = [...readDeliveries(recorder.bytes())]
      assert.deepEqual(
        received.map(({ message }) => message),
        [...offsetsUs.keys()],
      )
      await until('all answers', () => client.upstreamInFlightCount === 0)
      assert.deepEqual(tally.upstream, { sentCount: messages, completedCount: messages, failedCount: 0 })
      assert.equal(tally.openedCount, connections)
      assert.equal(tally.requests.sentCount, bench.server.counters.requestCount)
      assert.equal(bench.server.counters.upstreamCount, messages)
      client.close()
      timers.stop()
      await bench.end()
    })
  }

  test('to a server that refuses it has failed; a server that answers nobody leaves it in flight', async () => {
    const bench = await startBench(sse)
    const { client, tally, timers } = await simulatedClient(bench, sse)
    bench.server.app.server.removeAllListeners('request')
    let isSilent = false
    bench.server.app.server.on('request', (_, response) => {
      if (!isSilent) response.writeHead(503).end()
    })
    client.send(payloadMaker(64, 1)(0))
    await until('the refusal', () => tally.upstream.failedCount === 1)
    isSilent = true
    client.send(payloadMaker(64, 1)(1))
    assert.deepEqual([tally.upstream.sentCount, client.upstreamInFlightCount], [2, 1])
    client.close()
    timers.stop()
    await bench.end()
  })
})

import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import type { ClientContext } from '../../clients/contract.ts'
import { SimulatedClient, type ClientHostState } from '../../clients/simulated-client.ts'
import { ClientTally } from '../../clients/tally.ts'
import { settledCounts } from '../../src/analysis/schedule-file.ts'
import { allSettled } from '../../src/core/client-host-control.ts'
import { ConnectionLog } from '../../src/core/connection-log.ts'
import { endMarker, endMarkerSequence, payloadMaker, sequenceOf } from '../../src/core/payload.ts'
import { DeliveryRecorder } from '../../src/core/recorder.ts'
import type { TrialObservation } from '../../src/trial/observation.ts'

const payloadOf = payloadMaker(32, 1)

/** A client of a transport that does nothing by itself. */
function quietClient() {
  let context!: ClientContext
  const recorder = new DeliveryRecorder()
  const state = {
    seed: 1,
    tally: new ClientTally(),
    recorder,
    connections: new ConnectionLog(),
    onConnectEnd: () => undefined,
    createClient: (made: ClientContext) => {
      context = made
      return { start: () => undefined, pause: () => undefined }
    },
  } as unknown as ClientHostState
  const client = new SimulatedClient(state, 0, 'c0')
  context.subscribed()
  return { client, context, recorder }
}

suite('what is settled for a client', () => {
  test('is nothing as long as messages come, which settle what they pass by themselves', () => {
    const { client, context, recorder } = quietClient()
    for (const sequence of [4, 5, 5, 3]) context.receive(`abcd-${sequence + 1}`, payloadOf(sequence))
    assert.deepEqual([client.settledCount(), recorder.count, client.inOrderCount], [0, 4, 2])
  })

  test('is all when it got the end marker, which is recorded nowhere', () => {
    const { client, context, recorder } = quietClient()
    assert.equal(sequenceOf(endMarker), endMarkerSequence)
    context.receive('abcd-1', endMarker)
    assert.deepEqual([client.settledCount(), client.settledCount(2), recorder.count, client.inOrderCount], [allSettled, 0, 0, 0])
    context.receive('abcd-2', endMarker)
    assert.equal(client.settledCount(2), allSettled)
  })

  test('is what a gap covers, though nothing came behind it', () => {
    const { client, context } = quietClient()
    context.receiveGap('abcd-3', 3)
    assert.equal(client.settledCount(), 3)
    context.receive('abcd-7', payloadOf(9))
    context.receiveGap('abcd-12', 5)
    assert.equal(client.settledCount(), 12)
    // Of a fresh log nobody knows how many there were before: what is proven stays.
    context.receiveGap('efgh-0', null)
    context.receiveGap('efgh-4', 4)
    assert.equal(client.settledCount(), 12)
  })

  test('is all when it has vanished for good, and nothing when it is only away', () => {
    const { client, context } = quietClient()
    context.lost()
    assert.deepEqual([client.isConnected, client.settledCount()], [false, 0])
    context.back()
    assert.equal(client.isConnected, true)
    client.stall(true)
    assert.deepEqual([client.isConnected, client.settledCount()], [false, allSettled])
  })

  const observed = (isSettled: boolean): TrialObservation =>
    ({
      channelOfClient: [0, 0, 1, 1],
      clientHosts: [
        { subscribed: Uint32Array.of(0, 1), settledCounts: Uint32Array.of(allSettled, 2), away: new Uint32Array(0) },
        { subscribed: Uint32Array.of(2, 3), settledCounts: Uint32Array.of(9, 0), away: Uint32Array.of(2, 3) },
      ],
      drain: { isSettled, stallMaxUs: 0, samples: null },
      server: { goneCounts: { c0: 50, c1: 7 } },
    }) as unknown as TrialObservation

  test('is also what the server no longer has, of a client that was away in the end', () => {
    assert.deepEqual([...settledCounts(observed(true))], [allSettled, 2, 9, 7])
  })

  test('is not proven by an end marker that may have overtaken messages', () => {
    assert.deepEqual([...settledCounts(observed(false))], [0, 2, 9, 7])
  })
})

import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { SimulatedClient, type ClientHostState } from '../../clients/simulated-client.ts'
import { ClientTally } from '../../clients/tally.ts'
import { ConnectionLog, readConnectionEvents } from '../../src/core/connection-log.ts'
import { DeliveryRecorder, readDeliveries } from '../../src/core/recorder.ts'
import { defaultBehaviour } from '../../src/core/scenario.ts'
import { contenderOf } from '../../src/core/transports/registry.ts'

/** A client that has subscribed, without any transport behind it. */
function subscribed(): { client: SimulatedClient; state: ClientHostState; kinds: () => string[] } {
  const state = {
    options: contenderOf('short-poll'),
    tally: new ClientTally(),
    recorder: new DeliveryRecorder(),
    connections: new ConnectionLog(),
    createClient: () => ({ start() {}, close() {}, pause() {}, resume() {} }),
    behaviour: defaultBehaviour,
    onConnectEnd() {},
  } as unknown as ClientHostState
  const client = new SimulatedClient(state, 3, 'c0')
  client.subscribed()
  return { client, state, kinds: () => readConnectionEvents(state.connections.bytes()).map(({ kind }) => kind) }
}

suite('what is kept of a client that was away', () => {
  test('an idle connection that ended is a loss, and no failure', () => {
    const { client, kinds } = subscribed()
    client.idleEnded()
    client.attempting()
    client.back()
    client.back()
    assert.deepEqual(kinds(), ['lost', 'attempt', 'back'])
  })

  test('the first failure of an absence is kept, whether the connection had ended before or not', () => {
    const { client, kinds } = subscribed()
    client.idleEnded()
    client.lost()
    client.lost()
    client.back()
    client.lost()
    client.idleEnded()
    client.back()
    assert.deepEqual(kinds(), ['lost', 'failed', 'back', 'lost', 'failed', 'back'])
  })

  test('nothing is kept of a client that has not subscribed', () => {
    const { client, kinds } = subscribed()
    client.isSubscribed = false
    client.lost()
    client.idleEnded()
    client.back()
    assert.deepEqual(kinds(), [])
  })

  test('a gap is counted by its messages, one of unknown size as a resume across logs', () => {
    const { client, state } = subscribed()
    client.receiveGap('abcd-17', 17)
    client.receiveGap('efgh-0', null)
    client.receiveGap('efgh-3', 3)
    assert.deepEqual([state.tally.gapMessageCount, state.tally.resumeAcrossLogsCount], [20, 1])
  })

  test('a damaged message keeps its place in the channel, and 0 where its cursor cannot be read', () => {
    const { client, state } = subscribed()
    client.receive('abcd-17', 'no payload of ours')
    client.receive('what is this', 'no payload of ours')
    assert.deepEqual(
      [...readDeliveries(state.recorder.bytes())].map(({ message }) => message),
      [0x8000_0011, 0x8000_0000],
    )
  })
})

import assert from 'node:assert/strict'
import { mock, suite, test } from 'node:test'
import { DeadlineClock, Patience } from '../../clients/deadline-clock.ts'
import { SimulatedClient, type ClientHostState } from '../../clients/simulated-client.ts'
import { ClientTally } from '../../clients/tally.ts'
import { Timers } from '../../clients/timers.ts'
import { ConnectionLog } from '../../src/core/connection-log.ts'
import { DeliveryRecorder } from '../../src/core/recorder.ts'
import { defaultBehaviour } from '../../src/core/scenario.ts'
import { contenderOf } from '../../src/core/transports/registry.ts'
import { fakeNow } from '../helpers/contract-fake-clock.ts'

const periodMs = 50

/** A client host that looks at the deadline of one client, by a clock that the test moves. */
function host() {
  let nowMs = 1_000_000
  const fake = fakeNow(() => BigInt(nowMs) * 1_000_000n)
  const deadlineClock = new DeadlineClock(periodMs)
  let ranOutCount = 0
  const state: ClientHostState = {
    host: '127.0.0.1',
    port: 1,
    seed: 1,
    options: contenderOf('sse'),
    channelRatePerSecond: 0,
    localAddresses: [],
    timers: new Timers(),
    tally: new ClientTally(),
    recorder: new DeliveryRecorder(),
    connections: new ConnectionLog(),
    createClient: () => ({
      start() {},
      close() {},
      pause() {},
      resume() {},
      onDeadline: () => void ranOutCount++,
      bytesRead: 0,
      bytesWritten: 0,
      isRequestInFlight: true,
    }),
    isQuiescent: false,
    behaviour: defaultBehaviour,
    timeouts: { connectMs: 8_000, shortConnectMs: 1_000, pathMs: 0 },
    deadlineClock,
    onConnectEnd() {},
  }
  const client = new SimulatedClient(state, 0, 'c0')
  /** The host looks at its deadlines once, so many ms after the last time. */
  const look = (afterMs: number): number => {
    nowMs += afterMs
    deadlineClock.advance()
    client.checkDeadline()
    return ranOutCount
  }
  const runFor = (ms: number): number[] => Array.from({ length: ms / periodMs }, () => look(periodMs))
  return { client, look, runFor, deadlineClock, restore: () => fake.mock.restore() }
}

suite('the deadline of a client', () => {
  test('runs out when the server has left it unanswered for all of it, and the host ran', () => {
    const { client, runFor, restore } = host()
    client.expectWithin(300)
    assert.deepEqual(runFor(300), [0, 0, 0, 0, 0, 1])
    restore()
  })

  test('does not run out while the host is stalled, and gets that time back', () => {
    const { client, look, runFor, restore } = host()
    client.expectWithin(300)
    assert.deepEqual(runFor(100), [0, 0])
    assert.equal(look(10_000), 0)
    // 100 ms ran before the pause, and two periods of it may be a late look: 100 ms are left.
    assert.deepEqual(runFor(100), [0, 1])
    restore()
  })

  test('that begins after a pause, before the host has looked again, has its whole time', () => {
    const { client, look, restore } = host()
    // A poll that left at the end of the pause, by a timer that was due in it.
    client.expectWithin(300)
    assert.deepEqual([look(5_000), look(50), look(50), look(50)], [0, 0, 0, 0])
    assert.equal(look(50), 1)
    restore()
  })

  test('of a silent server runs out on a host that is late at every look too, by the time that it was there', () => {
    const { client, look, restore } = host()
    client.expectWithin(300)
    assert.deepEqual([look(400), look(90), look(400), look(90)], [0, 0, 0, 1])
    restore()
  })
})

test('patience with a step of the ramp ends by what the host was awake for, and a sign of life renews it', () => {
  mock.timers.enable({ apis: ['setTimeout'] })
  const clock = { atUs: 0 }
  let endedCount = 0
  const patience = new Patience(clock, 8_000, () => endedCount++)
  // The host slept: its clock has not moved.
  mock.timers.tick(8_000)
  clock.atUs = 100_000
  assert.equal(endedCount, 0)
  patience.refresh()
  clock.atUs = 8_000_000
  mock.timers.tick(8_000)
  assert.equal(endedCount, 0)
  clock.atUs = 8_100_000
  mock.timers.tick(100)
  assert.equal(endedCount, 1)
  const stopped = new Patience(clock, 8_000, () => endedCount++)
  stopped.stop()
  clock.atUs += 9_000_000
  mock.timers.tick(9_000)
  assert.equal(endedCount, 1)
  mock.timers.reset()
})

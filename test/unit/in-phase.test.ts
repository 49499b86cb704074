import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, it } from 'node:test'
import type { ClientContext } from '../../clients/contract.ts'
import { SimulatedClient } from '../../clients/simulated-client.ts'
import { ClientTally } from '../../clients/tally.ts'
import { Timers } from '../../clients/timers.ts'
import { Heartbeat } from '../../servers/heartbeat.ts'
import { ConnectionLog } from '../../src/core/connection-log.ts'
import { defaultBehaviour } from '../../src/core/scenario.ts'
import { DeliveryRecorder } from '../../src/core/recorder.ts'
import { contenderOf } from '../../src/core/transports/registry.ts'
import { madeUpDocument } from '../golden/fixture-document.ts'
import { fakeClock, type FakeClock } from '../helpers/contract-fake-clock.ts'
import { workloadLine } from '../../src/report/headline.ts'

const clientCount = 1_000
const intervalMs = 1_000
const bucketMs = 10

let clock: FakeClock
beforeEach(() => (clock = fakeClock()))
afterEach(() => clock.restore())

function contextsOf(isInPhase: boolean): ClientContext[] {
  const state = {
    host: '127.0.0.1',
    port: 1,
    seed: 7,
    options: contenderOf('short-poll'),
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
      onDeadline() {},
      bytesRead: 0,
      bytesWritten: 0,
      isRequestInFlight: false,
    }),
    isQuiescent: false,
    behaviour: { ...defaultBehaviour, inPhase: isInPhase },
    timeouts: { connectMs: 8_000, shortConnectMs: 1_000, pathMs: 0 },
    deadlineClock: { atUs: 0 },
    onConnectEnd() {},
  }
  return Array.from({ length: clientCount }, (_, index) => new SimulatedClient(state, index, 'c0'))
}

/** Slots of one interval, in buckets of 10 ms. */
function slotBuckets(isInPhase: boolean): Map<number, number> {
  const buckets = new Map<number, number>()
  for (const context of contextsOf(isInPhase)) {
    context.every(intervalMs, (slotAtUs) => {
      const bucket = Math.floor((slotAtUs / 1_000 / bucketMs) % (intervalMs / bucketMs))
      buckets.set(bucket, (buckets.get(bucket) ?? 0) + 1)
    })
  }
  clock.advance(intervalMs)
  return buckets
}

describe('poll slots of an interval', () => {
  it('all fall into one bucket in phase', () => {
    assert.deepEqual([...slotBuckets(true)], [[0, clientCount]])
  })

  it('are spread otherwise: no 10 ms bucket holds more than 3 % of them', () => {
    const counts = [...slotBuckets(false).values()]
    assert.equal(
      counts.reduce((sum, count) => sum + count, 0),
      clientCount,
    )
    assert.ok(Math.max(...counts) <= 0.03 * clientCount, `${Math.max(...counts)} of ${clientCount}`)
  })
})

describe('first holds', () => {
  it('end in the same instant in phase, whenever they began', () => {
    const [early, late] = contextsOf(true)
    clock.advance(137)
    const first = early!.untilPhaseMs(intervalMs)
    clock.advance(400)
    assert.equal(first, 863)
    assert.equal(late!.untilPhaseMs(intervalMs), 463)
    clock.advance(463)
    assert.equal(late!.untilPhaseMs(intervalMs), intervalMs)
  })

  it('know no common instant otherwise', () => {
    assert.equal(contextsOf(false)[0]!.untilPhaseMs(intervalMs), undefined)
  })
})

describe('heartbeats', () => {
  for (const [isInPhase, slotCount] of [
    [true, 1],
    [false, 20],
  ] as const) {
    it(`go out in ${slotCount} slots ${isInPhase ? 'in phase' : 'otherwise'}`, () => {
      const beaten: number[] = []
      const heart = new Heartbeat<number>(intervalMs, () => beaten.push(ticks), isInPhase)
      let ticks = 0
      for (let member = 0; member < 100; member++) heart.add(member)
      for (; ticks <= intervalMs; ticks++) clock.advance(1)
      heart.stop()
      assert.equal(beaten.length, 100)
      assert.equal(new Set(beaten).size, slotCount)
    })
  }
})

describe('the workload line', () => {
  it('says that all clients are in phase', () => {
    const document = madeUpDocument({})
    document.scenario.resolved = { ...document.scenario.resolved, inPhase: true }
    assert.match(workloadLine(document), / · all clients in phase, on purpose · /)
    document.scenario.resolved = { ...document.scenario.resolved, inPhase: false }
    assert.doesNotMatch(workloadLine(document), /phase/)
  })
})

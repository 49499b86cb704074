import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { seededRandom } from '../../src/core/random.ts'
import { traffic as schema, type Traffic } from '../../src/core/traffic.ts'
import {
  channelCountOf,
  expectedDeliveries,
  messagesPerSecondOf,
  planTraffic,
  wakesPerSecond,
  zipf,
} from '../../src/traffic/traffic-plan.ts'

const phases = { warmUpMs: 0, measuredMs: 10_000 }
const randomOf = (purpose: string) => seededRandom(3, purpose)

function trafficOf(given: Record<string, unknown>): Traffic {
  return schema.parse({ messagesPerSecondPerChannel: 2, ...given })
}

function planOf(traffic: Traffic, clientCount: number) {
  return planTraffic({ traffic, phases }, clientCount, channelCountOf({ clientCount, traffic }), randomOf)
}

describe('channels of clients', () => {
  it('are their own, one for all, or one a room, the last room as small as it comes', () => {
    const rooms = trafficOf({ pattern: 'rooms', roomSize: 3 })
    assert.deepEqual(planOf(trafficOf({ pattern: 'unicast' }), 4).channelOfClient, [0, 1, 2, 3])
    assert.deepEqual(planOf(trafficOf({ pattern: 'broadcast' }), 4).channelOfClient, [0, 0, 0, 0])
    assert.deepEqual(planOf(rooms, 7).channelOfClient, [0, 0, 0, 1, 1, 1, 2])
    assert.equal(channelCountOf({ clientCount: 7, traffic: rooms }), 3)
  })

  it('are drawn by popularity with topics: the frequencies of Zipf’s law, within four standard errors', () => {
    const count = 100_000
    for (const exponent of [0, 1, 1.5]) {
      const draw = zipf(20, exponent, seededRandom(1, 'zipf'))
      const found = new Array<number>(20).fill(0)
      for (let n = 0; n < count; n++) found[draw()]!++
      const weights = found.map((_, rank) => (rank + 1) ** -exponent)
      const sum = weights.reduce((a, b) => a + b)
      for (const [rank, times] of found.entries()) {
        const p = weights[rank]! / sum
        assert.ok(Math.abs(times - count * p) < 4 * Math.sqrt(count * p * (1 - p)), `rank ${rank} of ${exponent}: ${times}, ${count * p}`)
      }
    }
  })
})

describe('the load of a pattern', () => {
  it('counts what is published per channel and what is heard per client', () => {
    const loads = (['unicast', 'broadcast', 'rooms', 'topics'] as const).map((pattern) => {
      const own = pattern === 'rooms' ? { roomSize: 10 } : pattern === 'topics' ? { topicCount: 5 } : {}
      const workload = { clientCount: 100, traffic: trafficOf({ pattern, ...own }) }
      return [messagesPerSecondOf(workload), expectedDeliveries(workload, 1_000)]
    })
    assert.deepEqual(loads, [
      [200, 200],
      [2, 200],
      [20, 200],
      [10, 200],
    ])
  })

  it('is N × N ÷ 5 where each of N clients sends every five seconds to everybody', () => {
    for (const clientCount of [100, 400, 800]) {
      const traffic = trafficOf({ pattern: 'broadcast', sender: 'clients', messagesPerSecondPerChannel: clientCount / 5 })
      assert.equal(expectedDeliveries({ clientCount, traffic }, 1_000), clientCount ** 2 / 5)
    }
  })

  it('counts a burst as one thing to wait for, and a session as one that has just begun', () => {
    assert.equal(wakesPerSecond(trafficOf({ pattern: 'broadcast', arrivals: 'burst', burstCount: 4 })), 0.5)
    assert.equal(wakesPerSecond(trafficOf({ pattern: 'unicast' })), 2)
    const jobs = { pattern: 'jobs', messagesPerSecondPerChannel: undefined, jobsPerSecond: 3, jobDurationMs: { median: 100, sigma: 0 } }
    assert.equal(wakesPerSecond(trafficOf(jobs)), Infinity)
  })
})

describe('messages with senders', () => {
  const traffic = trafficOf({ pattern: 'rooms', roomSize: 4, sender: 'clients', messagesPerSecondPerChannel: 50 })

  it('are sent by the members of their own room, each about as often', () => {
    const { schedule, channelOfClient } = planOf(traffic, 20)
    const sent = new Array<number>(20).fill(0)
    for (const [message, sender] of schedule.senders!.entries()) {
      assert.equal(channelOfClient[sender], schedule.channels[message])
      sent[sender]!++
    }
    const mean = schedule.senders!.length / 20
    for (const count of sent) assert.ok(Math.abs(count - mean) < 4.5 * Math.sqrt(mean), String(sent))
  })

  it('keep the instants that a publisher would have', () => {
    const { senders: _, ...own } = planOf(traffic, 20).schedule
    assert.deepEqual(own, planOf({ ...traffic, sender: 'publisher' }, 20).schedule)
  })

  it('are left out where nobody is there to send them, and left to the publisher without clients', () => {
    const topics = trafficOf({ pattern: 'topics', topicCount: 50, sender: 'clients' })
    const { schedule, channelOfClient } = planOf(topics, 3)
    assert.deepEqual(new Set(schedule.channels), new Set(channelOfClient))
    assert.equal(planTraffic({ traffic: topics, phases }, 0, 50, randomOf).schedule.senders, undefined)
  })
})

describe('settings of a pattern', () => {
  const faultsOf = (given: Record<string, unknown>): string[] =>
    (schema.safeParse(given).error?.issues ?? []).map(({ path, message }) => `${path.join('.')} ${message}`)

  it('are missed where they are needed and refused where they mean nothing, all at once', () => {
    assert.deepEqual(faultsOf({ pattern: 'rooms' }), [
      'roomSize is missing; pattern "rooms" needs it',
      'messagesPerSecondPerChannel is missing; it must be a number from 0 to 100000',
    ])
    assert.deepEqual(faultsOf({ pattern: 'unicast', messagesPerSecondPerChannel: 1, topicCount: 3 }), [
      'topicCount has no effect with pattern "unicast"; it belongs to "topics"',
    ])
    assert.deepEqual(
      faultsOf({
        pattern: 'jobs',
        messagesPerSecondPerChannel: 1,
        jobsPerSecond: 1,
        jobDurationMs: { median: 5, sigma: 1, min: 9 },
        messagesPerJob: 2,
      }),
      [
        'messagesPerSecondPerChannel has no effect with pattern "jobs"; use jobsPerSecond',
        'messagesPerSecondOfJob is missing; a job of several messages needs their rate',
        'jobDurationMs must have its median within min and max, got 5 in 9 to 3600000',
      ],
    )
  })
})

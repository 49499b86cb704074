import assert from 'node:assert/strict'
import { test } from 'node:test'
import { seededRandom } from '../../src/core/random.ts'
import { probeClientCountFor } from '../../src/traffic/probe.ts'
import { buildSchedule, withConstantChannel } from '../../src/traffic/schedule.ts'

test('probe and shadows add at most 2 % to clients and to deliveries, and there are at most 16', () => {
  const cases: [clientCount: number, deliveriesPerSecond: number, expected: number][] = [
    [10_000, 100_000, 16],
    [1_000, 100_000, 10],
    [1_000, 5_000, 10],
    [1_000, 4_999, 9],
    [10_000, 8_000, 16],
    [200, 1_000, 2],
    // Fewer than two are none: the load does not bear them.
    [199, 100_000, 0],
    [10_000, 999, 0],
    [1_000, 100, 0],
    [0, 0, 0],
  ]
  for (const [clientCount, deliveriesPerSecond, expected] of cases) {
    const count = probeClientCountFor({ clientCount, deliveriesPerSecond })
    assert.equal(count, expected, `${clientCount} clients, ${deliveriesPerSecond}/s`)
    assert.ok(2 * count <= 0.02 * clientCount && 2 * count * 5 <= 0.02 * deliveriesPerSecond)
  }
})

test('a channel that is added to a schedule moves none of its messages', () => {
  const durationUs = 10_000_000
  const own = buildSchedule(
    { arrivals: 'poisson', channelCount: 3, messagesPerSecondPerChannel: 20, burstCount: 1, durationUs },
    seededRandom(7),
  )
  const both = withConstantChannel(own, 3, 5, durationUs, seededRandom(8))
  const of = (channels: (channel: number) => boolean) =>
    Array.from(both.offsetsUs, (atUs, index) => [atUs, both.channels[index]!] as const).filter(([, channel]) => channels(channel))
  assert.deepEqual(
    of((channel) => channel < 3),
    Array.from(own.offsetsUs, (atUs, index) => [atUs, own.channels[index]!]),
  )
  const extra = of((channel) => channel === 3).map(([atUs]) => atUs)
  assert.equal(extra.length, 50)
  for (let k = 1; k < extra.length; k++) assert.ok(Math.abs(extra[k]! - extra[0]! - k * 200_000) <= 1, `message ${k}`)
  assert.deepEqual(both.offsetsUs, both.offsetsUs.toSorted())
})

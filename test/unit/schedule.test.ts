import assert from 'node:assert/strict'
import { test } from 'node:test'
import { HarnessError } from '../../src/core/errors.ts'
import { seededRandom } from '../../src/core/random.ts'
import { buildSchedule } from '../../src/traffic/schedule.ts'

const second = 1_000_000

test('constant arrivals keep their gap to the microsecond, however long the schedule', () => {
  const { offsetsUs } = buildSchedule(
    { arrivals: 'constant', channelCount: 1, messagesPerSecondPerChannel: 700, burstCount: 1, durationUs: 1_000 * second },
    seededRandom(1),
  )
  assert.equal(offsetsUs.length, 700_000)
  const phaseUs = offsetsUs[0]!
  for (const k of [1, 1_000, 699_999]) assert.ok(Math.abs(offsetsUs[k]! - phaseUs - (k * second) / 700) <= 1, `message ${k}`)
})

test('Poisson arrivals have the planned rate and gaps whose coefficient of variation is 1', () => {
  const { offsetsUs, channels } = buildSchedule(
    { arrivals: 'poisson', channelCount: 50, messagesPerSecondPerChannel: 2, burstCount: 1, durationUs: 200 * second },
    seededRandom(3),
  )
  // 20,000 expected: ± 3 standard deviations of a Poisson count.
  assert.ok(Math.abs(offsetsUs.length - 20_000) <= 3 * Math.sqrt(20_000), `${offsetsUs.length} messages`)
  const gaps = [...offsetsUs].slice(1).map((atUs, index) => atUs - offsetsUs[index]!)
  const mean = gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length
  const deviation = Math.sqrt(gaps.reduce((sum, gap) => sum + (gap - mean) ** 2, 0) / gaps.length)
  // K04: CoV = 1 ± 0.05 from 4,000 gaps on.
  assert.ok(Math.abs(deviation / mean - 1) <= 0.05, `CoV ${deviation / mean}`)
  const perChannel = new Array<number>(50).fill(0)
  for (const channel of channels) perChannel[channel]!++
  // 400 a channel: ± 4.5 standard deviations, so that one of 50 may not fail by chance.
  assert.ok(
    perChannel.every((count) => Math.abs(count - 400) <= 4.5 * 20),
    perChannel.join(' '),
  )
})

test('the messages of a burst keep their gaps', () => {
  const schedule = buildSchedule(
    { arrivals: 'burst', channelCount: 1, messagesPerSecondPerChannel: 30, burstCount: 3, burstGapUs: 200, durationUs: 10 * second },
    seededRandom(1, 'schedule'),
  )
  const [first] = schedule.offsetsUs
  // Bursts of 3 at 30/s are 100 ms apart.
  const expected = Array.from({ length: 9 }, (_, index) => Math.floor(index / 3) * 100_000 + (index % 3) * 200)
  assert.deepEqual(
    Array.from(schedule.offsetsUs.subarray(0, 9), (atUs) => Math.round(atUs - first!)),
    expected,
  )
})

test('a burst is due at one instant', () => {
  const { offsetsUs } = buildSchedule(
    { arrivals: 'burst', channelCount: 1, messagesPerSecondPerChannel: 30, burstCount: 3, durationUs: 10 * second },
    seededRandom(1),
  )
  assert.equal(offsetsUs.length, 300)
  for (let k = 0; k < 300; k += 3) assert.equal(offsetsUs[k], offsetsUs[k + 2])
  assert.equal(offsetsUs[3]! - offsetsUs[0]!, second / 10)
})

test('the same seed gives the same schedule, another seed another', () => {
  const options = { arrivals: 'poisson', channelCount: 3, messagesPerSecondPerChannel: 5, burstCount: 1, durationUs: second } as const
  assert.deepEqual(buildSchedule(options, seededRandom(7, 'schedule')), buildSchedule(options, seededRandom(7, 'schedule')))
  assert.notDeepEqual(buildSchedule(options, seededRandom(7, 'schedule')), buildSchedule(options, seededRandom(8, 'schedule')))
})

test('a rate of 0 plans nothing, a rate that is no number is refused', () => {
  const options = { arrivals: 'poisson', channelCount: 1, messagesPerSecondPerChannel: 0, burstCount: 1, durationUs: second } as const
  assert.equal(buildSchedule(options, seededRandom(1)).offsetsUs.length, 0)
  for (const rate of [Number.NaN, -1, Number.POSITIVE_INFINITY]) {
    assert.throws(
      () => buildSchedule({ ...options, messagesPerSecondPerChannel: rate }, seededRandom(1)),
      (fault) => fault instanceof HarnessError && fault.code === 'ERR_SCHEDULE_RATE',
    )
  }
})

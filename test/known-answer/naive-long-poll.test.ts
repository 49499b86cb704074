import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { runKnownTrial, type KnownTrial } from '../../src/calibrate/known-trial.ts'
import { lostWithoutCursor } from '../../src/calibrate/oracle.ts'

const repollDelayMs = 50
const options = (cursor: boolean) => ({ cursor, repollDelayMs })

/** Messages of the measured window that are lost to a client of this channel, by the model. */
function modelled({ dueAtUs, channelOfMessage, fromAtUs, untilAtUs }: KnownTrial, channel: number, awayMs: number): number {
  return lostWithoutCursor(dueAtUs, channelOfMessage, channel, awayMs * 1_000).filter(
    (message) => dueAtUs[message]! >= fromAtUs && dueAtUs[message]! < untilAtUs,
  ).length
}

suite('a long poll without a cursor', () => {
  const clientCount = 40
  // Bursts of 3 at 0, 20 and 40 ms, every 250 ms: a client that is away for 50 ms hears the first of each.
  const bursts = { arrivals: 'burst', burstCount: 3, burstGapMs: 20, messagesPerSecondPerChannel: 12 } as const

  for (const cursor of [false, true]) {
    test(`${cursor ? 'with it loses none' : 'loses two of three'} of a burst, exactly`, async () => {
      const known = await runKnownTrial({
        transport: 'long-poll',
        options: options(cursor),
        clientCount,
        traffic: bursts,
        measuredMs: 4_000,
      })
      const { expectedCount, deliveredCount, lostCount, duplicatedCount } = known.trial.ledger
      const lostOfClient = cursor ? 0 : modelled(known, 0, repollDelayMs)
      assert.equal(lostCount, clientCount * lostOfClient)
      assert.deepEqual([deliveredCount + lostCount, duplicatedCount], [expectedCount, 0])
      // The window cuts at most one burst at each end.
      if (!cursor) assert.ok(Math.abs(lostCount / expectedCount - 2 / 3) < 0.05, `${lostCount} of ${expectedCount}`)
    })
  }

  test('loses as a counter with a dead time does, rate × gap / (1 + rate × gap)', async () => {
    const rate = 4
    const known = await runKnownTrial({
      transport: 'long-poll',
      options: options(false),
      clientCount: 200,
      traffic: { pattern: 'unicast', arrivals: 'poisson', messagesPerSecondPerChannel: rate },
      measuredMs: 4_000,
    })
    const { expectedCount, lostCount } = known.trial.ledger
    const lostAt = (awayMs: number) =>
      Array.from({ length: 200 }, (_, channel) => modelled(known, channel, awayMs)).reduce((a, b) => a + b, 0)
    // Timer, turn of the loop and transit lengthen the gap by a few ms: the truth lies between the two models.
    assert.ok(
      lostAt(repollDelayMs - 10) <= lostCount && lostCount <= lostAt(repollDelayMs + 20),
      `${lostAt(40)} <= ${lostCount} <= ${lostAt(70)}`,
    )
    const law = (rate * 0.05) / (1 + rate * 0.05)
    assert.ok(Math.abs(lostAt(repollDelayMs) / expectedCount - law) < 0.03, `${lostAt(50) / expectedCount} against ${law}`)
  })
})

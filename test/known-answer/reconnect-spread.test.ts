import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import type { Recovery } from '../../src/core/fault-result.ts'
import { faultTrial } from '../helpers/fault-trial.ts'

const clientCount = 1_000
/** No 100 ms may hold more than 6 % of the clients. */
const mostPerSlice = 0.06 * clientCount
const backoff = { backoffBaseMs: 4_000, backoffFactor: 2, backoffCapMs: 8_000 }

/** 1,000 clients whose server is killed and back after 1 s. */
async function storm(measuredMs: number, options: Record<string, unknown>): Promise<Recovery> {
  const { trial } = await faultTrial('websocket', {
    clientCount,
    measuredMs,
    options,
    traffic: { messagesPerSecondPerChannel: 2 },
    faults: [{ kind: 'server-kill', atMs: 500, downMs: 1_000 }],
  })
  assert.deepEqual([trial.ledger.lostCount, trial.ledger.duplicatedCount], [0, 0])
  return trial.recovery!
}

suite('the storm after a restart', () => {
  // Uniform over 4 s: 25 in each 100 ms; the quarter that fails spreads over 8 s more, so that all are back 9 s after the kill.
  test('with full jitter no 100 ms hold more than 6 % of the clients, and all are back within 30 s', async () => {
    const { faults, reconnects } = await storm(11_000, { ...backoff, backoffJitter: 'full' })
    const [found] = faults
    assert.ok(Math.max(...reconnects.attemptCount) <= mostPerSlice, `${Math.max(...reconnects.attemptCount)}`)
    assert.ok(Math.max(...reconnects.backCount) <= mostPerSlice, `${Math.max(...reconnects.backCount)}`)
    assert.ok(found!.backAfterStartMs.all! <= 4_000 + 8_000 + 1_000, `${found!.backAfterStartMs.all}`)
    // Half of U(0, 4 s) is over at 2 s; a quarter fell into the down time of 1 s and comes 0 to 8 s later, so the half is reached a little after 3 s.
    assert.ok(found!.backAfterStartMs.p50! > 2_000 && found!.backAfterStartMs.p50! < 4_000, `${found!.backAfterStartMs.p50}`)
    assert.ok(Math.abs(found!.failedAttemptCount - clientCount / 4) < 60, `${found!.failedAttemptCount}`)
  })

  test('without jitter they come back together, 4 s after the loss', async () => {
    const { faults, reconnects } = await storm(7_000, { ...backoff, backoffJitterRatio: 0 })
    assert.ok(Math.max(...reconnects.attemptCount) > 3 * mostPerSlice, `${Math.max(...reconnects.attemptCount)}`)
    assert.equal(faults[0]!.failedAttemptCount, 0)
    assert.equal(faults[0]!.attemptCount, clientCount)
    assert.ok(faults[0]!.backAfterStartMs.p50! >= 4_000, `${faults[0]!.backAfterStartMs.p50}`)
  })
})

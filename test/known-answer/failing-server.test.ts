import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { assertNeverNamed, failing } from '../helpers/failing-trial.ts'

/** Instants on the machine's clock are left out: they grow with its uptime. */
function figuresIn(value: unknown): number[] {
  if (typeof value === 'number') return [value]
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, inner]) => (key.endsWith('AtUs') ? [] : figuresIn(inner)))
}

// Failures are neither results nor nothing.
suite('a server that fails', () => {
  test('refuses everybody, or answers nobody: no success, no latency, every failure counted, and the trial ends', async () => {
    const [refused, unheard] = await Promise.all([
      failing('refuse', {}),
      failing('silent', { transport: 'short-poll', clientCount: 100, options: { timeoutMarginMs: 1_000 } }),
    ])
    assert.ok(refused.requests.failedCount >= 10, `${refused.requests.failedCount} failures`)
    assert.equal(refused.requests.failedCount, refused.requests.sentCount)
    assert.deepEqual(refused.connections.statuses, { 400: refused.requests.serverSeenCount })
    assert.equal(refused.requests.failedCount, refused.requests.serverSeenCount)
    assert.ok(unheard.requests.timedOutCount >= 100, `${unheard.requests.timedOutCount} timeouts`)
    assert.deepEqual(unheard.connections.statuses, {})
    for (const trial of [refused, unheard]) {
      assert.equal(trial.requests.completedCount, 0)
      assert.deepEqual([trial.clients.subscribedCount, trial.clients.failedCount], [0, trial.clients.askedCount])
      assert.equal(trial.ledger.deliveredCount, 0)
      for (const key of ['p50', 'p90', 'p99', 'max', 'mean'] as const) assert.equal(trial.deliveryLatencyUs[key], null, key)
      assert.equal(trial.requests.perDelivery, null)
      assert.equal(trial.validity.status, 'invalid')
      assert.ok(trial.validity.reasons.some(({ gate }) => gate === 'clients-missing'))
      assertNeverNamed(trial)
    }
    assert.deepEqual(
      figuresIn(unheard).filter((value) => Math.abs(value) > 1e9),
      [],
    )
  })

  test('takes clients in and refuses them then: nothing is received, and quick error pages are no latency', async () => {
    const options = { pollIntervalMs: 50, backoffBaseMs: 50, backoffCapMs: 100 }
    const trial = await failing('turn', { transport: 'short-poll', clientCount: 50, options })
    assert.equal(trial.clients.subscribedCount, 50)
    // 50 clients at 5 messages/s for 2 s.
    const { expectedCount, lostCount, notReceivedCount, deliveredCount } = trial.ledger
    assert.deepEqual([expectedCount, lostCount, notReceivedCount, deliveredCount], [500, 0, 500, 0])
    assert.equal(trial.deliveryLatencyUs.p50, null)
    assert.match(trial.deliveryLatencyUs.reasons['p50'] ?? '', /^∞ \(100\.0 % undelivered\)$/)
    assert.equal(trial.requests.failedCount, trial.connections.statuses['400'])
    assert.ok(trial.requests.failedCount > 500, `${trial.requests.failedCount} failures`)
    assertNeverNamed(trial)
  })
})

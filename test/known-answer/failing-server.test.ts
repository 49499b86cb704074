import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { runKnownTrial, type KnownTrialOptions } from '../../src/calibrate/known-trial.ts'
import type { TrialResult } from '../../src/core/result.ts'
import { compare } from '../../src/metrics/comparison.ts'
import { summarise } from '../../src/metrics/summary.ts'
import { assertHonest, traits, trialOf } from '../unit/metrics-trial.ts'

const serverUrl = (way: string) => new URL(`../helpers/failing-server.js?${way}`, import.meta.url).href

async function failing(way: string, known: Partial<KnownTrialOptions>): Promise<TrialResult> {
  const { trial } = await runKnownTrial({
    transport: 'long-poll',
    clientCount: 10,
    traffic: { pattern: 'unicast', messagesPerSecondPerChannel: 5 },
    measuredMs: 2_000,
    serverUrl: serverUrl(way),
    ...known,
  })
  const { sentCount, completedCount, failedCount, timedOutCount, inFlightAtEndCount } = trial.requests
  assert.equal(sentCount, completedCount + failedCount + timedOutCount + inFlightAtEndCount)
  assertHonest(trial)
  return trial
}

/** Two blocks of the failing contender against two of one that is worse in all but failing. */
function assertNeverNamed(trial: TrialResult): void {
  const [latenciesUs, cpuMsPerSecond] = [new Float64Array(1_000).fill(60_000_000), 60_000]
  const ledger = { expectedCount: 1_000, deliveredCount: 1_000 }
  const trials = [0, 1].flatMap((block) => [
    { ...trial, contender: 'failing', block, validity: { ...trial.validity } },
    trialOf({ contender: 'working', block, latenciesUs, cpuMsPerSecond, ledger }),
  ])
  const contenders = ['failing', 'working'].map((label) => ({ label, transport: 'long-poll', traits }))
  const { metrics } = compare(summarise({ contenders, trials, failedTrials: [] }), {}, trials, {})
  const named = metrics.flatMap(({ metric, pairs }) => pairs.flatMap(({ better }) => (better === 'failing' ? [metric] : [])))
  assert.deepEqual(named, [])
}

/** Instants on the machine's clock are left out: they grow with its uptime. */
function figuresIn(value: unknown): number[] {
  if (typeof value === 'number') return [value]
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, inner]) => (key.endsWith('AtUs') ? [] : figuresIn(inner)))
}

// LG-1: failures are neither results nor nothing.
suite('a server that fails (LG-1)', () => {
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

  test('takes clients in and refuses them then: all is lost, and quick error pages are no latency', async () => {
    const options = { pollIntervalMs: 50, backoffBaseMs: 50, backoffCapMs: 100 }
    const trial = await failing('turn', { transport: 'short-poll', clientCount: 50, options })
    assert.equal(trial.clients.subscribedCount, 50)
    // 50 clients at 5 messages/s for 2 s.
    assert.deepEqual([trial.ledger.expectedCount, trial.ledger.lostCount, trial.ledger.deliveredCount], [500, 500, 0])
    assert.equal(trial.deliveryLatencyUs.p50, null)
    assert.match(trial.deliveryLatencyUs.reasons['p50'] ?? '', /^∞ \(100\.0 % undelivered\)$/)
    assert.equal(trial.requests.failedCount, trial.connections.statuses['400'])
    assert.ok(trial.requests.failedCount > 500, `${trial.requests.failedCount} failures`)
    assertNeverNamed(trial)
  })

  test('refuses every second poll at once and answers the others after 50 ms: p50 is 50 ms and not 25, half of the requests failed', async () => {
    const trial = await failing('half', { clientCount: 50, warmUpMs: 1_000, options: { backoffBaseMs: 10 } })
    assert.deepEqual([trial.ledger.expectedCount, trial.ledger.lostCount], [500, 0])
    const p50Ms = trial.deliveryLatencyUs.p50! / 1_000
    assert.ok(p50Ms >= 50 && p50Ms <= 55, `p50 ${p50Ms} ms`)
    const { failedCount, completedCount } = trial.requests
    assert.ok(Math.abs(failedCount / (failedCount + completedCount) - 0.5) <= 0.02, `${failedCount} of ${failedCount + completedCount}`)
    assert.equal(trial.connections.statuses['502'], failedCount)
    assertNeverNamed(trial)
  })
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { assertNeverNamed, failing } from '../helpers/failing-trial.ts'

// A quick refusal is no quick answer. Each delivery follows a refused poll, so that each is recovered and none is live.
test('a server that refuses every second poll at once and answers the others after 50 ms: p50 is 50 ms and not 25, half of the requests failed', async () => {
  const trial = await failing('half', { clientCount: 50, warmUpMs: 1_000, options: { backoffBaseMs: 10 } })
  assert.deepEqual([trial.ledger.expectedCount, trial.ledger.lostCount], [500, 0])
  assert.deepEqual([trial.deliveryLatencyUs.count, trial.recoveredLatencyUs?.count], [0, 500])
  const p50Ms = trial.recoveredLatencyUs!.p50! / 1_000
  assert.ok(p50Ms >= 50 && p50Ms <= 60, `p50 ${p50Ms} ms`)
  const { failedCount, completedCount } = trial.requests
  assert.ok(Math.abs(failedCount / (failedCount + completedCount) - 0.5) <= 0.02, `${failedCount} of ${failedCount + completedCount}`)
  assert.equal(trial.connections.statuses['502'], failedCount)
  assertNeverNamed(trial)
})

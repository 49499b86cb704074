import assert from 'node:assert/strict'
import { test } from 'node:test'
import { contenderOf } from '../../src/core/transports/registry.ts'
import { runOne } from '../../src/run/run-one.ts'
import { plannedWaits } from '../../src/traffic/planned-waits.ts'
import { trialTimeouts } from '../../src/traffic/trial-timeouts.ts'

/** The harness's own allowances, so much shorter than usual that seconds of planned waits are longer than each of them. */
const own = { trialMs: 6_000, stepMs: 3_000, connectMs: 1_200, shortConnectMs: 200, noticeMs: 300, drainMs: 500, agreeMs: 200 }

test('a poll interval and a delay that are longer than the own patience of the harness end in a whole trial', async () => {
  const contender = contenderOf('short-poll', { pollIntervalMs: 3_000, timeoutMarginMs: 800 })
  const scenario = {
    traffic: { pattern: 'broadcast', arrivals: 'constant', messagesPerSecondPerChannel: 20, messageBytes: 64 } as const,
    phases: { warmUpMs: 250, measuredMs: 1_000 },
    network: { delayMs: 400, jitterMs: 0 },
  }
  const trial = { contender, clientCount: 1, scenario: { faults: undefined, ...scenario } }
  const { connectMs, deliveryMs } = plannedWaits(trial)
  assert.ok(connectMs > own.connectMs && connectMs > 800 && deliveryMs > own.drainMs)
  const { ledger, requests, clients } = await runOne(
    { contender, clientCount: 1, scenario, timeouts: trialTimeouts(trial, own) },
    {},
    (result) => result,
  )
  assert.deepEqual([clients.subscribedCount, clients.failedCount], [1, 0])
  assert.deepEqual([ledger.expectedCount, ledger.deliveredCount], [20, 20])
  assert.deepEqual([requests.timedOutCount, requests.failedCount], [0, 0])
})

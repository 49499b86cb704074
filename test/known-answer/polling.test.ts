import assert from 'node:assert/strict'
import { test } from 'node:test'
import { runKnownTrial } from '../../src/calibrate/known-trial.ts'
import { testCheck } from '../helpers/calibration-check.ts'

testCheck('K05')
testCheck('K19')
testCheck('K16')

test('long polling needs 1 / (1 − e^(−rate × hold)) requests per delivery, ± 3 %', async () => {
  const holdTimeMs = 1_000
  const ratePerSecond = 1
  const { trial } = await runKnownTrial({
    transport: 'long-poll',
    options: { holdTimeMs },
    clientCount: 500,
    traffic: { pattern: 'unicast', messagesPerSecondPerChannel: ratePerSecond, arrivals: 'poisson' },
    warmUpMs: 1_500,
    measuredMs: 10_000,
  })
  const expected = 1 / (1 - Math.exp((-ratePerSecond * holdTimeMs) / 1_000))
  assert.ok(
    Math.abs(trial.requests.perDelivery! / expected - 1) <= 0.03,
    `${trial.requests.perDelivery} requests per delivery, expected ${expected.toFixed(3)}`,
  )
})

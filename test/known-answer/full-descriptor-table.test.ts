import assert from 'node:assert/strict'
import { test } from 'node:test'
import { runKnownTrial, type KnownTrialOptions } from '../../src/calibrate/known-trial.ts'
import type { TrialResult } from '../../src/core/result.ts'

const limitCount = 120

/** A trial whose processes may have 120 files open each, which two client hosts can bear. */
async function crowded(known: Pick<KnownTrialOptions, 'transport' | 'clientCount' | 'network'>): Promise<TrialResult> {
  const { trial } = await runKnownTrial({
    ...known,
    clientHostCount: 2,
    traffic: { messagesPerSecondPerChannel: 10 },
    measuredMs: 1_000,
    prepare: `ulimit -n ${limitCount}`,
  })
  return trial
}

function messageOf({ validity }: TrialResult, gate: string): string {
  return validity.reasons.find((reason) => reason.gate === gate)?.message ?? `no finding of ${gate}: ${JSON.stringify(validity)}`
}

test('a server that cuts connections because it lacks descriptors is reported with its limit and counts, and not as a server error', async () => {
  const trial = await crowded({ transport: 'websocket', clientCount: 110 })
  const { subscribedCount, faults } = trial.clients
  assert.ok(subscribedCount < 110 && subscribedCount >= 80, String(subscribedCount))
  assert.deepEqual(Object.keys(faults), ['reset'])
  const [, need, own] =
    /^the server had 1(?:19|2\d) descriptors open and its limit is 120 \(ulimit -n\), but it needs (\d+): (\d+) of its own and 110 for clients\. /.exec(
      messageOf(trial, 'descriptors-full'),
    )!
  assert.equal(Number(own) + 110, Number(need))
  assert.match(messageOf(trial, 'clients-missing'), /reset \d+ \(cut at the full descriptor table of the server, not by the server\)/)
  assert.equal(trial.validity.status, 'invalid')
})

test('so are those that a relay cuts, which needs two descriptors for each connection', async () => {
  const trial = await crowded({ transport: 'sse', clientCount: 60, network: { delayMs: 1, jitterMs: 0 } })
  assert.ok(trial.clients.subscribedCount < 60)
  assert.match(
    messageOf(trial, 'descriptors-full'),
    /^the relay had 1(19|2\d) descriptors open and its limit is 120 .* but it needs 1[34]\d: \d+ of its own and 120 for clients\. /,
  )
  assert.match(messageOf(trial, 'clients-missing'), /reset \d+ \(cut at the full descriptor table of the relay, not by the server\)/)
})

import assert from 'node:assert/strict'
import { runKnownTrial, type KnownTrialOptions } from '../../src/calibrate/known-trial.ts'
import type { TrialResult } from '../../src/core/result.ts'
import { compare } from '../../src/metrics/comparison.ts'
import { summarise } from '../../src/metrics/summary.ts'
import { assertHonest, traits, trialOf } from '../unit/metrics-trial.ts'

const serverUrl = (way: string) => new URL(`./failing-server.js?${way}`, import.meta.url).href

/** A trial of a server that fails in this way, with what holds of every trial. */
export async function failing(way: string, known: Partial<KnownTrialOptions>): Promise<TrialResult> {
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
export function assertNeverNamed(trial: TrialResult): void {
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

import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after } from 'node:test'
import { loadOf } from '../../src/metrics/saturation.ts'
import { bench } from './bench-process.ts'
import { assertRan, reasonsOfItsOwn, resultsIn } from './machine-gates.ts'

/** Here the losses are the answer: test/known-answer holds those of naive long polls against a model, and those of dead peers against the schedule. */
const losesOnPurpose = ['naive-long-poll', 'dead-peers']
/** The last point takes most of a core, and a slow machine cannot do it: who gives in first is the question, and these gates the answer. */
const goesTooFar = ['everyone-speaks']
const gatesOfTooMuch = ['saturated', 'poll-overrun']

const folder = mkdtempSync(join(tmpdir(), 'scenarios-'))
after(() => rmSync(folder, { recursive: true, force: true }))

/**
 * Runs the quick form of a scenario, as other flags change it: every pair is accounted for, and no gate but those of the machine finds anything.
 *
 * @returns the number of results: one, or one of each point of a study
 */
export async function assertQuickForm(name: string, flags: readonly string[] = []): Promise<number> {
  const out = join(folder, name)
  const ended = await bench([name, '--quick', ...flags, '--charts', 'off', '--retries', '0', '--json', '--quiet', '--out', folder])
  assert.ok(ended.code === 0 || ended.code === 5, `exit ${ended.code}\n${ended.stderr.slice(-2_000)}`)
  if (!goesTooFar.includes(name)) assertRan(ended, out)
  const results = resultsIn(out)
  for (const { trials, failedTrials, plan } of results) {
    assert.deepEqual(failedTrials, [])
    assert.equal(trials.length, plan.blockOrder.flat().length)
    for (const trial of trials) {
      const { contender, ledger, requests, validity } = trial
      const { isSaturated, boundBy } = loadOf(trial)
      const isTooMuch = goesTooFar.includes(name) && (isSaturated || boundBy.length > 0)
      const place = `${contender}: ${JSON.stringify(validity.reasons)}`
      assert.equal(ledger.expectedCount, ledger.deliveredCount + ledger.lostCount + ledger.corruptedCount + ledger.notReceivedCount, place)
      assert.deepEqual([ledger.duplicatedCount, ledger.unexpectedCount, ledger.corruptedCount], [0, 0, 0], place)
      if (!losesOnPurpose.includes(name) && !isTooMuch) assert.equal(ledger.lostCount, 0, place)
      const { sentCount, completedCount, failedCount, timedOutCount, inFlightAtEndCount } = requests
      assert.equal(sentCount, completedCount + failedCount + timedOutCount + inFlightAtEndCount, place)
      assert.deepEqual(reasonsOfItsOwn(trial, isTooMuch ? gatesOfTooMuch : []), [], place)
    }
  }
  return results.length
}

import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, suite, test } from 'node:test'
import { microBenchmarkResultSchema } from '../../src/core/micro-benchmark.ts'
import { resultSchema, type ResultDocument } from '../../src/core/result.ts'
import { loadOf } from '../../src/metrics/saturation.ts'
import { namesOf } from '../../src/scenario/open-file.ts'
import { bench } from '../helpers/bench-process.ts'

/** Those that run in `npm test`: one with clients that send, one with sessions. `npm run test:scenarios` runs all. */
const short = ['chat', 'burst']
const isWhole = process.env['SCENARIOS'] === 'all'

/** Here the losses are the answer: test/known-answer holds those of naive long polls against a model, and those of dead peers against the schedule. */
const losesOnPurpose = ['naive-long-poll', 'dead-peers']
/** The last point is more than a machine can do: who gives in first is the question, and these gates the answer. */
const goesTooFar = ['everyone-speaks']
const gatesOfTooMuch = ['saturated', 'generator-utilisation', 'poll-overrun']
/** What a busy machine does to a trial says nothing about the scenario. */
const machineGates = ['hiccup', 'competing-load', 'steal', 'publisher-lag', 'generator-stall', 'offered-rate', 'client-queueing']

const folder = mkdtempSync(join(tmpdir(), 'scenarios-'))
after(() => rmSync(folder, { recursive: true, force: true }))

function resultsIn(path: string): ResultDocument[] {
  return readdirSync(path, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('result.json'))
    .map((file) => resultSchema.parse(JSON.parse(readFileSync(join(path, file), 'utf8'))))
}

suite('quick forms', () => {
  for (const name of isWhole ? namesOf('scenario') : short) {
    test(`${name}: every pair is accounted for, every trial counts`, async () => {
      const ended = await bench([name, '--quick', '--charts', 'off', '--json', '--quiet', '--out', folder])
      const told = `exit ${ended.code}\n${ended.stderr.slice(-2_000)}`
      const results = resultsIn(join(folder, name))
      // One of each scenario; a study has one of each point.
      if (!isWhole) assert.equal(results.length, 1, told)
      assert.ok(results.length >= 1, told)
      for (const { trials, failedTrials, plan } of results) {
        assert.deepEqual(failedTrials, [])
        assert.equal(trials.length, plan.blockOrder.flat().length)
        for (const trial of trials) {
          const { contender, ledger, requests, validity } = trial
          const { isSaturated, boundBy } = loadOf(trial)
          const isTooMuch = goesTooFar.includes(name) && (isSaturated || boundBy.length > 0)
          const place = `${contender}: ${JSON.stringify(validity.reasons)}`
          assert.equal(ledger.expectedCount, ledger.deliveredCount + ledger.lostCount + ledger.corruptedCount, place)
          assert.deepEqual([ledger.duplicatedCount, ledger.unexpectedCount, ledger.corruptedCount], [0, 0, 0], place)
          if (!losesOnPurpose.includes(name) && !isTooMuch) assert.equal(ledger.lostCount, 0, place)
          const { sentCount, completedCount, failedCount, timedOutCount, inFlightAtEndCount } = requests
          assert.equal(sentCount, completedCount + failedCount + timedOutCount + inFlightAtEndCount, place)
          const excused = [...machineGates, ...(isTooMuch ? gatesOfTooMuch : [])]
          const ownReasons = validity.reasons.filter(({ gate }) => !excused.includes(gate))
          assert.deepEqual(ownReasons, [], place)
        }
      }
      assert.ok(ended.code === 0 || ended.code === 5, told)
    })
  }

  for (const name of isWhole ? namesOf('micro-benchmark') : []) {
    test(`${name}: every round is there`, async () => {
      const { code, stdout, stderr } = await bench([name, '--quick', '--json', '--quiet', '--out', folder])
      assert.equal(code, 0, stderr)
      const { isComplete, figures } = microBenchmarkResultSchema.parse(JSON.parse(stdout))
      assert.ok(isComplete && figures.length > 0)
    })
  }
})

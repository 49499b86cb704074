import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import type { ResultDocument } from '../../src/core/result.ts'
import { bench } from '../helpers/bench-process.ts'
import { assertRan } from '../helpers/machine-gates.ts'
import { recheck, skipOracle } from '../helpers/oracle.ts'

const out = mkdtempSync(join(tmpdir(), 'oracle-traffic-'))
after(() => rmSync(out, { recursive: true }))

const frame = {
  question: 'Does the oracle agree?',
  contenders: [{ transport: 'short-poll', pollIntervalMs: 100 }, { transport: 'long-poll' }, { transport: 'websocket' }],
  phases: { warmUpMs: 700, measuredMs: 1_500 },
  blockCount: 1,
}
const workloads: Record<string, object> = {
  upstream: {
    clientCount: 20,
    traffic: { pattern: 'rooms', roomSize: 5, sender: 'clients', messagesPerSecondPerChannel: 40 },
  },
  jobs: {
    clientCount: 30,
    traffic: {
      pattern: 'jobs',
      jobsPerSecond: 30,
      jobsInRow: 2,
      jobDurationMs: { median: 150, sigma: 0.5, min: 50, max: 500 },
      messagesPerJob: 12,
      messagesPerSecondOfJob: 40,
    },
  },
}

describe('the Python program on results', { skip: skipOracle }, () => {
  for (const [name, workload] of Object.entries(workloads)) {
    it(`of ${name} comes to the same figures, and finds one that was changed`, async () => {
      const file = join(out, `${name}.json`)
      writeFileSync(file, JSON.stringify({ title: name, ...frame, ...workload }))
      assertRan(await bench([file, '--charts', 'off', '--retries', '0', '--out', out]), out)
      const folder = join(out, name, readdirSync(join(out, name))[0]!)
      const { code: agreed, text } = recheck(folder)
      assert.equal(agreed, 0, text)
      assert.match(text, /figures of 3 trials compared, 0 differ/u)

      const resultFile = join(folder, 'result.json')
      const document = JSON.parse(readFileSync(resultFile, 'utf8')) as ResultDocument
      const [trial] = document.trials
      if (trial!.jobs === undefined) trial!.echoLatencyUs!.max! += 1
      else trial!.jobs.gapUs.max! += 1
      writeFileSync(resultFile, JSON.stringify(document))
      const changed = recheck(folder)
      assert.equal(changed.code, 1)
      assert.match(changed.text, /: (echoLatencyUs|jobs\.gapUs)\.max: the result says/u)
    })
  }
})

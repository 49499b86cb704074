import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import type { Check } from '../../src/calibrate/check.ts'
import { runChecks } from '../../src/calibrate/run-checks.ts'
import { calibrationRecordSchema, type CheckRecord } from '../../src/core/calibration-record.ts'
import { resultSchema } from '../../src/core/result.ts'
import { alive, bench, descendantsOf, quickRun, startBench } from '../helpers/bench-process.ts'

const folder = mkdtempSync(join(tmpdir(), 'cli-calibrate-'))
after(() => rmSync(folder, { recursive: true }))
const recordOf = (out: string) => calibrationRecordSchema.parse(JSON.parse(readFileSync(join(out, 'calibration/calibration.json'), 'utf8')))

describe('bench calibrate', () => {
  it('runs one check, prints its record as JSON and nothing else, and every later run carries it', async () => {
    const out = join(folder, 'one')
    const { code, stdout } = await bench(['calibrate', 'K28', '--json', '--out', out])
    assert.equal(code, 0)
    const { suite } = JSON.parse(stdout) as { suite: unknown }
    assert.deepEqual(suite, recordOf(out))
    const [check] = recordOf(out).checks
    assert.deepEqual([check!.id, check!.verdict], ['K28', 'passed'])
    assert.equal(check!.findings[0]!.measured, 64.1)
    const ran = await bench([...quickRun(out), '--json'])
    const { calibration } = resultSchema.parse(JSON.parse(ran.stdout))
    assert.equal(calibration.state.suite.status, 'incomplete')
    assert.equal(calibration.state.environmentHash, recordOf(out).environmentHash)
    assert.deepEqual(calibration.state.suite.checks, recordOf(out).checks)
  })

  it('keeps what had ended when Ctrl-C ends it, and leaves no process', async () => {
    const out = join(folder, 'stopped')
    const running = startBench(['calibrate', 'K28', 'K19', '--out', out])
    await running.says('K19: about')
    const below = descendantsOf(running.child.pid!)
    running.child.kill('SIGINT')
    const { code, stdout } = await running.ended
    assert.equal(code, 130)
    assert.match(stdout, /^K28 .*: passed/)
    assert.deepEqual(
      recordOf(out).checks.map(({ id }) => id),
      ['K28'],
    )
    assert.deepEqual(alive(below), [])
  })

  it('counts a check that breaks off as failed, with what it said', async () => {
    const answer = { id: 'K99', title: 'is not there', known: '', tolerance: '', mechanism: '' }
    const missing: Check = { answers: [answer], quick: true, seconds: [1, 1], run: () => Promise.reject(new Error('never')) }
    const records: CheckRecord[] = []
    await runChecks({
      checks: [missing],
      quick: true,
      signal: new AbortController().signal,
      onStart: () => undefined,
      onSay: () => undefined,
      onEnd: (_check, ended) => records.push(...ended),
    })
    assert.equal(records[0]!.verdict, 'failed')
    assert.match(records[0]!.findings[0]!.reasons['verdict']!, /^ERR_CHILD_DIED: check K99 /)
  })
})

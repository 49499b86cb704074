import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { test } from 'node:test'
import { checkOf } from '../../src/calibrate/checks.ts'
import { runChecks } from '../../src/calibrate/run-checks.ts'
import type { CheckRecord } from '../../src/core/calibration-record.ts'

/** Those of the quick set that look at times. The others count, and are run by their own tests. */
const timed = ['K01', 'K06', 'K10', 'K16', 'K19', 'K24']

// A harness that measures right does so beside somebody else's work too: what it then needs is in the tolerance, and what
// cannot be decided is not judged.
test('no check of the quick set that looks at times fails beside an endless loop', async () => {
  const loop = spawn(process.execPath, ['-e', 'for(;;);'], { stdio: 'ignore' })
  const records: CheckRecord[] = []
  try {
    await runChecks({
      checks: timed.map(checkOf),
      quick: true,
      signal: new AbortController().signal,
      onStart: () => undefined,
      onSay: () => undefined,
      onEnd: (_check, ended) => records.push(...ended),
    })
  } finally {
    loop.kill('SIGKILL')
  }
  const failed = records.flatMap(({ id, findings }) =>
    findings.filter(({ verdict }) => verdict === 'fail').map((finding) => ({ id, ...finding })),
  )
  assert.deepEqual(failed, [])
  assert.ok(timed.every((id) => records.some((record) => record.id === id && record.findings.length > 0)))
})

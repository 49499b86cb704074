import assert from 'node:assert/strict'
import { test } from 'node:test'
import { checkOf } from '../../src/calibrate/checks.ts'
import { findingText } from '../../src/report/calibration.ts'

/** Makes a test of the known answers that come out of one run of calibration, in its quick form. */
export function testCheck(id: string): void {
  const check = checkOf(id)
  const name = check.answers.map((answer) => `${answer.id}: ${answer.title}`).join('; ')
  test(name, async (t) => {
    const found = await check.run({ quick: true, say: () => undefined })
    const told = check.answers.flatMap((answer) => {
      const findings = found[answer.id]!
      assert.notEqual(findings.length, 0, answer.id)
      return findings.map((finding) => ({
        verdict: finding.verdict,
        text: findingText({ ...answer, verdict: 'failed', startedAt: '', durationSeconds: 0, findings }, finding),
      }))
    })
    for (const { verdict, text } of told) if (verdict === 'skipped') t.diagnostic(text)
    assert.deepEqual(
      told.filter(({ verdict }) => verdict === 'fail').map(({ text }) => text),
      [],
    )
  })
}

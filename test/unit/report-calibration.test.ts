import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { CalibrationPart, CalibrationState } from '../../src/core/calibration-record.ts'
import { neverRun } from '../../src/core/calibration-record.ts'
import { resultSchema, type ResultDocument } from '../../src/core/result.ts'
import { calibrationLine, calibrationTone, findingsNotPassed } from '../../src/report/calibration.ts'
import { checkText } from '../../src/report/calibration-text.ts'
import { htmlReport } from '../../src/report/html.ts'
import { markdownReport } from '../../src/report/markdown.ts'
import { fullTerminalReport } from '../../src/report/terminal-full.ts'
import { textWidth } from '../../src/report/text-layout.ts'
import { madeUpCalibration, madeUpCheck, madeUpFinding, madeUpPart } from '../golden/fixture-calibration.ts'
import { madeUpDocument } from '../golden/fixture-document.ts'

function documentWith(state: Partial<CalibrationState>): ResultDocument {
  return madeUpDocument({
    patch: (document) => ({ ...document, calibration: { ...document.calibration, state: madeUpCalibration(state) } }),
  })
}

const failing = madeUpPart({
  status: 'failed',
  checks: [madeUpCheck({ verdict: 'failed', findings: [madeUpFinding({ measured: 1_200, verdict: 'fail' }), madeUpFinding()] })],
})
const stale = madeUpPart({
  status: 'stale',
  reasons: { status: 'it was made in a different environment: run "npm run bench -- calibrate --quick"' },
})

describe('the calibration in a report', () => {
  it('is green when it passed, grey when it never ran, red when it failed or is stale', () => {
    const cases: [Partial<CalibrationState>, string, RegExp][] = [
      [{}, 'good', /^Self-test passed \(2 checks, quick, 2026-02-03\) · a transport against itself: never run/],
      [{ suite: neverRun('there is no record') }, 'unknown', /^Self-test never run · .* There is no record\.$/],
      [
        { suite: madeUpPart({ status: 'incomplete', reasons: { status: 'K05 did not run' } }) },
        'unknown',
        /^Self-test incomplete .* K05 did not run\.$/,
      ],
      [{ suite: failing }, 'bad', /^Self-test FAILED .* K01 did not measure the known value/],
      [{ suite: stale }, 'bad', /^Self-test STALE .* It was made in a different environment/],
      [{ aa: madeUpPart({ status: 'stale' }) }, 'bad', /^Self-test passed .* a transport against itself: STALE/],
    ]
    for (const [state, tone, line] of cases) {
      const document = documentWith(state)
      assert.equal(calibrationTone(document), tone)
      assert.match(calibrationLine(document), line)
    }
  })

  it('stands in all three reports, with what failed', async () => {
    const document = documentWith({ suite: failing })
    const failed = 'K01 sse: p99: 1200 ms, expected 950.2 ms (−2/+30): fail'
    assert.deepEqual(findingsNotPassed(document), [failed])
    const markdown = markdownReport(document)
    assert.match(markdown, / · self-test failed on 2026-02-03: believe no figure$/m)
    assert.match(markdown, /\| K01 \| A server frozen for 1 s shows in the tail \| failed \| 1 of 2 \|/)
    assert.ok(markdown.includes(failed))
    const page = await htmlReport(document)
    assert.match(page, /<li class="bad">self-test failed/)
    assert.ok(page.includes(failed))
    assert.match(fullTerminalReport(document, { columns: 200, colour: true }), /\u001b\[31mSelf-test FAILED/)
  })

  it('of an older result says that the run did not look for one', () => {
    const { calibration, ...rest } = madeUpDocument()
    const { state: _, ...older } = calibration
    const document = resultSchema.parse({ ...rest, calibration: older })
    assert.match(calibrationLine(document), /^Self-test never run .* The run did not look for a self-test\.$/)
  })
})

describe('a check on a terminal', () => {
  const narrow: CalibrationPart['checks'][number] = madeUpCheck({
    verdict: 'failed',
    title: 'A title that is longer than the line of a narrow terminal and has to be broken somewhere',
    findings: [
      madeUpFinding({ what: 'a finding with a long name that does not fit into its column', verdict: 'fail', measured: 1_234.567 }),
      madeUpFinding({ measured: null, verdict: 'skipped', reasons: { measured: 'no network namespace' } }),
    ],
  })

  it('fits into 80 columns with expected, measured, tolerance and verdict', () => {
    const text = checkText(narrow, { columns: 80, colour: false })
    for (const line of text.split('\n')) assert.ok(textWidth(line) <= 80, line)
    assert.match(text, /a finding with a long name .* 950\.2 ms +1234\.6 ms +−2\/\+30 fail/s)
    assert.match(text, /sse: p99 +950\.2 ms +– +−2\/\+30 skipped\n +no network namespace/)
  })
})

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { atLeast, atMost, brokenOff, exactly, skipped, verdictOf, within, withinShare } from '../../src/calibrate/check.ts'
import { framedBytes } from '../../src/calibrate/checks/bytes.ts'
import { frozenLatenciesUs } from '../../src/calibrate/checks/freeze.ts'
import { distanceToAnswerMs } from '../../src/calibrate/checks/long-poll-requests.ts'
import { differenceMs } from '../../src/calibrate/checks/planted-difference.ts'
import { distanceTo } from '../../src/calibrate/oracle.ts'
import type { Finding } from '../../src/core/calibration-record.ts'

const of = (
  expected: number,
  measured: number | null,
): { what: string; unit: string; expected: number; measured: number | null; why?: string } => ({
  what: 'w',
  unit: 'ms',
  expected,
  measured,
})
const verdicts = (judge: (measured: number | null) => Finding, values: (number | null)[]) => values.map((value) => judge(value).verdict)

describe('a finding', () => {
  it('of a count passes on equality alone', () => {
    assert.deepEqual(
      verdicts((measured) => exactly(of(100, measured)), [100, 99, 101]),
      ['pass', 'fail', 'fail'],
    )
  })

  it('of a figure passes from below to above, both ends included', () => {
    assert.deepEqual(
      verdicts((measured) => within(of(800, measured), 2, 30), [798, 830, 797.9, 830.1]),
      ['pass', 'pass', 'fail', 'fail'],
    )
    assert.equal(within(of(800, 800), 2, 30).tolerance, '−2/+30')
    assert.equal(within(of(40, 40), 8).tolerance, '± 8')
  })

  it('of a share passes within it to both sides', () => {
    assert.deepEqual(
      verdicts((measured) => withinShare(of(500, measured), 0.02), [490, 510, 489.9, 510.1]),
      ['pass', 'pass', 'fail', 'fail'],
    )
  })

  it('of a bound passes at it', () => {
    assert.deepEqual(
      verdicts((measured) => atMost(of(5, measured)), [5, 5.1]),
      ['pass', 'fail'],
    )
    assert.deepEqual(
      verdicts((measured) => atLeast(of(5, measured)), [5, 4.9]),
      ['pass', 'fail'],
    )
  })

  it('that shows nothing fails, with the reason: an instrument without a value is not right', () => {
    for (const judge of [exactly, atMost, atLeast, (subject: ReturnType<typeof of>) => within(subject, 1)])
      for (const value of [null, Number.NaN, Number.POSITIVE_INFINITY]) {
        const { verdict, measured, reasons } = judge({ ...of(1, value), why: 'no /proc' })
        assert.deepEqual([verdict, measured, reasons], ['fail', null, { measured: 'no /proc' }])
      }
  })

  it('decides its check: one that fails, all that pass, none that was measured', () => {
    const passed = exactly(of(1, 1))
    assert.equal(verdictOf([passed, exactly(of(1, 2))]), 'failed')
    assert.equal(verdictOf([passed, skipped('w', 1, 'ms', 'no namespace')]), 'passed')
    assert.equal(verdictOf([skipped('w', 1, 'ms', 'no namespace')]), 'skipped')
    assert.equal(verdictOf([brokenOff('it died')]), 'failed')
    assert.equal(brokenOff('it died').reasons['verdict'], 'it died')
  })
})

describe('a known value', () => {
  it('of a freeze is what is left of it when a message is due', () => {
    assert.deepEqual(frozenLatenciesUs([99, 100, 600, 1_099, 1_100], 100, 1_100), [0, 1_000, 500, 1, 0])
  })

  it('of framing is that of RFC 6455 and RFC 9112', () => {
    assert.deepEqual(
      [125, 126, 65_535, 65_536].map((size) => framedBytes('websocket', 1, size) - size),
      [2, 4, 4, 10],
    )
    // "id: abcd-1\ndata: …\n\n" is 19 bytes more; 119 is 77 in hex, so 2 digits and 4 bytes of line ends.
    assert.equal(framedBytes('sse', 1, 100), 125)
    assert.equal(framedBytes('sse', 10, 100), 126)
  })

  it('of an edge is its distance to the nearest answer', () => {
    assert.deepEqual([0, 499, 540, 1_840].map(distanceToAnswerMs), [0, 1, 40, 10])
  })

  it('of a sample is its distance to the law', () => {
    const uniform = (value: number) => Math.min(1, Math.max(0, value))
    const exponential = (mean: number) => (value: number) => 1 - Math.exp(-value / mean)
    const middles = Array.from({ length: 100 }, (_, index) => (index + 0.5) / 100)
    assert.ok(Math.abs(distanceTo(uniform, middles) - 0.005) < 1e-9)
    assert.ok(
      Math.abs(
        distanceTo(
          uniform,
          middles.map((value) => value / 2),
        ) - 0.5,
      ) < 0.01,
    )
    const exponentials = middles.map((share) => -7 * Math.log(1 - share))
    assert.ok(Math.abs(distanceTo(exponential(7), exponentials) - 0.005) < 1e-9)
    assert.ok(distanceTo(exponential(14), exponentials) > 0.2)
  })

  it('of paired blocks is the mean difference with its t interval', () => {
    // Differences 2, 2, 2, 2.4 ms: mean 2.1, s 0.2, t(3) 3.1824, half 0.3182.
    const busy = { values: [3_000, 3_100, 3_200, 3_700], blocks: [0, 1, 2, 4] }
    const plain = { values: [1_000, 1_100, 1_200, 9_999, 1_300], blocks: [0, 1, 2, 3, 4] }
    const { mean, low, high, count } = differenceMs([busy, plain])
    assert.equal(count, 4)
    assert.ok(Math.abs(mean! - 2.1) < 1e-9)
    assert.ok(Math.abs(low! - 1.7818) < 1e-3 && Math.abs(high! - 2.4182) < 1e-3, `${low} – ${high}`)
    assert.deepEqual(differenceMs([undefined, plain]), { mean: null, low: null, high: null, count: 0 })
  })
})

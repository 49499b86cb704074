import { neverRun, type CalibrationPart, type CalibrationState, type CheckRecord, type Finding } from '../../src/core/calibration-record.ts'

const hash = '5e1f'.repeat(16)

/** A finding that passes by default. */
export function madeUpFinding(change: Partial<Finding> = {}): Finding {
  return {
    what: 'sse: p99',
    expected: 950.2,
    measured: 957.9,
    unit: 'ms',
    tolerance: '−2/+30',
    verdict: 'pass',
    reasons: {},
    ...change,
  }
}

/** A check that passes by default. */
export function madeUpCheck(change: Partial<CheckRecord> = {}): CheckRecord {
  return {
    id: 'K01',
    title: 'A server frozen for 1 s shows in the tail',
    verdict: 'passed',
    startedAt: '2026-02-03T04:05:06.000Z',
    durationSeconds: 24.5,
    findings: [madeUpFinding()],
    ...change,
  }
}

/** A part that passed by default. */
export function madeUpPart(change: Partial<CalibrationPart> = {}): CalibrationPart {
  return {
    status: 'passed',
    startedAt: '2026-02-03T04:05:06.000Z',
    environmentHash: hash,
    commit: '0123456789ab',
    quick: true,
    durationSeconds: 24.9,
    missingIds: [],
    checks: [
      madeUpCheck(),
      madeUpCheck({
        id: 'K28',
        title: 'Histograms are merged, never averaged',
        durationSeconds: 0.4,
        findings: [madeUpFinding({ what: 'pooled p99 of exact values', expected: 64.1, measured: 64.1, tolerance: 'exact' })],
      }),
    ],
    reasons: {},
    ...change,
  }
}

/** The state of a calibrated machine on which K26 and K27 have not run. */
export function madeUpCalibration(change: Partial<CalibrationState> = {}): CalibrationState {
  return {
    environmentHash: hash,
    suite: madeUpPart(),
    aa: neverRun('there is no record: run "npm run bench -- calibrate K26"'),
    planted: neverRun('there is no record: run "npm run bench -- calibrate K27"'),
    reasons: {},
    ...change,
  }
}

import type { Finding } from '../core/calibration-record.ts'

/** What is measured, in which unit. */
interface Subject {
  what: string
  unit: string
  expected: number
  /** Null where it could not be measured; then `why` says so and the finding fails: an instrument that shows nothing is not right. */
  measured: number | null
  why?: string | undefined
}

/** Passes only on equality. */
export function exactly(subject: Subject): Finding {
  return judged(subject, 'exact', (measured) => measured === subject.expected)
}

/** Passes from `expected − below` to `expected + above`, both ends included. */
export function within(subject: Subject, below: number, above = below): Finding {
  const tolerance = below === above ? `± ${shown(below)}` : `${below === 0 ? '−0' : `−${shown(below)}`}/+${shown(above)}`
  return judged(subject, tolerance, (measured) => measured >= subject.expected - below && measured <= subject.expected + above)
}

/** Passes within a share of the expected value to both sides. */
export function withinShare(subject: Subject, share: number): Finding {
  const allowed = Math.abs(subject.expected) * share
  return judged(subject, `± ${shown(share * 100)} %`, (measured) => Math.abs(measured - subject.expected) <= allowed)
}

/** Passes at or below the expected value. */
export function atMost(subject: Subject): Finding {
  return judged(subject, 'at most', (measured) => measured <= subject.expected)
}

/** Passes at or above the expected value. */
export function atLeast(subject: Subject): Finding {
  return judged(subject, 'at least', (measured) => measured >= subject.expected)
}

/** What this machine cannot show, with the reason. Neither passes nor fails a check. */
export function skipped(what: string, expected: number, unit: string, why: string): Finding {
  return { what, expected, measured: null, unit, tolerance: 'exact', verdict: 'skipped', reasons: { measured: why } }
}

/** A check that broke off counts as failed, with what it said. */
export function brokenOff(why: string): Finding {
  return {
    what: 'check ran to its end',
    expected: 1,
    measured: 0,
    unit: 'count',
    tolerance: 'exact',
    verdict: 'fail',
    reasons: { verdict: why },
  }
}

/** Failed when one finding failed, skipped when nothing was measured. */
export function verdictOf(findings: readonly Finding[]): 'passed' | 'failed' | 'skipped' {
  if (findings.some(({ verdict }) => verdict === 'fail')) return 'failed'
  return findings.some(({ verdict }) => verdict === 'pass') ? 'passed' : 'skipped'
}

function judged({ what, unit, expected, measured, why }: Subject, tolerance: string, passes: (measured: number) => boolean): Finding {
  const isKnown = measured !== null && Number.isFinite(measured)
  return {
    what,
    expected,
    measured: isKnown ? measured : null,
    unit,
    tolerance,
    verdict: isKnown && passes(measured) ? 'pass' : 'fail',
    reasons: isKnown ? {} : { measured: why ?? 'it has no value' },
  }
}

function shown(value: number): string {
  return String(Number(value.toPrecision(4)))
}

import type { CalibrationKind, Finding } from '../core/calibration-record.ts'
import { usPerMs } from '../core/units.ts'

/** What one known answer is, apart from its run. */
export interface KnownAnswer {
  /** K-number of docs/calibration.md. */
  id: string
  title: string
  /** The value that must come out, and where it is known from. */
  known: string
  tolerance: string
  /** How it is measured: which real parts of the harness are used. */
  mechanism: string
}

/** What a run of checks may know. */
export interface CheckContext {
  /** Shorter runs with the same known answers. */
  quick: boolean
  /** Tells how a long check goes on. */
  say(text: string): void
}

/** One run and the known answers that it checks; several may share the same trials. */
export interface Check {
  answers: readonly KnownAnswer[]
  /** Part of the quick set. */
  quick?: true
  /** Runs only when it is asked for by name, and has a file of the calibration to itself; the others share that of the suite. */
  kind?: Exclude<CalibrationKind, 'suite'>
  /** Seconds that it takes about: [quick, full]. */
  seconds: readonly [number, number]
  /** Findings by K-number. What it throws fails all of its answers. */
  run(context: CheckContext): Promise<Record<string, Finding[]>>
}

/** What is measured, in which unit. */
interface Subject {
  what: string
  unit: string
  expected: number
  /** Null where it could not be measured; then `why` says so and the finding fails: an instrument that shows nothing is not right. */
  measured: number | null
  why?: string | undefined
}

/** A count; passes only on equality. */
export function counted(what: string, expected: number, measured: number | null, why?: string): Finding {
  return exactly({ what, unit: 'count', expected, measured, why })
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
  return { ...counted('check ran to its end', 1, 0), reasons: { verdict: why } }
}

/** Failed when one finding failed, skipped when nothing was measured. */
export function verdictOf(findings: readonly Finding[]): 'passed' | 'failed' | 'skipped' {
  if (findings.some(({ verdict }) => verdict === 'fail')) return 'failed'
  return findings.some(({ verdict }) => verdict === 'pass') ? 'passed' : 'skipped'
}

/** A time in µs of a trial as the ms of a finding; null stays null. */
export function inMs(us: number | null): number | null {
  return us === null ? null : us / usPerMs
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

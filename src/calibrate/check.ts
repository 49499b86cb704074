import { isUnjudged, type CalibrationKind, type Finding } from '../core/calibration-record.ts'
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
  /** Reports the progress of a long check. */
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
  return judged(
    subject,
    toleranceText(below, above),
    (measured) => measured >= subject.expected - below && measured <= subject.expected + above,
  )
}

/** How far a figure may lie from its known value on this machine, and where that of a wrong instrument would lie. */
export interface Need {
  below: number
  above: number
  /** Least value above the known one that an instrument shows which is wrong. No tolerance gets there. */
  wrong: number
}

/**
 * Passes from `expected − below` to `expected + above`, short of `wrong`. Where the machine itself needs as much as a wrong
 * instrument would show, what lies outside can be either, and is skipped.
 */
export function withinNeed(subject: Subject, { below, above, wrong }: Need): Finding {
  const apart = Math.max(0, wrong - subject.expected)
  const reach = (allowed: number): number => Math.min(allowed, apart)
  const finding = judged(
    subject,
    toleranceText(reach(below), reach(above)),
    (measured) => measured >= subject.expected - reach(below) && measured <= subject.expected + reach(above) && measured < wrong,
  )
  if (finding.verdict !== 'fail' || finding.measured === null) return finding
  const needed = finding.measured < subject.expected ? below : above
  if (needed < apart) return finding
  const why = `this machine needs a tolerance of ${shown(needed)} ${subject.unit}, but a wrong instrument would be off by only ${shown(apart)}`
  return unjudged(finding, why)
}

/** The same findings; where there is a reason why the machine alone can make them fail, what failed is skipped with it. */
export function unless(why: string | undefined, findings: readonly Finding[]): Finding[] {
  return findings.map((finding) => (why === undefined || finding.verdict !== 'fail' ? finding : unjudged(finding, why)))
}

/** What was measured and says nothing of the instrument, with the reason. Its check neither passes nor fails. */
export function unjudged(finding: Finding, why: string): Finding {
  return { ...finding, verdict: 'skipped', reasons: { ...finding.reasons, verdict: why } }
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

/** Failed when one finding failed, skipped when nothing was measured or something could not be judged. */
export function verdictOf(findings: readonly Finding[]): 'passed' | 'failed' | 'skipped' {
  if (findings.some(({ verdict }) => verdict === 'fail')) return 'failed'
  if (findings.some(isUnjudged)) return 'skipped'
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
    reasons: isKnown ? {} : { measured: why ?? 'no value' },
  }
}

function toleranceText(below: number, above: number): string {
  return below === above ? `± ${shown(below)}` : `${below === 0 ? '−0' : `−${shown(below)}`}/+${shown(above)}`
}

function shown(value: number): string {
  return String(Number(value.toPrecision(3)))
}

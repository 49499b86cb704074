import type { CalibrationKind, Finding } from '../core/calibration-record.ts'

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
  quick: boolean
  /** Which file of the calibration keeps it. */
  kind: CalibrationKind
  /** Seconds that it takes about: [quick, full]. */
  seconds: readonly [number, number]
  /** Findings by K-number. What it throws fails all of its answers. */
  run(context: CheckContext): Promise<Record<string, Finding[]>>
}

import type { CalibrationPart, CheckRecord, Finding } from '../core/calibration-record.ts'
import type { ResultDocument } from '../core/result.ts'
import { capital, formatDurationSeconds, formatPlural } from '../text/format.ts'
import { oneLine } from '../text/one-line.ts'

/** How a calibration looks: green, red, or grey where there is nothing to believe or doubt. */
export type CalibrationTone = 'good' | 'bad' | 'unknown'

/** `aa` compares a transport with itself, `planted` two that differ by a known amount. */
const names = { suite: 'Self-test', aa: 'a transport against itself', planted: 'a known difference' } as const
const kinds = ['suite', 'aa', 'planted'] as const
const words = { passed: 'passed', failed: 'FAILED', stale: 'STALE', incomplete: 'incomplete', neverRun: 'never run' } as const
const tones = { passed: 'good', failed: 'bad', stale: 'bad', incomplete: 'unknown', neverRun: 'unknown' } as const

/** The worst part decides what is red; green and grey are the suite's alone. */
export function calibrationTone({ calibration: { state } }: ResultDocument): CalibrationTone {
  return kinds.some((kind) => tones[state[kind].status] === 'bad') ? 'bad' : tones[state.suite.status]
}

/** The state of the calibration in one line: "Self-test passed (16 checks, quick, 2026-02-03) · a transport against itself: never run · …". */
export function calibrationLine({ calibration: { state } }: ResultDocument): string {
  const parts = kinds.map((kind) => `${names[kind]}${kind === 'suite' ? '' : ':'} ${words[state[kind].status]}${detailOf(state[kind])}`)
  const { status, reasons } = state.suite
  const why = status === 'failed' ? failedText(state.suite) : (reasons['status'] ?? '')
  return `${parts.join(' · ')}.${why === '' ? '' : ` ${oneLine(capital(why))}.`}`
}

/** What is to be said of each part beyond its row: why it is not green, and what the comparisons with a known answer found. */
export function calibrationNotes({ calibration: { state } }: ResultDocument): string[] {
  return kinds.flatMap((kind) => {
    const part = state[kind]
    const why =
      part.reasons['status'] === undefined ? [] : [`${capital(names[kind])}: ${words[part.status]}, ${oneLine(part.reasons['status'])}.`]
    const shown = kind === 'suite' ? [] : part.checks.flatMap((check) => check.findings.map((finding) => findingText(check, finding)))
    return [...why, ...shown]
  })
}

/** A row for each check: id, title, verdict, how many findings passed, time. */
export interface CalibrationRow {
  check: CheckRecord
  cells: [id: string, title: string, verdict: string, passed: string, seconds: string]
}

export const calibrationColumns = ['Check', 'Known answer', 'Verdict', 'Findings that passed', 'Time'] as const

/** Every check of all three parts, in the order of their numbers. */
export function calibrationRows({ calibration: { state } }: ResultDocument): CalibrationRow[] {
  return kinds
    .flatMap((kind) => state[kind].checks)
    .map((check) => ({
      check,
      cells: [
        oneLine(check.id),
        oneLine(check.title),
        check.verdict,
        `${check.findings.filter(({ verdict }) => verdict === 'pass').length} of ${check.findings.length}`,
        formatDurationSeconds(check.durationSeconds),
      ],
    }))
}

/** A finding in words: "K01 sse: p99: 957.9 ms, expected 950.2 ms (−2/+30): pass". */
export function findingText(check: CheckRecord, finding: Finding): string {
  const why = Object.values(finding.reasons).map(oneLine).join('; ')
  const measured = `${measuredText(finding)}, expected ${expectedText(finding)} (${finding.tolerance})`
  return `${oneLine(check.id)} ${oneLine(finding.what)}: ${measured}: ${finding.verdict}${why === '' ? '' : ` (${why})`}`
}

/** The findings that did not pass, in words. */
export function findingsNotPassed({ calibration: { state } }: ResultDocument): string[] {
  return state.suite.checks.flatMap((check) =>
    check.findings.filter(({ verdict }) => verdict !== 'pass').map((finding) => findingText(check, finding)),
  )
}

function detailOf({ status, checks, quick, startedAt }: CalibrationPart): string {
  if (status === 'neverRun' || startedAt === null) return ''
  const count = checks.length > 1 ? [formatPlural(checks.length, 'check')] : []
  return ` (${[...count, ...(quick === true && checks.length > 1 ? ['quick'] : []), oneLine(startedAt).slice(0, 10)].join(', ')})`
}

function failedText({ checks }: CalibrationPart): string {
  const failed = checks.filter(({ verdict }) => verdict === 'failed').map(({ id }) => oneLine(id))
  return `${failed.join(', ')} did not measure the known value; do not trust any figure below until this is resolved`
}

/** A figure of a finding: exact where it was counted, else five significant digits, so that it can be compared with the tolerance. */
function findingNumber(value: number): string {
  return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(5)))
}

/** Measured value of a finding with its unit; a dash where there is none. */
export function measuredText({ measured, unit }: Finding): string {
  return measured === null ? '–' : `${findingNumber(measured)} ${shortUnit(unit)}`.trim()
}

/** Expected value of a finding with its unit. */
export function expectedText({ expected, unit }: Finding): string {
  return `${findingNumber(expected)} ${shortUnit(unit)}`.trim()
}

function shortUnit(unit: string): string {
  if (unit === 'count' || unit === 'ratio') return ''
  return unit === 'bytes' ? 'B' : unit
}

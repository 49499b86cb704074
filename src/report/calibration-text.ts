import pc from 'picocolors'
import { missingText, type CalibrationRecord, type CheckRecord } from '../core/calibration-record.ts'
import { expectedText, measuredText } from './calibration.ts'
import { formatDurationSeconds, formatPlural } from '../text/format.ts'
import { oneLine } from '../text/one-line.ts'
import type { TerminalOptions } from './short-report.ts'
import { wrap } from './text-layout.ts'

const indent = '  '
const widths = { expected: 13, measured: 13, tolerance: 11, verdict: 7 } as const
const numbersWidth = Object.values(widths).reduce((sum, width) => sum + width + 1, 0)
const leastWhat = 16

/** One check with its findings: expected, measured, tolerance, verdict. No line is wider than `columns`. */
export function checkText(check: CheckRecord, options: TerminalOptions): string {
  const colours = pc.createColors(options.colour)
  const paint = { passed: colours.green, failed: colours.red, skipped: colours.yellow, pass: colours.green, fail: colours.red } as const
  const columns = Math.max(60, options.columns)
  const head = wrap(`${check.id}  ${oneLine(check.title)}: ${check.verdict}, ${formatDurationSeconds(check.durationSeconds)}`, columns)
  const whatWidth = Math.max(leastWhat, Math.min(60, columns - indent.length - numbersWidth))
  const row = (what: string, expected: string, measured: string, tolerance: string, verdict: string): string[] => {
    const [first = '', ...rest] = wrap(what, whatWidth)
    const numbers = [expected.padStart(widths.expected), measured.padStart(widths.measured), tolerance.padStart(widths.tolerance), verdict]
    return [`${indent}${first.padEnd(whatWidth)} ${numbers.join(' ')}`, ...rest.map((line) => indent + line)]
  }
  const lines = [
    ...head.map((line) => colours.bold(paint[check.verdict](line))),
    ...row('', 'expected', 'measured', 'tolerance', 'verdict').map(colours.dim),
    ...check.findings.flatMap((finding) => {
      const [line = '', ...rest] = row(finding.what, expectedText(finding), measuredText(finding), finding.tolerance, finding.verdict)
      const why = Object.values(finding.reasons).flatMap((reason) => wrap(oneLine(reason), columns - 4))
      return [finding.verdict === 'pass' ? line : paint[finding.verdict](line), ...rest, ...why.map((text) => `    ${text}`)]
    }),
  ]
  return `${lines.map((line) => line.trimEnd()).join('\n')}\n\n`
}

/** What a record says as a whole, in one sentence. */
export function recordLine(record: CalibrationRecord, options: TerminalOptions): string {
  const { checks, missingIds, verdict, durationSeconds } = record
  const colours = pc.createColors(options.colour)
  const counts = (['passed', 'failed', 'skipped'] as const)
    .map((state) => [state, checks.filter((check) => check.verdict === state).length] as const)
    .filter(([, count]) => count > 0)
    .map(([state, count]) => `${count} ${state}`)
  const missing = missingIds.length === 0 ? '' : ` Of the quick set, ${missingText(record)}.`
  const text = `${formatPlural(checks.length, 'check')}: ${counts.join(', ')}; ${formatDurationSeconds(durationSeconds)} in total.${missing}`
  const paint = verdict === 'failed' ? colours.red : verdict === 'passed' ? colours.green : colours.yellow
  return `${wrap(text, Math.max(60, options.columns)).map(paint).join('\n')}\n`
}

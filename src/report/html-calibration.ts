import type { ResultDocument } from '../core/result.ts'
import { expectedText, measuredText } from './finding-text.ts'
import { calibrationColumns, calibrationNotes, calibrationRows, findingsNotPassed } from './calibration.ts'
import { folded, html, list, row, section, table } from './html-text.ts'

const verdictColumn = calibrationColumns.indexOf('Verdict')
const findingColumns = ['Finding', 'Expected', 'Measured', 'Tolerance', 'Verdict']

/** Every check of the calibration, what did not pass, and every finding folded away. */
export function calibrationSection(document: ResultDocument): string {
  const checks = calibrationRows(document)
  const notes = [...calibrationNotes(document), ...findingsNotPassed(document)]
  const rows = checks.map(({ check, cells }) => row(cells.map((cell, at) => (at === verdictColumn ? status(check.verdict) : html(cell)))))
  const findings = checks.flatMap(({ check }) =>
    check.findings.map((finding) =>
      row([
        html(`${check.id} ${finding.what}`),
        html(expectedText(finding)),
        html(measuredText(finding)),
        html(finding.tolerance),
        status(finding.verdict),
      ]),
    ),
  )
  const content = [
    notes.length === 0 ? '' : list(notes),
    rows.length === 0 ? '' : table(calibrationColumns.map(html), rows, 'facts'),
    findings.length === 0 ? '' : folded(`Every finding (${findings.length})`, table(findingColumns, findings, 'facts')),
  ]
  return section('Calibration', content.join(''), 'calibration')
}

function status(verdict: string): string {
  return `<span class="status ${verdict}">${html(verdict)}</span>`
}

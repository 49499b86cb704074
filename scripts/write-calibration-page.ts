import { join } from 'node:path'
import type { Check, KnownAnswer } from '../src/calibrate/check.ts'
import { checks } from '../src/calibrate/checks.ts'
import { calibrationFiles, type CalibrationRecord, type CheckRecord } from '../src/core/calibration-record.ts'
import { packageRoot } from '../src/core/package-root.ts'
import { findingText } from '../src/report/calibration.ts'
import { formatDurationSeconds } from '../src/text/format.ts'
import { readCalibration } from '../src/run/latest-calibration.ts'
import { calibrationRows } from './calibration-rows.ts'
import { writeBetweenMarks } from './marked-text.ts'

/** Writes the tables of docs/calibration.md: what is checked from the code, what it took and found from real calibrations. */
const [fullDir, quickDir] = process.argv.slice(2)
if (fullDir === undefined) throw new Error('usage: write-calibration-page FULL_CALIBRATION [QUICK_CALIBRATION]')

const quick = quickDir === undefined ? undefined : recordIn(quickDir, 'suite')
const full = recordIn(fullDir, 'suite')
const rare = [recordIn(fullDir, 'aa'), recordIn(fullDir, 'planted')]
const page = join(packageRoot(), 'docs/calibration.md')

writeBetweenMarks(page, 'checks', calibrationRows().join('\n'))
writeBetweenMarks(page, 'durations', durations().join('\n'))
writeBetweenMarks(page, 'findings', findings().join('\n'))

function recordIn(dir: string, kind: keyof typeof calibrationFiles): CalibrationRecord {
  const record = readCalibration(join(dir, calibrationFiles[kind]))
  if ('reason' in record) throw new Error(`${dir}: ${record.reason}`)
  if (record.verdict === 'incomplete') throw new Error(`${dir}: ${record.missingIds.join(', ')} did not run`)
  return record
}

function durations(): string[] {
  const [cores, cpu, kernel, node] = ['coreCount', 'cpuModel', 'kernel', 'node'].map((key) =>
    JSON.stringify(full.environment[key]).replaceAll('"', ''),
  )
  const of = (record: CalibrationRecord | undefined, { answers }: Pick<Check, 'answers'>): string => {
    const ran = answers.flatMap(({ id }) => record?.checks.find((check) => check.id === id) ?? [])
    return ran.length < answers.length ? '–' : formatDurationSeconds(ran.reduce((sum, check) => sum + check.durationSeconds, 0))
  }
  const suite = checks.filter(({ kind }) => kind === undefined)
  const names = (answers: readonly KnownAnswer[]): string => answers.map(({ id }) => id).join(', ')
  return [
    `On ${cores} × ${cpu}, Linux ${kernel}, Node ${node}; checks in one line share one run:`,
    '',
    '| checks | --quick | full |',
    '|---|--:|--:|',
    ...suite.map((check) => `| ${names(check.answers)} | ${of(quick, check)} | ${of(full, check)} |`),
    `| **all** | ${quick === undefined ? '–' : `**${formatDurationSeconds(quick.durationSeconds)}**`} | **${formatDurationSeconds(full.durationSeconds)}** |`,
    ...rare.map((record) => `| ${record.checks.map(({ id }) => id).join(', ')} | – | ${formatDurationSeconds(record.durationSeconds)} |`),
  ]
}

function findings(): string[] {
  const all: CheckRecord[] = [full, ...rare].flatMap((record) => record.checks)
  const lines = all.flatMap((check) => check.findings.map((finding) => findingText(check, finding)))
  return [`${lines.length} findings of ${all.length} checks, with commit ${full.harness.commit ?? 'unknown'}:`, '', '```', ...lines, '```']
}

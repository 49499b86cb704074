import type { Finding } from '../core/calibration-record.ts'

/** A figure of a finding: exact where it was counted, else five significant digits, so that it can be held against the tolerance. */
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

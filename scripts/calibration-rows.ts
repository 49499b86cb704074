import { checks } from '../src/calibrate/checks.ts'

/** The table of known answers in docs/calibration.md, a line each, in the order of their numbers. */
export function calibrationRows(): string[] {
  const rows = checks.flatMap((check) =>
    check.answers.map(({ id, title, known, tolerance, mechanism }) => {
      const set = check.kind === undefined ? (check.quick === true ? 'quick' : 'full') : 'on its own'
      return `| ${id} | ${title} | ${known} | ${tolerance} | ${mechanism} | ${set} |`
    }),
  )
  return ['| id | what it shows | known value and why | tolerance | how | set |', '|---|---|---|---|---|---|', ...rows.toSorted()]
}

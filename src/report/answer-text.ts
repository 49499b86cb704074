import type { AnswerTable } from '../answer/answer-table.ts'
import type { Answer } from '../core/answer.ts'
import { formatDurationSeconds, formatExact } from './format.ts'

/** Who is out and why, as one text; null where nobody is. */
export function ruledOutText({ ruledOut }: Pick<Answer, 'ruledOut'>): string | null {
  return ruledOut.length === 0 ? null : ruledOut.map(({ text }) => text).join(' ')
}

/** What is undecided and what would settle it: "server CPU. --blocks 8 (7 min) would decide."; null where nothing is. */
export function openText({ open }: Pick<Answer, 'open'>): string | null {
  if (open === null) return null
  if (open.blockCount === null) return open.text
  const long = open.minutes === null ? '' : ` (about ${formatDurationSeconds(open.minutes * 60)})`
  return `${open.text} --blocks ${formatExact(open.blockCount)}${long} would decide.`
}

/** What the marks of a table stand for, a sentence each; only of those that it has. */
export function tableLegend({ rows }: AnswerTable): string[] {
  const cells = rows.flatMap((row) => row.cells)
  const has = (mark: 'best' | 'open'): boolean => cells.some((cell) => cell.mark === mark)
  return [
    ...(has('best') ? ['● best, or equal to the best within what matters.'] : []),
    ...(has('open') ? ['○ no reliable difference from the best yet.'] : []),
    ...(cells.some(({ factor }) => factor !== null) ? ['× times the best of the row.'] : []),
  ]
}

/** "Latency, median (ms)": the head of a row in one text. */
export function rowName({ label, unit }: { label: string; unit: string }): string {
  return unit === '' ? label : `${label} (${unit})`
}

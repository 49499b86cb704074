import type { AnswerTable } from '../answer/answer-table.ts'
import { answerTopics, type Answer } from '../core/answer.ts'
import { capital } from '../text/format.ts'
import { oneLine } from '../text/one-line.ts'

/** What stands below a recommendation: each text once, with what it is about in a word or two. */
export interface AnswerItem {
  topic: string
  text: string
  isOpen: boolean
}

/** The lines of an answer, who is ruled out where no line has said it, and what is still open. */
export function answerItems({ lines, ruledOut, open }: Answer): AnswerItem[] {
  const said = lines.map(({ text }) => text)
  const out = ruledOut.map(({ text }) => text).filter((text) => !said.includes(text))
  return [
    ...lines.map(({ topic, text }) => ({ topic: answerTopics[topic], text, isOpen: false })),
    ...(out.length === 0 ? [] : [{ topic: 'Ruled out', text: out.join(' '), isOpen: false }]),
    ...(open === null ? [] : [{ topic: 'Still open', text: capital(open.text.replace(/^Still open: /u, '')), isOpen: true }]),
  ]
}

/** What the marks of a table stand for, a sentence each; only of those that it has. */
export function tableLegend({ rows }: AnswerTable): string[] {
  const cells = rows.flatMap((row) => row.cells)
  const has = (mark: 'best' | 'open'): boolean => cells.some((cell) => cell.mark === mark)
  return [
    ...(has('best') ? ['● best, or equal to the best within what matters.'] : []),
    ...(has('open') ? ['○ no reliable difference from the best yet.'] : []),
    // One block calls nobody the best.
    ...(cells.some(({ factor }) => factor !== null) ? [`× times the ${has('best') ? 'best' : 'lowest'} of the row.`] : []),
  ]
}

/** "Latency, median (ms)": the head of a row in one text. */
export function rowName({ label, unit }: { label: string; unit: string }): string {
  return unit === '' ? label : `${label} (${unit})`
}

/** A text in which commands stand in backticks, by what is to be made of words and of commands. Backticks that close nothing are words. */
export function withCode(text: string, word: (text: string) => string, code: (text: string) => string): string {
  return oneLine(text)
    .split(/(`[^`]+`)/u)
    .map((part, at) => (at % 2 === 1 ? code(part.slice(1, -1)) : part === '' ? '' : spaced(part, word)))
    .join('')
}

/** The renderers' escapes take spaces off both ends. */
function spaced(part: string, word: (text: string) => string): string {
  const [, before = '', inner = '', after = ''] = /^(\s*)(.*?)(\s*)$/u.exec(part) ?? []
  return `${before}${inner === '' ? '' : word(inner)}${after}`
}

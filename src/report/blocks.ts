import type { Answer } from '../core/answer.ts'
import type { AnswerTable } from '../answer/answer-table.ts'
import type { Figure } from './charts/figure.ts'
import type { Cell } from './metric-view.ts'

export type Tone = 'neutral' | 'good' | 'warning' | 'bad'

/** `tone` is that of the row, as that of a trial that was spoilt. */
export interface BlockRow {
  head?: string
  cells: readonly (string | Cell)[]
  tone?: Tone
}

/**
 * What a report is made of, whatever it is drawn on. Runs and studies differ in their blocks; terminal, page, markdown and comment
 * (GitHub) are the four renderers. Texts are plain: each renderer escapes them.
 */
export type Block =
  | { kind: 'text'; text: string; tone?: Tone; role?: 'question' | 'workload' | 'note' }
  | { kind: 'list'; items: readonly string[]; tone?: Tone }
  | { kind: 'table'; heads: readonly string[]; rows: readonly BlockRow[]; notes?: readonly string[] }
  | { kind: 'figures'; figures: readonly Figure[] }
  | { kind: 'alert'; tone: Tone; title: string; items: readonly string[] }
  | { kind: 'code'; text: string }
  | { kind: 'section'; id: string; title: string; blocks: readonly Block[] }
  | { kind: 'fold'; id?: string; title: string; blocks: readonly Block[] }
  | { kind: 'answer'; answer: Answer }
  | { kind: 'answerTable'; table: AnswerTable }

import type { AnswerTable } from '../answer/answer-table.ts'
import type { Answer } from '../core/answer.ts'
import type { CalculatorPart } from './calculator/html.ts'
import type { Figure } from './charts/figure.ts'
import type { Cell } from './metric-view.ts'

export type Tone = 'neutral' | 'good' | 'warning' | 'bad'

/** A row of a table. Rows of one `group` stand under its name; `tone` is that of the whole row, as of a trial that does not count. */
export interface BlockRow {
  group?: string
  cells: readonly (string | Cell)[]
  tone?: Tone
}

export interface TableBlock {
  kind: 'table'
  heads: readonly string[]
  rows: readonly BlockRow[]
}

/** What is behind a number of the answer's table, in the same places: its interval, say; null where there is nothing. */
export type Hints = readonly (readonly (string | null)[])[]

/**
 * What a report is made of, whatever it is drawn on. Runs and studies differ in their blocks; page, markdown and comment (GitHub) are
 * the renderers. Texts are plain: each renderer escapes them.
 *
 * - `text` that leads is the sentence that a reader is to take away; a note is small print.
 * - `section` is always seen, `fold` only when it is asked for; where nothing can be folded, it is a section.
 * - `figures`, `calculator` and `contents` (links to the parts) are of the page; markdown has pictures of the first, and a comment none.
 */
export type Block =
  | { kind: 'text'; text: string; role?: 'lead' | 'note' }
  | { kind: 'list'; items: readonly string[] }
  | TableBlock
  | { kind: 'figures'; figures: readonly Figure[] }
  | { kind: 'alert'; tone: 'warning' | 'bad'; title: string; items: readonly string[] }
  | { kind: 'code'; text: string }
  | { kind: 'section'; id: string; title: string; blocks: readonly Block[] }
  | { kind: 'fold'; id?: string; title: string; blocks: readonly Block[] }
  | { kind: 'answer'; answer: Answer }
  | { kind: 'answerTable'; table: AnswerTable; hints?: Hints }
  | { kind: 'calculator'; part: CalculatorPart }
  | { kind: 'contents' }

/** A report: what was asked of what, and the blocks in their order. */
export interface Report {
  title: string
  question: string
  /** What was run and where, a line each. */
  workload: readonly string[]
  blocks: readonly Block[]
}

/** A section; nothing for no content. */
export function section(id: string, title: string, blocks: readonly Block[]): Block[] {
  return blocks.length === 0 ? [] : [{ kind: 'section', id, title, blocks }]
}

/** A fold; nothing for no content. */
export function fold(title: string, blocks: readonly Block[], id?: string): Block[] {
  return blocks.length === 0 ? [] : [{ kind: 'fold', title, blocks, ...(id === undefined ? {} : { id }) }]
}

/** A list; nothing for no items. */
export function list(items: readonly string[]): Block[] {
  return items.length === 0 ? [] : [{ kind: 'list', items }]
}

/** Paragraphs. */
export function texts(...all: readonly string[]): Block[] {
  return all.map((text) => ({ kind: 'text', text }))
}

/** Paragraphs in small print. */
export function notes(...all: readonly string[]): Block[] {
  return all.map((text) => ({ kind: 'text', text, role: 'note' }))
}

/** A table of rows that have nothing but cells; nothing for no rows. */
export function table(heads: readonly string[], rows: readonly (readonly (string | Cell)[])[]): Block[] {
  return rows.length === 0 ? [] : [{ kind: 'table', heads, rows: rows.map((cells) => ({ cells })) }]
}

/** An alert that names as many of its items as a reader takes in, and says how many there are beside; nothing for no items. */
export function alert(tone: 'warning' | 'bad', title: string, items: readonly string[], rest = '', mostShown = 3): Block[] {
  if (items.length === 0) return []
  const shown = items.length <= mostShown + 1 ? items : items.slice(0, mostShown)
  const more = items.length - shown.length
  return [{ kind: 'alert', tone, title, items: more === 0 ? shown : [...shown, `and ${more} more${rest}`] }]
}

/** Every figure of blocks, also of those that are folded: what the page's script is to draw. */
export function figuresIn(blocks: readonly Block[]): Figure[] {
  return blocks.flatMap((block) => {
    if (block.kind === 'figures') return [...block.figures]
    if (block.kind === 'calculator') return block.part.figures
    return block.kind === 'section' || block.kind === 'fold' ? figuresIn(block.blocks) : []
  })
}

import type { AnswerTable } from '../answer/answer-table.ts'
import type { Answer } from '../core/answer.ts'
import { answerItems, rowName, tableLegend, withCode } from './answer-text.ts'
import type { Block, Report, TableBlock } from './blocks.ts'
import { bullets, cellText, escaped, folded, pictures, table } from './markdown-text.ts'
import { Footnotes, type Cell } from './metric-view.ts'

/** How blocks are written as markdown. */
export interface MarkdownStyle {
  /** Of the headings of sections. */
  level: number
  /** GitHub folds: `<details>`. Elsewhere a fold is a section. */
  isFolding: boolean
  /** Why there is no chart beside the file; null when charts/ holds them. */
  chartsSkipped: string | null
}

/** A report as the lines of a file. */
export function reportMarkdown({ title, question, workload, blocks }: Report, chartsSkipped: string | null): string[] {
  const style = { level: 2, isFolding: false, chartsSkipped }
  return [
    `# ${escaped(title)}`,
    '',
    `**${escaped(question)}**`,
    '',
    ...workload.flatMap((line) => [escaped(line), '']),
    ...blocksMarkdown(blocks, style),
  ]
}

/** Blocks as lines of markdown, each followed by an empty one. */
export function blocksMarkdown(blocks: readonly Block[], style: MarkdownStyle): string[] {
  return blocks.flatMap((block) => blockMarkdown(block, style))
}

function blockMarkdown(block: Block, style: MarkdownStyle): string[] {
  switch (block.kind) {
    case 'text':
      return [block.role === 'lead' ? `**${escaped(block.text)}**` : escaped(block.text), '']
    case 'list':
      return [...bullets(block.items), '']
    case 'table':
      return tableMarkdown(block)
    case 'figures':
      return style.isFolding ? [] : pictures(block.figures, style.chartsSkipped)
    case 'alert':
      return [
        `> [!${block.tone === 'bad' ? 'CAUTION' : 'WARNING'}]`,
        `> ${escaped(block.title)}:`,
        ...bullets(block.items).map((line) => `> ${line}`),
        '',
      ]
    case 'code':
      return [...fenced(block.text), '']
    case 'section':
      return part(block.title, block.blocks, style)
    case 'fold':
      return style.isFolding
        ? folded(block.title, withoutLast(blocksMarkdown(block.blocks, style)))
        : part(block.title, block.blocks, style)
    case 'answer':
      return answerMarkdown(block.answer)
    case 'answerTable':
      return answerTableMarkdown(block.table)
    case 'calculator':
    case 'contents':
      return []
  }
}

function part(title: string, blocks: readonly Block[], style: MarkdownStyle): string[] {
  const lines = blocksMarkdown(blocks, { ...style, level: style.level + 1 })
  return lines.length === 0 ? [] : [`${'#'.repeat(style.level)} ${escaped(title)}`, '', ...lines]
}

/** Without the empty line at the end. */
function withoutLast(lines: readonly string[]): readonly string[] {
  return lines.at(-1) === '' ? lines.slice(0, -1) : lines
}

function tableMarkdown({ heads, rows }: TableBlock): string[] {
  const footnotes = new Footnotes()
  const cells = rows.map(({ group, cells: [head = '', ...others] }) => {
    const name = cellMarkdown(head, footnotes)
    const first = group === undefined ? name : `${escaped(group)}${name === '' ? '' : `: ${name}`}`
    return [first, ...others.map((cell) => cellMarkdown(cell, footnotes))]
  })
  const notes = footnotes.lines()
  return [...table(heads.map(textMarkdown), cells), '', ...(notes.length === 0 ? [] : [...bullets(notes), ''])]
}

function cellMarkdown(cell: string | Cell, footnotes: Footnotes): string {
  return typeof cell === 'string' ? textMarkdown(cell) : cellText(cell, footnotes)
}

function textMarkdown(text: string): string {
  return text === '' ? '' : escaped(text)
}

/** As many backticks as the text cannot end. */
function fenced(text: string): string[] {
  const longest = Math.max(2, ...[...text.matchAll(/`+/gu)].map(([ticks]) => ticks.length))
  const fence = '`'.repeat(longest + 1)
  return [fence, text, fence]
}

function answerMarkdown(answer: Answer): string[] {
  const items = answerItems(answer)
  return [
    `**${escaped(answer.recommendation)}**`,
    '',
    ...items.map(({ topic, text }) => `- **${topic}:** ${withCode(text, escaped, (code) => `\`${code}\``)}`),
    ...(items.length === 0 ? [] : ['']),
    ...(answer.trust.length === 0 ? [] : [escaped(answer.trust.map(({ text }) => text).join(' · ')), '']),
  ]
}

const signs = { best: '● ', open: '○ ' } as const

function answerTableMarkdown(answerTable: AnswerTable): string[] {
  const { heads, rows } = answerTable
  const cells = rows.map((row) => [
    escaped(rowName(row)),
    ...row.cells.map(({ text, mark }) => `${mark === null ? '' : signs[mark]}${escaped(text)}`),
  ])
  const spoilt = heads.filter((head) => head.spoilt !== null).map(({ label, spoilt: why }) => `▲ ${label}: ${why ?? ''}`)
  const legend = tableLegend(answerTable).filter((sentence) => !sentence.startsWith('×'))
  const below = [...legend, ...spoilt].map(escaped).join(' · ')
  return [
    ...table(['', ...heads.map(({ label, spoilt: why }) => escaped(why === null ? label : `${label} ▲`))], cells),
    '',
    ...(below === '' ? [] : [below, '']),
  ]
}

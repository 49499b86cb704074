import type { Block, BlockRow, Report, TableBlock } from './blocks.ts'
import { answerHtml, answerTableHtml } from './html-answer.ts'
import { figureHtml } from './html-figures.ts'
import { html, list, table } from './html-text.ts'
import { Footnotes, type Cell } from './metric-view.ts'

/** More columns than this are set in small print. */
const mostColumns = 8
const deepestHeading = 5
const roleNames = { lead: 'lead', note: 'notes' } as const

interface Place {
  /** Level of the headings here; 2 = parts of the page. */
  level: number
  /** What the links of `contents` lead to. */
  parts: readonly { id: string; title: string }[]
}

/** A report as the body of a page. */
export function reportHtml({ title, question, workload, blocks }: Report): string {
  return `<p class="title">${html(title)}</p>
<h1>${html(question)}</h1>
<p class="workload">${workload.map(html).join('<br>')}</p>
${blocksHtml(blocks)}`
}

/** Blocks as HTML. */
export function blocksHtml(blocks: readonly Block[]): string {
  return inPlace(blocks, { level: 2, parts: partsOf(blocks) })
}

function partsOf(blocks: readonly Block[]): { id: string; title: string }[] {
  return blocks.flatMap((block) => {
    if (block.kind === 'calculator') return [{ id: 'calculator', title: 'Calculator' }]
    if (block.kind !== 'section' && block.kind !== 'fold') return []
    return block.id === undefined ? [] : [{ id: block.id, title: block.title }]
  })
}

function inPlace(blocks: readonly Block[], place: Place): string {
  return blocks.map((block) => blockHtml(block, place)).join('\n')
}

function blockHtml(block: Block, place: Place): string {
  const heading = (text: string): string => {
    const name = `h${Math.min(deepestHeading, place.level)}`
    return `<${name}>${html(text)}</${name}>`
  }
  const inside = { ...place, level: place.level + 1 }
  switch (block.kind) {
    case 'text':
      return `<p${block.role === undefined ? '' : ` class="${roleNames[block.role]}"`}>${html(block.text)}</p>`
    case 'list':
      return list(block.items)
    case 'table':
      return tableHtml(block)
    case 'figures':
      return `<noscript><p>The charts need JavaScript; the tables below each hold the same figures.</p></noscript>${block.figures.map(figureHtml).join('\n')}`
    case 'alert': {
      const [first = '', ...more] = block.items
      return `<div class="alert ${block.tone}">${heading(block.title)}${more.length === 0 ? `<p>${html(first)}</p>` : list(block.items)}</div>`
    }
    case 'code':
      return `<pre tabindex="0"><code>${html(block.text)}</code></pre>`
    case 'section':
      return `<section id="${html(block.id)}">${heading(block.title)}\n${inPlace(block.blocks, inside)}</section>`
    case 'fold':
      return `<details${block.id === undefined ? '' : ` id="${html(block.id)}"`}><summary>${heading(block.title)}</summary>\n${inPlace(block.blocks, inside)}</details>`
    case 'answer':
      return answerHtml(block.answer)
    case 'answerTable':
      return answerTableHtml(block.table, block.hints)
    case 'calculator':
      return block.part.section
    case 'contents':
      return `<nav aria-label="Parts of this report">${place.parts.map(({ id, title }) => `<a href="#${html(id)}">${html(title)}</a>`).join(' ')}</nav>`
  }
}

function tableHtml({ heads, rows }: TableBlock): string {
  const footnotes = new Footnotes()
  const isGrouped = rows.some(({ group }) => group !== undefined)
  const looks = [...(isGrouped ? ['grouped'] : []), ...(heads.length > mostColumns ? ['dense'] : [])]
  const lines: string[] = []
  let group: string | undefined
  for (const row of rows) {
    if (row.group !== undefined && row.group !== group)
      lines.push(`<tr class="group-row"><th scope="rowgroup">${html(row.group)}</th><td colspan="${heads.length - 1}"></td></tr>`)
    group = row.group
    lines.push(rowHtml(row, footnotes))
  }
  const notes = footnotes.lines()
  return (
    table(
      heads.map((head) => (head === '' ? '<span class="unseen">What</span>' : html(head))),
      lines,
      looks.join(' '),
    ) + (notes.length === 0 ? '' : `<p class="notes">${notes.map(html).join('<br>')}</p>`)
  )
}

function rowHtml({ cells: [head = '', ...cells], tone }: BlockRow, footnotes: Footnotes): string {
  const values = cells.map((cell) => `<td>${cellHtml(cell, footnotes)}</td>`)
  return `<tr${tone === undefined || tone === 'neutral' ? '' : ` class="${tone}"`}><th scope="row">${cellHtml(head, footnotes)}</th>${values.join('')}</tr>`
}

function cellHtml(cell: string | Cell, footnotes: Footnotes): string {
  if (typeof cell === 'string') return cell === '' ? '' : html(cell)
  const mark = footnotes.markOf(cell)
  return [
    cell.state === 'text' ? html(cell.text) : `<span class="${cell.state}">${html(cell.text)}</span>`,
    mark === '' ? '' : `<span class="mark">${mark}</span>`,
    cell.interval === null ? '' : `<span class="interval">${html(cell.interval)}</span>`,
  ].join('')
}

import type { Block, Report } from './blocks.ts'
import { commentText, type CommentPart } from './comment.ts'
import { formatExact } from '../text/format.ts'
import { blocksMarkdown, type MarkdownStyle } from './markdown-blocks.ts'
import { escaped } from './markdown-text.ts'

const style: MarkdownStyle = { level: 4, isFolding: true, chartsSkipped: null }

/**
 * A report as a comment on a pull request in GitHub's Markdown. Where it would be too long, the lists and tables of its last blocks
 * give way first, and say so; a fold of which nothing is left goes.
 */
export function reportComment({ title, question, workload, blocks }: Report): string {
  const head = [`### ${escaped(title)}: ${escaped(question)}`, '', ...workload.flatMap((line) => [escaped(line), ''])]
  const parts = blocks.map((block, at): CommentPart => {
    const count = sizeOf(block)
    return { rank: -at, count, lines: (kept) => blocksMarkdown(kept === count ? [block] : shortened(block, kept), style) }
  })
  return commentText([{ rank: Number.POSITIVE_INFINITY, count: 0, lines: () => head }, ...parts])
}

/** How many of its items and rows a block can do without. */
function sizeOf(block: Block): number {
  switch (block.kind) {
    case 'list':
    case 'alert':
      return block.items.length
    case 'table':
      return block.rows.length
    case 'section':
    case 'fold':
      return block.blocks.reduce((sum, inner) => sum + sizeOf(inner), 0)
    default:
      return 0
  }
}

/** The block with its first items and rows only, and how many are missing. */
function shortened(block: Block, kept: number): Block[] {
  const missing = sizeOf(block) - kept
  switch (block.kind) {
    case 'list':
      return [{ ...block, items: [...block.items.slice(0, kept), missingText(missing)] }]
    case 'alert':
      return [{ ...block, items: [...block.items.slice(0, kept), missingText(missing)] }]
    case 'table':
      return [...(kept === 0 ? [] : [{ ...block, rows: block.rows.slice(0, kept) }]), { kind: 'text', text: missingText(missing) }]
    case 'section':
    case 'fold': {
      if (kept === 0) return []
      let left = kept
      const blocks = block.blocks.flatMap((inner) => {
        const size = sizeOf(inner)
        const here = Math.min(left, size)
        left -= here
        return here === size ? [inner] : shortened(inner, here)
      })
      return [{ ...block, blocks }]
    }
    default:
      return [block]
  }
}

function missingText(count: number): string {
  return `${formatExact(count)} more ${count === 1 ? 'is' : 'are'} too many for a comment: see report.md and report.html.`
}

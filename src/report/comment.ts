import { formatExact } from './format.ts'
import { textOf } from './markdown-text.ts'

/** Longest comment that GitHub takes, in characters. */
export const mostCommentCharacters = 65_536

/** A part of a comment. Where the whole is too long, parts keep less than `count` of what they list; those of the lowest rank first. */
export interface CommentPart {
  rank: number
  count: number
  lines: (kept: number) => readonly string[]
}

/** A part that stays whole. */
export function fixed(...lines: readonly string[]): CommentPart {
  return { rank: Number.POSITIVE_INFINITY, count: 0, lines: () => lines }
}

/** A list that gives way from its end and says how much of it is missing. */
export function listed(
  rank: number,
  items: readonly string[],
  { wrap = (lines) => lines, mark = '- ' }: { wrap?: (lines: readonly string[]) => readonly string[]; mark?: string } = {},
): CommentPart {
  return { rank, count: items.length, lines: (kept) => wrap([...items.slice(0, kept), ...missing(items.length - kept, mark)]) }
}

/** The line in the place of what was left out; none for nothing. */
export function missing(count: number, mark: string): string[] {
  if (count === 0) return []
  return [`${mark}${formatExact(count)} more ${count === 1 ? 'is' : 'are'} too many for a comment: see report.md and report.html.`]
}

/**
 * Parts as one comment in GitHub's Markdown of at most 65,536 characters, in which nobody is mentioned and no issue is referred to.
 *
 * What even empty lists leave too long, such as a title of any length, is cut at the end of a line.
 */
export function commentText(parts: readonly CommentPart[], limit = mostCommentCharacters): string {
  const texts = parts.map((part) => partText(part, part.count))
  // Joining drops empty lines, so that the sum is never too small.
  let length = texts.reduce((sum, text) => sum + text.length + 1, 0)
  if (textOf(texts).length <= limit) return textOf(texts)
  for (const at of [...parts.keys()].toSorted((a, b) => parts[a]!.rank - parts[b]!.rank)) {
    if (length <= limit) break
    const [part, others] = [parts[at]!, length - texts[at]!.length]
    let [enough, tooMany] = [0, part.count]
    while (tooMany - enough > 1) {
      const middle = (enough + tooMany) >>> 1
      if (others + partText(part, middle).length <= limit) enough = middle
      else tooMany = middle
    }
    texts[at] = partText(part, enough)
    length = others + texts[at].length
  }
  const text = textOf(texts)
  return text.length <= limit ? text : cutText(text, limit)
}

/** Code begins and ends within a part. */
function partText(part: CommentPart, kept: number): string {
  return withoutReferences(part.lines(kept).join('\n'))
}

function cutText(text: string, limit: number): string {
  const note = '\n\nToo long for a comment and cut here: see report.md and report.html.\n'
  const room = text.slice(0, limit - note.length)
  const end = room.lastIndexOf('\n')
  return `${(end > 0 ? room.slice(0, end) : room).replace(/\p{Surrogate}$/u, '').trimEnd()}${note}`
}

/**
 * GitHub turns "@name", "#12" and "GH-" with a number of the rendered text into mentions and references, whatever was escaped in the source. A word
 * joiner (U+2060) behind the sign prevents it and is not seen. Code is left alone on both sides.
 */
function withoutReferences(text: string): string {
  let isCode = false
  const lines = text.split('\n').map((line) => {
    const isFence = /^`{3,}$/u.test(line)
    if (isFence) isCode = !isCode
    return isCode || isFence ? line : line.replace(/(?:@(?=[A-Za-z\d])|#(?=\d)|GH-(?=\d))/giu, '$&&#8288;')
  })
  return lines.join('\n')
}

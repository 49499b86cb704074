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
  const kept = new Map(parts.map((part) => [part, part.count]))
  const render = (): string => withoutReferences(textOf(parts.flatMap((part) => part.lines(kept.get(part)!))))
  let text = render()
  for (const part of parts.toSorted((a, b) => a.rank - b.rank)) {
    if (text.length <= limit) return text
    let [enough, tooMany] = [0, part.count]
    while (tooMany - enough > 1) {
      const middle = (enough + tooMany) >>> 1
      kept.set(part, middle)
      if (render().length <= limit) enough = middle
      else tooMany = middle
    }
    kept.set(part, enough)
    text = render()
  }
  return text.length <= limit ? text : cutText(text, limit)
}

function cutText(text: string, limit: number): string {
  const note = '\n\nToo long for a comment and cut here: see report.md and report.html.\n'
  const room = text.slice(0, limit - note.length)
  const end = room.lastIndexOf('\n')
  return `${(end > 0 ? room.slice(0, end) : room).replace(/\p{Surrogate}$/u, '').trimEnd()}${note}`
}

/**
 * GitHub turns "@name", "#12" and "GH-12" of the rendered text into mentions and references, whatever was escaped in the source. A word
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

import { textOf } from './markdown-text.ts'

/** How long a comment may be: GitHub takes 65,536 characters, and a reader of a pull request scrolls past more than 60 lines. */
export const mostOfComment = { characters: 65_536, lines: 60 } as const

/** A part of a comment. Where the whole is too long, parts keep less than `count` of what they list; those of the lowest rank first. */
export interface CommentPart {
  rank: number
  count: number
  lines: (kept: number) => readonly string[]
}

interface Size {
  characters: number
  lines: number
}

/**
 * Parts as one comment in GitHub's Markdown that is no longer than `limit`, in which nobody is mentioned and no issue is referred to.
 *
 * What even empty lists leave too long, such as a title of any length, is cut at the end of a line.
 */
export function commentText(parts: readonly CommentPart[], limit: Partial<Size> = mostOfComment): string {
  const { characters = Number.POSITIVE_INFINITY, lines = Number.POSITIVE_INFINITY } = limit
  const fits = (size: Size): boolean => size.characters <= characters && size.lines <= lines
  const texts = parts.map((part) => partText(part, part.count))
  const whole = textOf(texts)
  if (fits(sizeOf(whole))) return whole
  // Joining drops empty lines, so that what is measured is never too short.
  const sizeWith = (at: number, text: string): Size => sizeOf(`${texts.with(at, text).join('\n')}\n`)
  for (const at of [...parts.keys()].toSorted((a, b) => parts[a]!.rank - parts[b]!.rank)) {
    const part = parts[at]!
    if (fits(sizeWith(at, texts[at]!))) break
    let [enough, tooMany] = [0, part.count]
    while (tooMany - enough > 1) {
      const middle = (enough + tooMany) >>> 1
      if (fits(sizeWith(at, partText(part, middle)))) enough = middle
      else tooMany = middle
    }
    texts[at] = partText(part, enough)
  }
  const text = textOf(texts)
  return fits(sizeOf(text)) ? text : cutText(text, { characters, lines })
}

/** Of a text whose last line ends with a line break. */
function sizeOf(text: string): Size {
  return { characters: text.length, lines: text.split('\n').length - 1 }
}

/** Code begins and ends within a part. */
function partText(part: CommentPart, kept: number): string {
  return withoutReferences(part.lines(kept).join('\n'))
}

function cutText(text: string, { characters, lines }: Size): string {
  const note = 'Too long for a comment and cut here: see report.md and report.html.'
  const kept = Number.isFinite(lines)
    ? text
        .split('\n')
        .slice(0, lines - 2)
        .join('\n')
    : text
  const room = kept.slice(0, characters - note.length - 3)
  const end = room.length < kept.length ? room.lastIndexOf('\n') : -1
  const start = end > 0 ? room.slice(0, end) : room.replace(/\p{Surrogate}$/u, '')
  return `${start.trimEnd()}\n\n${note}\n`
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

const wide =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}|[\u{20000}-\u{3fffd}]/u
const zero = /\p{M}|[\u200b\u200c]|\u200d|\ufe0f/u

/** Columns that a text takes on a terminal. */
export function textWidth(text: string): number {
  if (/^[ -~]*$/.test(text)) return text.length
  let width = 0
  for (const character of text) width += zero.test(character) ? 0 : wide.test(character) ? 2 : 1
  return width
}

/** The start of a text that takes at most `width` columns. */
export function cut(text: string, width: number): string {
  let kept = ''
  for (const character of text) {
    if (textWidth(kept + character) > width) return kept
    kept += character
  }
  return kept
}

function broken(word: string, width: number): string[] {
  const parts: string[] = []
  let rest = word
  while (textWidth(rest) > width) {
    const hyphen = cut(rest, width).lastIndexOf('-') + 1
    const part = hyphen > 1 ? rest.slice(0, hyphen) : cut(rest, width)
    if (part === '') break
    parts.push(part)
    rest = rest.slice(part.length)
  }
  return [...parts, rest]
}

const noBreak = '\u00a0'

/** Keeps a number with its unit, and both ends of an interval, on one line: their spaces become no-break spaces. */
export function glued(text: string): string {
  return text.replace(/(?<=\d) (?=(?:%|×|ms\/s|ms|µs|s|min|h|B|KiB|MiB|GiB)(?![A-Za-z]))| (?=– [\d<>-])|(?<=–) (?=[\d<>-])/gu, noBreak)
}

/** A text as an item of a list, no line wider than `width`. */
export function bullet(text: string, width: number): string[] {
  return wrap(text, width - 2).map((line, at) => `${at === 0 ? '- ' : '  '}${line}`)
}

/** Lines of at most `width` columns, broken at spaces, inside a word only where it is longer than a line. */
export function wrap(text: string, width: number, indent = ''): string[] {
  const room = Math.max(1, width - indent.length)
  const lines: string[] = []
  let line = ''
  for (const word of glued(text)
    .split(' ')
    .flatMap((part) => broken(part, room))) {
    const longer = line === '' ? word : `${line} ${word}`
    if (textWidth(longer) <= room) {
      line = longer
      continue
    }
    lines.push(line)
    line = word
  }
  const all = [...lines, line].map((part) => part.replaceAll(noBreak, ' '))
  return all.map((part, at) => (at === 0 ? part : indent + part))
}

import type { Figure } from './charts/figure.ts'
import type { Cell, Footnotes } from './metric-view.ts'
import { oneLine } from '../text/one-line.ts'

const markup = /[\\`*|~]|\[(?![<>\d-])|\](?=[([])|\](?<=^\[[^\]]*\])(?=:)|<(?![\d])|&(?=[#A-Za-z])|(?<![A-Za-z\d])_|_(?![A-Za-z\d])/gu
/** What GFM makes links of without any markup (its section 6.9), but for addresses of mail. */
const autolinks = /:(?=\/\/)|(?<=www)\./giu
/** Looked for in the rendered text, where no backslash is left: a word joiner breaks them. */
const mailAddresses = /(?<=[\w.+-])@(?=[\w-])/gu

/**
 * Text that markdown shows as it is, without a link. Brackets around numbers, "<0.01" and inner underscores are no markup and stay
 * readable in the source.
 */
export function escaped(text: string): string {
  return oneLine(text).replace(markup, '\\$&').replace(autolinks, '\\$&').replace(mailAddresses, '@&#8288;')
}

/** A table from cells that are markdown already. */
export function table(heads: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  return [line(heads), line(heads.map(() => '---')), ...rows.map(line)]
}

/** The same as one text. */
export function tableText(...parts: Parameters<typeof table>): string {
  return table(...parts).join('\n')
}

/** A cell with its interval and the mark of its footnote. */
export function cellText(cell: Cell, notes: Footnotes): string {
  return [escaped(cell.text), cell.interval === null ? '' : escaped(cell.interval), notes.markOf(cell)]
    .filter((part) => part !== '')
    .join(' ')
}

/** A list of texts. */
export function bullets(texts: readonly string[]): string[] {
  return texts.map((text) => `- ${escaped(text)}`)
}

/** Content that GitHub folds; nothing for none. */
export function folded(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ['<details>', `<summary>${escaped(title)}</summary>`, '', ...lines, '', '</details>', '']
}

/** The charts beside a report, by relative path, or why there is none. */
export function pictures(figures: readonly Figure[], chartsSkipped: string | null): string[] {
  if (chartsSkipped !== null) return [`${escaped(chartsSkipped)}. report.html draws its own.`]
  return figures.flatMap((figure) => [`![${escaped(figure.title)}](charts/${figure.id}.png)`, ''])
}

/** Lines as the text of a file: never two empty ones in a row, one line break at the end. */
export function textOf(lines: readonly string[]): string {
  return `${lines
    .join('\n')
    .replace(/\n{3,}/gu, '\n\n')
    .trimEnd()}\n`
}

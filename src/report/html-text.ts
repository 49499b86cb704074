import { oneLine } from '../text/one-line.ts'

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }

/** Text that HTML shows as it is, in content and in attributes. */
export function html(text: string): string {
  return oneLine(text).replace(/[&<>"']/gu, (character) => entities[character] ?? '')
}

/** A value as JSON that no string in it can end the script element of: "<" and line separators are written as escapes. */
export function scriptJson(value: unknown): string {
  return JSON.stringify(value).replace(/[<\u2028\u2029]/gu, (character) => `\\u${character.codePointAt(0)!.toString(16).padStart(4, '0')}`)
}

/** A list of texts. */
export function list(texts: readonly string[]): string {
  return `<ul>${texts.map((text) => `<li>${html(text)}</li>`).join('')}</ul>`
}

/** A row of cells that are HTML already; the first is its head. */
export function row([first = '', ...rest]: readonly string[]): string {
  return `<tr><th scope="row">${first}</th>${rest.map((cell) => `<td>${cell}</td>`).join('')}</tr>`
}

/** A table from heads and rows that are HTML already. It scrolls by itself where the page is narrow. */
export function table(heads: readonly string[], rows: readonly string[], className = ''): string {
  const head = heads.map((cell) => `<th scope="col">${cell}</th>`).join('')
  return `<div class="scroll" tabindex="0"><table class="${className}"><thead><tr>${head}</tr></thead>\n<tbody>${rows.join('\n')}</tbody></table></div>`
}

/** A section with its heading; nothing for no content. */
export function section(title: string, content: string, id: string): string {
  return content === '' ? '' : `<section id="${id}"><h2>${html(title)}</h2>\n${content}</section>\n`
}

/** Content that is folded until asked for. */
export function folded(title: string, content: string): string {
  return `<details><summary>${html(title)}</summary>\n${content}</details>\n`
}

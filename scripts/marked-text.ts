import { readFileSync, writeFileSync } from 'node:fs'

/**
 * Puts a generated text between the two marks of a document (`<!-- mark -->` and `<!-- /mark -->`).
 *
 * @throws {Error} if the document has not both marks
 */
export function writeBetweenMarks(path: string, mark: string, text: string): void {
  const { head, tail } = split(path, mark)
  writeFileSync(path, `${head}<!-- ${mark} -->\n${text}\n<!-- /${mark} -->${tail}`)
}

/** The text that stands between the two marks. */
export function markedText(path: string, mark: string): string {
  return split(path, mark).inner.trim()
}

function split(path: string, mark: string): { head: string; inner: string; tail: string } {
  const [head, rest] = readFileSync(path, 'utf8').split(`<!-- ${mark} -->`)
  const [inner, tail] = rest?.split(`<!-- /${mark} -->`) ?? []
  if (head === undefined || inner === undefined || tail === undefined)
    throw new Error(`${path} has no marks <!-- ${mark} --> and <!-- /${mark} -->`)
  return { head, inner, tail }
}

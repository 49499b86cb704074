import { readFileSync, writeFileSync } from 'node:fs'

/**
 * Puts a generated text between the two marks of a document (`<!-- mark -->` and `<!-- /mark -->`).
 *
 * @throws {Error} if the document has not both marks
 */
export function writeBetweenMarks(path: string, mark: string, text: string): void {
  const [head, rest] = readFileSync(path, 'utf8').split(`<!-- ${mark} -->`)
  const tail = rest?.split(`<!-- /${mark} -->`)[1]
  if (tail === undefined) throw new Error(`${path} has no marks <!-- ${mark} --> and <!-- /${mark} -->`)
  writeFileSync(path, `${head}<!-- ${mark} -->\n${text}\n<!-- /${mark} -->${tail}`)
}

/** The command as it can be typed again. */
export function commandText(words: readonly string[]): string {
  const quoted = words.map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`))
  return `npm run bench -- ${quoted.join(' ')}`
}

/** "a, b or c". */
export function anyOf(items: readonly string[]): string {
  return items.length < 2 ? items.join('') : `${items.slice(0, -1).join(', ')} or ${items.at(-1)}`
}

/**
 * Who may be chosen, in the words of runs and of predictions: "Choose SSE or WebSocket; SSE is the simpler."
 *
 * @param names as a sentence has them, at least one
 * @param simplest one of them; undefined where none is simpler than the others
 */
export function choiceSentence(names: readonly string[], simplest: string | undefined): string {
  return `Choose ${anyOf(names)}${simplestClause(names, simplest)}.`
}

/** "; SSE is the simpler", or nothing where none is, or where there is no choice. */
export function simplestClause(names: readonly string[], simplest: string | undefined): string {
  return simplest === undefined || names.length < 2 ? '' : `; ${simplest} is the ${names.length === 2 ? 'simpler' : 'simplest'}`
}

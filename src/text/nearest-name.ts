/** Names nearer than this share of their length are offered: "websockets" for "websocket", never "sse" for "abc". */
const tolerance = 0.4

/**
 * The name most like a misspelt word by Levenshtein distance without regard to case, or `undefined` when none is near.
 *
 * A word that a name starts with counts as near: "note" finds "notifications" only by distance, "noti" by its start.
 */
export function nearestName(word: string, names: readonly string[]): string | undefined {
  const wanted = word.toLowerCase()
  let best: { name: string; distance: number } | undefined
  for (const name of names) {
    const candidate = name.toLowerCase()
    const distance = wanted.length > 2 && candidate.startsWith(wanted) ? 1 : editDistance(wanted, candidate)
    if (distance <= Math.max(1, Math.floor(candidate.length * tolerance)) && (best === undefined || distance < best.distance))
      best = { name, distance }
  }
  return best?.name
}

/** ` Did you mean "x"?` for the end of a sentence, or nothing. */
export function didYouMean(word: string, names: readonly string[]): string {
  const name = nearestName(word, names)
  return name === undefined ? '' : ` Did you mean "${name}"?`
}

function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, column) => column)
  for (let line = 1; line <= a.length; line++) {
    const next = [line]
    for (let column = 1; column <= b.length; column++) {
      const swap = row[column - 1]! + (a[line - 1] === b[column - 1] ? 0 : 1)
      next.push(Math.min(swap, row[column]! + 1, next[column - 1]! + 1))
    }
    row = next
  }
  return row[b.length]!
}

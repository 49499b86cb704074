/** How one stands to another in a family of figures: `equal` where a difference does not matter, `open` where nothing is decided. */
export type Standing = 'better' | 'worse' | 'equal' | 'open'

/**
 * Who is dominated, and by whom: another is better in at least one family, and it is better than that one in none.
 *
 * Differences that do not matter or are not decided can make a ring in which each is dominated by the next. In a ring nobody
 * dominates: else nothing of it would be left to choose. Whoever stands outside of it still dominates, and is dominated by, its members.
 *
 * @param standings how the first stands to the second, family by family
 */
export function dominators<Name>(names: readonly Name[], standings: (one: Name, other: Name) => readonly Standing[]): Map<Name, Name[]> {
  const all = new Map(names.map((one) => [one, names.filter((other) => other !== one && isDominated(standings(one, other)))]))
  const found = new Map<Name, Name[]>()
  for (const [one, by] of all) {
    const outside = by.filter((other) => !isBelow(other, one, all))
    if (outside.length > 0) found.set(one, outside)
  }
  return found
}

/** True where one is dominated by the other, or by somebody who is. */
function isBelow<Name>(one: Name, other: Name, all: ReadonlyMap<Name, readonly Name[]>): boolean {
  const reached = new Set([one])
  for (const name of reached) for (const by of all.get(name) ?? []) reached.add(by)
  return reached.has(other)
}

function isDominated(standings: readonly Standing[]): boolean {
  return standings.includes('worse') && !standings.includes('better')
}

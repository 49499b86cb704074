/** How one stands to another in a family of figures: `equal` where a difference does not matter, `open` where nothing is decided. */
export type Standing = 'better' | 'worse' | 'equal' | 'open'

/**
 * Who is dominated, and by whom: another is better in at least one family, and it is better than that one in none.
 *
 * Differences that do not matter or are not decided can make a ring in which each is dominated by the next. Then nobody is: there
 * would be nothing left to choose.
 *
 * @param standings how the first stands to the second, family by family
 */
export function dominators<Name>(names: readonly Name[], standings: (one: Name, other: Name) => readonly Standing[]): Map<Name, Name[]> {
  const found = new Map<Name, Name[]>()
  for (const one of names) {
    const by = names.filter((other) => other !== one && isDominated(standings(one, other)))
    if (by.length > 0) found.set(one, by)
  }
  return found.size === names.length ? new Map() : found
}

function isDominated(standings: readonly Standing[]): boolean {
  return standings.includes('worse') && !standings.includes('better')
}

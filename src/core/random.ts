/** A source of uniform numbers in [0, 1). */
export type Random = () => number

/**
 * A seeded uniform source (mulberry32, Tommy Ettinger's public-domain generator): the same seed gives the same run on
 * every machine. Not for secrets.
 *
 * @param seed any integer; its lowest 32 bits count
 * @param stream a name that gives independent sources from one seed, for example one per process
 */
export function seededRandom(seed: number, stream = ''): Random {
  let state = seed | 0
  for (const character of stream) state = Math.imul(state ^ character.codePointAt(0)!, 0x9e3779b1)
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

/** A draw from the exponential distribution with the given mean, in the mean's unit. */
export function exponential(random: Random, mean: number): number {
  return -Math.log(1 - random()) * mean
}

/** A draw from the standard normal distribution (Box and Muller 1958, its cosine half). */
export function normal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
}

/** Shuffles in place (Fisher and Yates) and returns the array. */
export function shuffle<T>(items: T[], random: Random): T[] {
  for (let last = items.length - 1; last > 0; last--) {
    const other = Math.floor(random() * (last + 1))
    const kept = items[last]!
    items[last] = items[other]!
    items[other] = kept
  }
  return items
}

import type { ConnectionEvent } from '../core/connection-log.ts'

/** A client without its server: from the end of its connection to the first answer; `backAtUs` is +∞ when none came. */
export interface Absence {
  client: number
  lostAtUs: number
  backAtUs: number
}

/** Every absence, in the order of their starts. */
export function absencesOf(events: readonly ConnectionEvent[]): Absence[] {
  const open = new Map<number, Absence>()
  const all: Absence[] = []
  for (const { kind, client, atUs } of events.toSorted((a, b) => a.atUs - b.atUs)) {
    if (kind === 'attempt') continue
    if (kind === 'lost') {
      const absence = { client, lostAtUs: atUs, backAtUs: Number.POSITIVE_INFINITY }
      open.set(client, absence)
      all.push(absence)
    } else {
      const absence = open.get(client)
      if (absence !== undefined) absence.backAtUs = atUs
      open.delete(client)
    }
  }
  return all
}

/** Most instants within any span of this length (closed at its start, open at its end). */
export function peakWithin(instantsUs: readonly number[], spanUs: number): number {
  const sorted = Float64Array.from(instantsUs).sort()
  let first = 0
  let most = 0
  for (let last = 0; last < sorted.length; last++) {
    while (sorted[last]! - sorted[first]! >= spanUs) first++
    most = Math.max(most, last - first + 1)
  }
  return most
}

import type { GateResult } from '../core/result.ts'
import { usPerMs, usPerSecond } from '../core/units.ts'

/** A duration as gates print it. */
export function inMs(us: number): string {
  return `${(us / usPerMs).toFixed(1)} ms`
}

/** A longer duration as gates print it. */
export function inSeconds(us: number): string {
  return `${(us / usPerSecond).toFixed(1)} s`
}

/** A share as gates print it. */
export function inPercent(ratio: number): string {
  return `${(ratio * 100).toFixed(1)} %`
}

const namedRanges = 5

/** Some clients by their numbers, ascending, neighbours as a range: "clients 3, 7 to 9 and 12"; of many ranges the first few. */
export function clientsText(clients: readonly number[]): string {
  const ranges: [first: number, last: number][] = []
  for (const client of clients) {
    const range = ranges.at(-1)
    if (range !== undefined && range[1] === client - 1) range[1] = client
    else ranges.push([client, client])
  }
  const named = ranges.slice(0, namedRanges).map(([first, last]) => (first === last ? String(first) : `${first} to ${last}`))
  const leftCount = ranges.slice(namedRanges).reduce((sum, [first, last]) => sum + last - first + 1, 0)
  if (leftCount > 0) named.push(`${leftCount} more`)
  const list = named.length === 1 ? named[0]! : `${named.slice(0, -1).join(', ')} and ${named.at(-1)!}`
  return `${clients.length === 1 ? 'client' : 'clients'} ${list}`
}

/** What a gate says of a trial, with families and owner where they are not those of the gate; null lets it pass. */
export type Finding = Omit<GateResult, 'gate'> | null

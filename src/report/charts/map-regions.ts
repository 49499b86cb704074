import type { MapCell, MapPanel } from './figure.ts'

/** Places of a map that touch and have one answer. */
export interface MapRegion {
  /** Style of who is cheapest; null = nobody is valid. */
  winner: number | null
  /** Whether every other one that is valid is told apart from it. */
  isClear: boolean
  /** Where its name has the most room: the longest run of its cells in a row, the nearest to its middle. */
  run: { row: number; from: number; until: number }
}

/** Whether two places have the same answer. */
export function isAlike(a: MapCell | undefined, b: MapCell | undefined): boolean {
  return a !== undefined && b !== undefined && a.winner === b.winner && isClear(a) === isClear(b)
}

/** Whether nobody else is as cheap as who is cheapest there, as far as can be told. */
export function isClear({ close }: MapCell): boolean {
  return close.length === 0
}

/** The regions of a map, each place in exactly one. */
export function mapRegions({ cells }: Pick<MapPanel, 'cells'>): MapRegion[] {
  const seen = new Set<string>()
  return cells.flatMap((all, row) =>
    all.flatMap((cell, column) => {
      if (seen.has(`${row} ${column}`)) return []
      return [{ winner: cell.winner, isClear: isClear(cell), run: roomiest(connected(cells, [row, column], seen)) }]
    }),
  )
}

type Place = readonly [row: number, column: number]

function connected(cells: MapPanel['cells'], start: Place, seen: Set<string>): Place[] {
  const found: Place[] = []
  const open: Place[] = [start]
  for (let place = open.pop(); place !== undefined; place = open.pop()) {
    const [row, column] = place
    const name = `${row} ${column}`
    if (seen.has(name) || !isAlike(cells[row]?.[column], cells[start[0]]![start[1]])) continue
    seen.add(name)
    found.push(place)
    open.push([row + 1, column], [row - 1, column], [row, column + 1], [row, column - 1])
  }
  return found
}

function roomiest(places: readonly Place[]): MapRegion['run'] {
  const middle = places.reduce((sum, [row]) => sum + row, 0) / places.length
  const runs: MapRegion['run'][] = []
  for (const [row, column] of places.toSorted((a, b) => a[0] - b[0] || a[1] - b[1])) {
    const last = runs.at(-1)
    if (last?.row === row && last.until === column - 1) last.until = column
    else runs.push({ row, from: column, until: column })
  }
  const length = ({ from, until }: MapRegion['run']): number => until - from + 1
  return runs.toSorted((a, b) => length(b) - length(a) || Math.abs(a.row - middle) - Math.abs(b.row - middle))[0]!
}

/** The first letter that each name alone has, in upper case: S, L, E, W for the four transports. */
export function mapLetters(labels: readonly string[]): string[] {
  const used = new Set<string>()
  return labels.map((label) => {
    const letter =
      label
        .toUpperCase()
        .split('')
        .find((candidate) => /[A-Z]/u.test(candidate) && !used.has(candidate)) ?? '?'
    used.add(letter)
    return letter
  })
}

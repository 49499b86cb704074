import { formatNumber } from '../../text/format.ts'

/** Characters that a line of a caption has room for at the width at which figures are drawn, 1,152 px. */
const lineCharacters = 150

/** The same of two lines, which lose some to words that do not break. */
const twoLineCharacters = 290

/** The first of texts that fits on a line of a caption; the last is cut where none does. */
export function firstFitting(...texts: readonly string[]): string {
  return firstWithin(texts, lineCharacters)
}

/** The first of texts that fits on two lines, likewise. */
export function firstOnTwoLines(...texts: readonly string[]): string {
  return firstWithin(texts, twoLineCharacters)
}

function firstWithin(texts: readonly string[], mostCharacters: number): string {
  const last = texts.at(-1) ?? ''
  return texts.find((text) => text.length <= mostCharacters) ?? `${last.slice(0, mostCharacters - 1).trimEnd()}…`
}

/** A value with whose it is. */
export interface OwnedValue {
  label: string
  value: number
}

/** A value in a unit: "4.44 ms"; the number alone where there is none. */
export function inUnit(value: number, unit: string): string {
  return unit === '' ? formatNumber(value) : `${formatNumber(value)} ${unit}`
}

/** The least and the most of values with whose they are: "0.988 ms (websocket) to 976 ms (short-poll)", "1.00 each". */
export function spanTexts(values: readonly OwnedValue[], unit: string): { named: string; bare: string } {
  const [least, most] = endsOf(values)
  if (least === undefined || most === undefined) return { named: 'no value', bare: 'no value' }
  const [from, to] = [inUnit(least.value, unit), inUnit(most.value, unit)]
  if (values.length === 1) return { named: `${from} (${least.label})`, bare: from }
  if (from === to) return { named: `${from} each`, bare: `${from} each` }
  return { named: `${from} (${least.label}) to ${to} (${most.label})`, bare: `${from} to ${to}` }
}

/** Who has the least and who the most; the first of equals. */
export function endsOf<Value extends OwnedValue>(values: readonly Value[]): [Value | undefined, Value | undefined] {
  const ordered = values.toSorted((a, b) => a.value - b.value)
  return [ordered[0], ordered.at(-1)]
}

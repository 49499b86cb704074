import { formatExact, formatNumber } from '../text/format.ts'
import { unitOf, type FigureId } from './figures.ts'

/** "both", "all four", or the only name. */
export function allOf(names: readonly string[]): string {
  return names.length < 2 ? names.join('') : names.length === 2 ? 'both' : `all ${inWords(names.length)}`
}

/** How a sentence that begins with a name begins: "SSE", "Long polling"; a label of the user's own stays as it is. */
export function atStart(sentence: string, label: string): string {
  return label !== '' && sentence.startsWith(label) ? sentence : sentence.charAt(0).toUpperCase() + sentence.slice(1)
}

/**
 * A sentence behind a colon or a comma.
 *
 * @param names of contenders, which keep their letters where it begins with one
 */
export function inside(sentence: string, names: readonly string[]): string {
  const keeps = names.some((name) => sentence.startsWith(name)) || !/^\p{Lu}[\p{Ll} ]/u.test(sentence)
  return keeps ? sentence : sentence.charAt(0).toLowerCase() + sentence.slice(1)
}

/** A stored value of a figure in the unit that it is shown in, without the unit: "0.988", "500". */
export function amountOf(figure: FigureId, value: number): string {
  const shown = value / unitOf(figure).divisor
  return Number.isInteger(shown) ? formatExact(shown) : formatNumber(shown)
}

/** "4.44 to 5.24", or one number where both ends look alike. */
export function rangeOf(figure: FigureId, values: readonly number[]): string {
  const [low, high] = [Math.min(...values), Math.max(...values)].map((value) => amountOf(figure, value))
  return low === high ? low! : `${low} to ${high}`
}

/** From here on two digits show that it is more than 1. */
const nearOne = 1.095

/** How many times something is another thing, to two digits, and to the second decimal just above 1: "990 ×", "1.8 ×", "1.04 ×". */
export function timesText(ratio: number): string {
  if (ratio < nearOne) return `${ratio.toFixed(2)} ×`
  const rounded = Number(ratio.toPrecision(2))
  return `${rounded < 10 ? rounded.toFixed(1) : formatExact(rounded)} ×`
}

const words = ['none', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine']

/** A small number in words: "three". */
export function inWords(count: number): string {
  return words[count] ?? formatExact(count)
}

/** More names than this make a list that nobody reads. */
export const mostNames = 4

/** A list of at most so many entries, the last of them a count where there are more: "five more". */
export function shortened(entries: readonly string[], most = mostNames): string[] {
  return entries.length <= most ? [...entries] : [...entries.slice(0, most - 1), `${inWords(entries.length - most + 1)} more`]
}

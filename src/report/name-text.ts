import { oneLine } from '../text/one-line.ts'

/** What Inter is known to draw. System fonts differ from machine to machine and would be used for anything else. */
const notInInter =
  /[^\u0020-\u007e\u00a0-\u017f\u0391-\u03a9\u03b1-\u03c9\u0410-\u044f\u2013\u2014\u2018\u2019\u201c\u201d\u2026\u00d7\u2265\u2264]/gu
const chartLabelLimit = 44
const keptAtEnd = 14

function inInter(text: string): string {
  const drawn = oneLine(text)
    .normalize('NFC')
    .replace(notInInter, (character) => `U+${character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')} `)
    .replace(/ +/gu, ' ')
    .trim()
  if (drawn.length <= chartLabelLimit) return drawn
  // Labels made from options differ at their end, so the cut is before it.
  return `${drawn.slice(0, chartLabelLimit - keptAtEnd - 2).trimEnd()}… ${drawn.slice(-keptAtEnd).trimStart()}`
}

/**
 * Names as charts draw them: characters that the shipped font lacks become their code ("U+4E2D"), long names are cut in the middle, and
 * two names that would look the same get a number.
 */
export function chartLabels(names: readonly string[]): string[] {
  const drawn = names.map(inInter)
  return drawn.map((label, at) => {
    const before = drawn.slice(0, at).filter((other) => other === label).length
    return before === 0 ? label : `${label} #${before + 1}`
  })
}

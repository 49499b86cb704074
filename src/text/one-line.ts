const controls = /[\p{Cc}\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]+/gu
const loneSurrogates = /\p{Surrogate}/gu

/**
 * Text of a document as one line that can do nothing to its surroundings: control and direction characters become a space,
 * lone surrogates U+FFFD. Every report shows names and messages through it; the result document keeps them as they are.
 */
export function oneLine(text: string): string {
  const clean = text.replace(loneSurrogates, '\ufffd').replace(controls, ' ').trim()
  return clean === '' ? '(no name)' : clean
}

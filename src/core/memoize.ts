import { bytesPerMiB } from './units.ts'

const keptCount = 1_024
/** Bound on the length of all remembered texts of one function: what came of them takes about as much again. */
const keptLength = 4 * bytesPerMiB

/**
 * The same function, remembering what came of its recent arguments: under fan-out the clients of a host receive the same
 * texts in turn, and finding one again costs a part of reading it again. Every character is still compared. What is
 * returned is shared and must not be changed; what throws is not remembered. Of texts that are longer than all that may be
 * remembered, only the last is.
 */
export function memoize<Value>(read: (text: string) => Value): (text: string) => Value {
  const known = new Map<string, Value>()
  let knownLength = 0
  let lastText: string | undefined
  let lastValue: Value
  return (text) => {
    if (text === lastText) return lastValue
    let value = known.get(text)
    if (value === undefined) {
      value = read(text)
      if (text.length <= keptLength) {
        if (known.size >= keptCount || knownLength + text.length > keptLength) {
          known.clear()
          knownLength = 0
        }
        known.set(text, value)
        knownLength += text.length
      }
    }
    lastText = text
    lastValue = value
    return value
  }
}

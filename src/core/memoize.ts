const keptCount = 1_024

/**
 * The same function, remembering what came of its recent arguments: under fan-out the clients of a host receive the same
 * texts in turn, and finding one again costs a part of reading it again. Every character is still compared. What is
 * returned is shared and must not be changed; what throws is not remembered.
 */
export function memoize<Value>(read: (text: string) => Value): (text: string) => Value {
  const known = new Map<string, Value>()
  let lastText: string | undefined
  let lastValue: Value
  return (text) => {
    if (text === lastText) return lastValue
    let value = known.get(text)
    if (value === undefined) {
      value = read(text)
      if (known.size >= keptCount) known.clear()
      known.set(text, value)
    }
    lastText = text
    lastValue = value
    return value
  }
}

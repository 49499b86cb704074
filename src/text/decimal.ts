/** A number in plain decimals or with an exponent. Not what `Number` takes besides: empty, hex, spaces, "Infinity". */
export function parseDecimal(typed: string): number | undefined {
  return /^-?\d+(\.\d+)?(e\d+)?$/i.test(typed) ? Number(typed) : undefined
}

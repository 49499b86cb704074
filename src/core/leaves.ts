/** Every value of a JSON tree that holds no other, with its path ("phases.warmUpMs"). Empty objects and lists count as values. */
export function flattenPaths(node: unknown, path = ''): [string, unknown][] {
  if (typeof node !== 'object' || node === null) return [[path, node]]
  const entries = Object.entries(node)
  if (entries.length === 0) return [[path, node]]
  return entries.flatMap(([key, value]) => flattenPaths(value, path === '' ? key : `${path}.${key}`))
}

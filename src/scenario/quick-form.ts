import { isRecord } from './allowed-values.ts'

/**
 * A scenario file with its `quick` part over it, by the rules of a JSON merge patch (RFC 7396): objects are merged key
 * by key, null takes a key away, anything else replaces what was there.
 */
export function quickForm(file: Record<string, unknown>): unknown {
  const { quick, ...rest } = file
  return merge(rest, quick)
}

function merge(target: unknown, patch: unknown): unknown {
  if (!isRecord(patch)) return patch
  const merged: Record<string, unknown> = isRecord(target) ? { ...target } : {}
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete merged[key]
    else merged[key] = merge(merged[key], value)
  }
  return merged
}

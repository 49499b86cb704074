import type { StudyAxis } from '../core/study-result.ts'
import { isRecord, schemaAt, type JsonSchema, type KeyPath } from './allowed-values.ts'
import { didYouMean } from '../text/nearest-name.ts'

const everyContender = 'contenders.*.'
/** Numbers in these are no settings of a workload, or are the study itself. */
const notSwept = ['sweep', 'search', 'quick', 'matters', 'limits']

/** What is wrong with the path of an axis, or nothing. `raw` is the file with the flags over it. */
export function axisPathIssue(path: string, schema: JsonSchema, raw: unknown): string | undefined {
  const found = schemaOfPath(path, schema, raw)
  if (found !== undefined && isNumeric(found)) return undefined
  if (found !== undefined) return `"${path}" is not a number but ${found.type ?? 'a choice'}; only a numeric setting can be an axis.`
  const known = numericPaths(schema)
  if (path.startsWith(everyContender) && known.includes(path))
    return `"${path}": no contender of this scenario has this option. Leave it out.`
  return `"${path}" is not a setting of a scenario.${didYouMean(path, known)} Known: ${known.join(', ')}.`
}

/** Paths of all numeric settings, sorted; options of contenders as `contenders.*.option`. */
export function numericPaths(schema: JsonSchema): string[] {
  const options = schema.properties?.['contenders']?.items?.oneOf ?? []
  const ofContenders = options.flatMap((option) => leafPaths(option).map((path) => `${everyContender}${path}`))
  const others = Object.entries(schema.properties ?? {}).filter(([key]) => !notSwept.includes(key))
  return [...new Set([...others.flatMap(([key, inner]) => leafPaths(inner, key)), ...ofContenders])].toSorted()
}

/**
 * Puts a value at a path of a parsed file. With `contenders.*` it goes into every contender whose transport has the
 * option; objects on the way are made where they are missing.
 */
export function putAt(raw: unknown, path: string, value: number, schema: JsonSchema): void {
  if (path.startsWith(everyContender)) {
    const option = path.slice(everyContender.length)
    for (const [index, contender] of contendersOf(raw).entries())
      if (isRecord(contender) && schemaAt(schema, ['contenders', index, option], raw) !== undefined) contender[option] = value
    return
  }
  const keys = keysOf(path)
  let place = raw as Record<PropertyKey, unknown>
  for (const key of keys.slice(0, -1)) place = (place[key] ??= {}) as Record<PropertyKey, unknown>
  place[keys.at(-1)!] = value
}

/** The keys of a path as people write it: `faults.0.percent` has a number in it. */
export function keysOf(path: string): KeyPath {
  return path.split('.').map((key) => (/^\d+$/.test(key) ? Number(key) : key))
}

/** True where the values of a path are whole numbers. */
export function isWholeAt(path: string, schema: JsonSchema, raw: unknown): boolean {
  return schemaOfPath(path, schema, raw)?.type === 'integer'
}

/** How reports name an axis: "Poll interval" in ms for `contenders.*.pollIntervalMs`. */
export function axisNaming(path: string): Pick<StudyAxis, 'label' | 'unit'> {
  const key = path.split('.').at(-1)!
  if (key === 'clientCount') return { label: 'Clients', unit: '' }
  const unit = key.endsWith('Ms') ? 'ms' : key.endsWith('Bytes') ? 'bytes' : ''
  const words = key.replace(/(Ms|Bytes|Count|Ratio)$/, '').replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)
  const label = `${words.charAt(0).toUpperCase()}${words.slice(1)}`
  return { label: key === 'messageBytes' ? 'Message size' : label, unit }
}

function schemaOfPath(path: string, schema: JsonSchema, raw: unknown): JsonSchema | undefined {
  if (notSwept.includes(path.split('.')[0]!)) return undefined
  if (!path.startsWith(everyContender)) return schemaAt(schema, keysOf(path), raw)
  const option = path.slice(everyContender.length)
  return contendersOf(raw)
    .map((_, index) => schemaAt(schema, ['contenders', index, option], raw))
    .find((found) => found !== undefined)
}

function contendersOf(raw: unknown): unknown[] {
  return isRecord(raw) && Array.isArray(raw['contenders']) ? raw['contenders'] : []
}

function leafPaths(schema: JsonSchema, path = ''): string[] {
  if (isNumeric(schema)) return [path]
  return Object.entries(schema.properties ?? {}).flatMap(([key, inner]) => leafPaths(inner, path === '' ? key : `${path}.${key}`))
}

function isNumeric({ type }: JsonSchema): boolean {
  return type === 'integer' || type === 'number'
}

import { durationText } from '../text/duration-text.ts'

/** The part of a JSON Schema that a scenario's schema uses. */
export interface JsonSchema {
  type?: string
  const?: unknown
  enum?: unknown[]
  oneOf?: JsonSchema[]
  anyOf?: JsonSchema[]
  properties?: Record<string, JsonSchema>
  additionalProperties?: JsonSchema | boolean
  items?: JsonSchema
  minimum?: number
  maximum?: number
  exclusiveMinimum?: number
  minLength?: number
  maxLength?: number
  minItems?: number
  maxItems?: number
}

export type KeyPath = readonly PropertyKey[]

/** A path as people write it: `contenders[1].holdTimeMs`. */
export function pathText(path: KeyPath): string {
  return path.reduce<string>(pathBelow, '')
}

/** The path of a key in the object or list at a path, both as people write them. */
export function pathBelow(text: string, key: PropertyKey): string {
  return typeof key === 'number' ? `${text}[${key}]` : text === '' ? String(key) : `${text}.${String(key)}`
}

/** What lies at a path of a parsed file, or `undefined`. */
export function valueAt(value: unknown, path: KeyPath): unknown {
  return path.reduce<unknown>(
    (inner, key) => (isRecord(inner) || Array.isArray(inner) ? (inner as Record<PropertyKey, unknown>)[key] : undefined),
    value,
  )
}

/** The schema at a path, following for each alternative the one whose constants the value has. */
export function schemaAt(root: JsonSchema, path: KeyPath, value: unknown): JsonSchema | undefined {
  let schema: JsonSchema | undefined = chosen(root, value)
  for (const [depth, key] of path.entries()) {
    const others: JsonSchema | undefined = typeof schema?.additionalProperties === 'object' ? schema.additionalProperties : undefined
    const inner: JsonSchema | undefined = typeof key === 'number' ? schema?.items : (schema?.properties?.[String(key)] ?? others)
    schema = inner && chosen(inner, valueAt(value, path.slice(0, depth + 1)))
  }
  return schema
}

/** What may stand here, in words that follow "must be". Durations are in ms, shown with their unit. */
export function allowedText(schema: JsonSchema | undefined, as: 'number' | 'duration' = 'number'): string {
  if (schema === undefined) return 'another value'
  if (schema.const !== undefined) return JSON.stringify(schema.const)
  if (schema.enum !== undefined) return oneOfText(schema.enum)
  if (schema.anyOf !== undefined) return schema.anyOf.map((one) => allowedText(one, as)).join(' or ')
  if (schema.type === 'boolean') return 'true or false'
  if (schema.type === 'array') return `a list ${rangeText(schema.minItems, schema.maxItems, String, 'of')} entries`
  if (schema.type === 'object') return `an object with the keys ${Object.keys(schema.properties ?? {}).join(', ')}`
  if (schema.type === 'string')
    return schema.minLength === undefined
      ? 'a string'
      : `a string ${rangeText(schema.minLength, schema.maxLength, String, 'of')} characters`
  if (as === 'duration') return `a duration ${rangeText(schema.minimum, schema.maximum, durationText)}`
  const noun = schema.type === 'integer' ? 'a whole number' : 'a number'
  if (schema.minimum === undefined && schema.exclusiveMinimum === undefined && isOpen(schema.maximum)) return noun
  if (schema.exclusiveMinimum === undefined) return `${noun} ${rangeText(schema.minimum, schema.maximum, String)}`
  return `${noun} above ${schema.exclusiveMinimum}${isOpen(schema.maximum) ? '' : ` and at most ${schema.maximum}`}`
}

/** `one of "a", "b"`. */
export function oneOfText(values: readonly unknown[]): string {
  return `one of ${values.map((value) => JSON.stringify(value)).join(', ')}`
}

/** A value as it was got, short enough for a line. */
export function gotText(value: unknown): string {
  // JSON would show Infinity, which 1e999 reads as, as null.
  if (typeof value === 'number') return String(value)
  if (Array.isArray(value)) return `a list of ${value.length}`
  if (isRecord(value)) return 'an object'
  const text = JSON.stringify(value) ?? String(value)
  return text.length > 80 ? `${text.slice(0, 80)}…` : text
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function chosen(schema: JsonSchema, value: unknown): JsonSchema | undefined {
  if (schema.oneOf === undefined) return schema
  return schema.oneOf.find((option) =>
    Object.entries(option.properties ?? {}).every(
      ([key, inner]) => inner.const === undefined || (isRecord(value) && value[key] === inner.const),
    ),
  )
}

function rangeText(low: number | undefined, high: number | undefined, write: (value: number) => string, word = 'from'): string {
  if (isOpen(high)) return `of at least ${write(low ?? 0)}`
  return `${word} ${write(low ?? 0)} to ${write(high!)}`
}

/** zod writes the largest safe integer where a schema sets no upper bound. */
function isOpen(maximum: number | undefined): boolean {
  return maximum === undefined || maximum === Number.MAX_SAFE_INTEGER
}

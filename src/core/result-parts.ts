import { z } from 'zod'

/** A whole number of things. */
export const count = z.int().min(0)
/** A finite number. */
export const amount = z.number()
export const counts = z.record(z.string(), count)
/** Why each `null` of the same object is null, by its key. */
export const reasons = z.record(z.string(), z.string())
/** The reasons of an object: why each of its figures that is null is so, by one text for all or by its key. */
export function nullReasons(figures: object, why: string | Readonly<Record<string, string | undefined>>): Record<string, string> {
  const missing = Object.entries(figures).flatMap(([key, value]) => (value === null ? [key] : []))
  return Object.fromEntries(missing.map((key) => [key, typeof why === 'string' ? why : (why[key] ?? 'not measured')]))
}
/** Null = not measured, with its reason beside it. */
export const maybe = amount.nullable()
export const maybeCount = count.nullable()
/** The version of a document. One of the version before is read as well: its schema fills in what it lacks. */
export function versionOf<Version extends number>(version: Version) {
  return z.preprocess((found) => (found === version - 1 ? version : found), z.literal(version))
}

/** Label of a contender. */
export const label = z.string()

/** A value with the interval at its level (0 to 1); `n` is what the interval rests on. */
export const estimate = z.strictObject({ value: amount, low: maybe, high: maybe, level: amount, n: count, reasons })

/** Version, commit and state of the checkout that made a document. */
export const harness = z.strictObject({
  version: z.string(),
  commit: z.string().nullable(),
  dirty: z.boolean().nullable(),
  command: z.string(),
  reasons,
})

/** What is known of the machine, by name. */
export const environment = z.record(z.string(), z.union([z.string(), amount, z.boolean(), z.null(), z.record(z.string(), z.string())]))

import { z } from 'zod'

/** How a headline writes what it names. */
export interface HeadlineFormat {
  /** A duration in ms. */
  duration(ms: number): string
}

/** The words by which a setting shows in the headline of a report; '' where it goes without saying. */
export type Headline<Value> = (value: Value, format: HeadlineFormat) => string

const headlines = z.registry<{ headline: Headline<unknown> }>()

/** Gives a setting of a scenario its words in the headline of a report. */
export function withHeadline<Schema extends z.ZodType>(schema: Schema, headline: Headline<NonNullable<z.output<Schema>>>): Schema {
  headlines.add(schema, { headline: headline as Headline<unknown> })
  return schema
}

/** The words of a setting whose value is as a result keeps it; '' where it has none, or where the value is of another version. */
export function headlineOf(schema: z.ZodType, value: unknown, format: HeadlineFormat): string {
  const parsed = value === undefined ? undefined : schema.safeParse(value)
  return parsed?.success === true ? (headlines.get(schema)?.headline(parsed.data, format) ?? '') : ''
}

import { z } from 'zod'

/** Values of one axis: two are the least that make a line, and more than twenty take too long. */
const fewestValues = 2
const mostValues = 20
export const mostAxes = 2

const settings = z
  .record(z.string(), z.number())
  .describe(
    'Numeric settings of the scenario that apply at this value only, by path: for example a longer measured window for a longer interval.',
  )

const axisValue = z.union([z.number(), z.strictObject({ value: z.number(), with: settings })])

/** Scenario field `sweep`: one or two numeric settings, by path, with the values that they take; every combination is a point. */
export const sweepSchema = z
  .record(z.string(), z.array(axisValue).min(fewestValues).max(mostValues))
  .refine((axes) => Object.keys(axes).length >= 1 && Object.keys(axes).length <= mostAxes, {
    message: `must have one or ${mostAxes} axes, each a path of the scenario, such as "clientCount": [100, 1000]`,
  })
  .describe(
    'A study: the scenario runs once for every point. A key is the path of a numeric setting ("clientCount", "traffic.messageBytes", "contenders.*.pollIntervalMs" for every contender that has it); its value is the list of values to run.',
  )

/**
 * Scenario field `search`: the largest value of an axis at which each contender still meets the limits.
 *
 * @param limits what a trial may not exceed, as in the scenario itself
 */
export function searchSchema<Limits extends z.ZodType>(limits: Limits) {
  return z
    .strictObject({
      axis: z.string().describe('Path of a numeric setting, as in a sweep.'),
      from: z.number().positive().describe('First value tried.'),
      to: z.number().positive().describe('Nothing above it is tried.'),
      limits,
      resolutionRatio: z
        .number()
        .min(0.005)
        .max(1)
        .default(0.05)
        .describe('Resolution of the answer as a share of the value: 0.05 is 5 %.'),
    })
    .refine(({ from, to }) => from < to, { path: ['to'], message: 'must be larger than "from"' })
    .describe('A study: for each contender, the largest value of an axis that still meets the limits.')
}

export type Search = z.output<ReturnType<typeof searchSchema<z.ZodType<Record<string, number | undefined>>>>>

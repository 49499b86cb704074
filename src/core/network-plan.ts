import { z } from 'zod'
import { minuteMs } from './units.ts'

/** The network between clients and server, the same each way; every client has a line of its own. */
export const networkPlan = z.strictObject({
  delayMs: z.number().min(0).max(minuteMs).describe('One-way delay, in ms: a round trip takes twice as long.'),
  jitterMs: z
    .number()
    .min(0)
    .max(minuteMs)
    .default(0)
    .describe('Largest further delay of a piece, in ms; uniform and seeded. Never reorders: what would overtake waits.'),
  bandwidthBitsPerSecond: z
    .int()
    .min(1_000)
    .max(100_000_000_000)
    .optional()
    .describe('Rate of each connection in each direction, in bit/s. Absent: as fast as the machine.'),
})

export type NetworkPlan = z.output<typeof networkPlan>

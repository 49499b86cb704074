import { z } from 'zod'
import { durationMs } from './duration.ts'
import { faultPlan, type PlannedFault } from './fault-plan.ts'
import { metricIds, metrics } from './metric.ts'
import { networkPlan, type NetworkPlan } from './network-plan.ts'
import { searchSchema, sweepSchema, type Search, type Sweep } from './sweep.ts'
import { traffic, type Traffic } from './traffic.ts'
import type { Contender } from './transport.ts'

const hourMs = 3_600_000
const nameLimit = 200

/** Kinds of workload, in the order in which they are listed. */
export const scenarioGroups = [
  'everyday',
  'upstream',
  'jobs and streams',
  'connections',
  'polling',
  'trouble',
  'limits',
  'instrument',
] as const

const phases = z.strictObject({
  warmUpMs: durationMs(0, hourMs).default(2_000).describe('Same traffic before the measured window, kept apart; in ms.'),
  measuredMs: durationMs(250, 24 * hourMs)
    .default(8_000)
    .describe('Length of the measured window, in ms.'),
})

const floors = Object.fromEntries(
  [...new Set(Object.values(metrics).map((metric) => metric.floor.key))].map((key) => [key, z.number().positive().optional()]),
)

const matter = z
  .strictObject({
    ratio: z.number().gt(1).max(100).describe('Smallest ratio between two contenders that would change a choice.'),
    ...floors,
  })
  .describe('The difference that matters, declared before the run.')

const matters = z
  .strictObject(
    Object.fromEntries(metricIds.map((id) => [id, matter.optional()])) as Record<(typeof metricIds)[number], z.ZodOptional<typeof matter>>,
  )
  .default({})

const limitsOfTrial = z.strictObject({
  lostCount: z.int().min(0).optional(),
  duplicatedCount: z.int().min(0).optional(),
  deliveryLatencyP99Ms: z.number().positive().optional(),
})

const limitsOfSearch = limitsOfTrial.refine((named) => Object.values(named).some((limit) => limit !== undefined), {
  message: 'must name at least one limit, such as "deliveryLatencyP99Ms": 250: without one everything passes',
})

const limits = limitsOfTrial.default({}).describe('What no valid trial may exceed; a breach ends the command with exit code 4.')

/**
 * The schema of a scenario file: one workload, one question.
 *
 * @param contender the union of what the registry's transports accept, so that an unknown option fails with its name
 */
export function scenarioSchema<Contender extends z.ZodType>(contender: Contender) {
  return z.strictObject({
    $schema: z.string().optional(),
    title: z.string().min(1).max(nameLimit),
    question: z.string().min(1).max(1_000).describe('What a reader wants to know from this workload.'),
    story: z.string().min(1).max(1_000).optional().describe('Who has this workload, and what they fear.'),
    group: z.enum(scenarioGroups).optional().describe('Kind of workload, for lists.'),
    quick: z
      .record(z.string(), z.unknown())
      .optional()
      .describe('What --quick changes, as a JSON merge patch (RFC 7396): objects are merged, null takes a key away.'),
    clientCount: z.int().min(1).max(1_000_000).describe('Simulated clients.'),
    clientHostCount: z
      .int()
      .min(1)
      .max(64)
      .optional()
      .describe('Processes that host the clients. Absent: as few as descriptors and cores allow.'),
    traffic,
    contenders: z.array(contender).min(1).max(20),
    phases: phases.default({ warmUpMs: 2_000, measuredMs: 8_000 }),
    blockCount: z.int().min(1).max(100).default(3).describe('How often every contender runs, in fresh processes and in a seeded order.'),
    seed: z.int().min(0).max(4_294_967_295).default(1),
    inPhase: z
      .boolean()
      .default(false)
      .describe(
        'All clients act in the same instant, on purpose: poll slots, ends of first holds, heartbeats. The storm after a restart; false spreads them.',
      ),
    faults: faultPlan.optional().describe('What goes wrong in the measured window, on a schedule.'),
    network: networkPlan.optional().describe('A network between clients and server. Absent: the loopback alone.'),
    matters,
    limits,
    sweep: sweepSchema.optional(),
    search: searchSchema(limitsOfSearch).optional(),
  })
}

/** A scenario after defaults. Contenders carry their label and all options of their transport. */
export interface Scenario {
  title: string
  question: string
  story?: string | undefined
  group?: (typeof scenarioGroups)[number] | undefined
  clientCount: number
  clientHostCount?: number | undefined
  traffic: Traffic
  contenders: Contender[]
  phases: z.output<typeof phases>
  blockCount: number
  seed: number
  inPhase: boolean
  faults?: PlannedFault[] | undefined
  network?: NetworkPlan | undefined
  matters: z.output<typeof matters>
  limits: z.output<typeof limits>
  sweep?: Sweep | undefined
  search?: Search | undefined
}

/** Where the value of a setting came from, by its path in the scenario ("phases.warmUpMs"). */
export type ValueSources = Record<string, 'default' | 'file' | 'quick' | 'flag'>

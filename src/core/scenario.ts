import { z } from 'zod'
import { answerTopicIds } from './answer.ts'
import { faultHeadline, faultPlan } from './fault-plan.ts'
import { metricIds, metrics } from './metric.ts'
import { withHeadline } from './headline.ts'
import { linkPlanShape } from './links.ts'
import { searchSchema, sweepSchema } from './sweep.ts'
import { traffic } from './traffic.ts'
import { durationMs } from './duration.ts'
import { hourMs } from './units.ts'
import type { Contender } from './transport.ts'

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
  warmUpMs: durationMs(0, hourMs).default(2_000).describe('Same traffic before the measured window, not counted; in ms.'),
  measuredMs: durationMs(250, 24 * hourMs)
    .default(8_000)
    .describe('Length of the measured window, in ms.'),
})

const floors = Object.fromEntries(
  [...new Set(Object.values(metrics).map((metric) => metric.unit.floor.key))].map((key) => [key, z.number().positive().optional()]),
)

const matter = z
  .strictObject({
    ratio: z.number().gt(1).max(100).describe('Smallest ratio between two contenders that would change your choice.'),
    ...floors,
  })
  .describe('The difference that matters, declared before the run.')

const matters = z
  .strictObject(
    Object.fromEntries(metricIds.map((id) => [id, matter.optional()])) as Record<(typeof metricIds)[number], z.ZodOptional<typeof matter>>,
  )
  .default({})

const limitsOfTrial = z.strictObject({
  lostCount: z.int().min(0).optional().describe('Deliveries that were lost, or that the contender stopped delivering.'),
  duplicatedCount: z.int().min(0).optional(),
  deliveryLatencyP99Ms: z.number().positive().optional(),
})

const limitsOfSearch = limitsOfTrial.refine((named) => Object.values(named).some((limit) => limit !== undefined), {
  message: 'must name at least one limit, such as "deliveryLatencyP99Ms": 250; otherwise everything passes',
})

const limits = limitsOfTrial.default({}).describe('Limits that no valid trial may exceed; a breach ends the command with exit code 4.')

const answerHints = z
  .strictObject({
    about: z
      .array(z.enum(answerTopicIds))
      .min(1)
      .max(5)
      .optional()
      .describe(
        'What the question is about: topics of the lines of an answer, the first ones first. Absent: as faults and traffic suggest.',
      ),
    quickCannot: z
      .string()
      .min(1)
      .max(200)
      .optional()
      .describe('One sentence on what the quick form cannot answer, where it is only a check that the scenario runs.'),
  })
  .describe('What the answer of a report is about; it changes no figure.')

/** How server and clients behave, whatever the transport: handed to both as it is. */
const behaviourShape = {
  inPhase: withHeadline(
    z
      .boolean()
      .default(false)
      .describe(
        'All clients act at the same instant, on purpose: poll times, ends of first holds, heartbeats, like the storm after a restart. false spreads them.',
      ),
    (inPhase) => (inPhase ? 'all clients in phase, on purpose' : ''),
  ),
}

const behaviour = z.object(behaviourShape)

/** What one trial is made of, whatever its contender. */
const trialShape = {
  traffic,
  phases: phases.default({ warmUpMs: 2_000, measuredMs: 8_000 }),
  ...behaviourShape,
  faults: withHeadline(faultPlan.optional().describe('What goes wrong in the measured window, on a schedule.'), faultHeadline),
  ...linkPlanShape,
}

const trialScenario = z.object(trialShape)

/** Every setting that may show in the headline of a report, by its key in a scenario. */
export const headlineShape: Readonly<Record<string, z.ZodType>> = trialShape

/**
 * The schema of a scenario file: one workload, one question.
 *
 * @param contender the union of what the registry's transports accept, so that an unknown option fails with its name
 */
export function scenarioSchema<Contender extends z.ZodType>(contender: Contender) {
  const { traffic: traffics, phases: lengths, ...others } = trialShape
  return z.strictObject({
    $schema: z.string().optional(),
    title: z.string().min(1).max(nameLimit),
    question: z
      .string()
      .min(1)
      .max(1_000)
      .describe(
        'What a reader wants to know from this workload. {clientCount}, or the path of another numeric setting in braces, stands for its value, or for the range that a sweep runs.',
      ),
    story: z.string().min(1).max(1_000).optional().describe('Who has this workload, and what they worry about.'),
    answer: answerHints.optional(),
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
      .describe('Processes that host the clients. Absent: as few as descriptors and CPUs allow.'),
    traffic: traffics,
    contenders: z.array(contender).min(1).max(20),
    phases: lengths,
    blockCount: z
      .int()
      .min(1)
      .max(100)
      .default(3)
      .describe('How many times every contender runs, in fresh processes and in a seeded order.'),
    seed: z.int().min(0).max(4_294_967_295).default(1),
    ...others,
    matters,
    limits,
    sweep: sweepSchema.optional(),
    search: searchSchema(limitsOfSearch).optional(),
  })
}

/** A scenario after defaults. Contenders carry their label and all options of their transport. */
export type Scenario = Omit<z.output<ReturnType<typeof scenarioSchema<z.ZodType<Contender>>>>, '$schema' | 'quick'>

/** The part of a scenario that its trials need. */
export type TrialScenario = z.output<typeof trialScenario>

export type Behaviour = z.output<typeof behaviour>

/** The behaviour that nothing was said of. */
export const defaultBehaviour: Behaviour = behaviour.parse({})

/** The part of a scenario that its trials need, and nothing else. */
export function trialScenarioOf(scenario: TrialScenario): TrialScenario {
  return pick(scenario, trialShape)
}

/** The behaviour that a scenario asks of server and clients. */
export function behaviourOf(scenario: Behaviour): Behaviour {
  return pick(scenario, behaviourShape)
}

function pick<Whole extends object>(whole: Whole, shape: object): Whole {
  return Object.fromEntries(Object.keys(shape).map((key) => [key, whole[key as keyof Whole]])) as Whole
}

/** Where the value of a setting came from, by its path in the scenario ("phases.warmUpMs"). */
export type ValueSources = Record<string, 'default' | 'file' | 'quick' | 'flag'>

import { z } from 'zod'
import { minMessageBytes } from './payload.ts'
import { hourMs, msPerSecond } from './units.ts'

const jobDuration = z
  .strictObject({
    median: z.number().positive().max(hourMs).describe('Half of all jobs take less, in ms.'),
    sigma: z
      .number()
      .min(0)
      .max(3)
      .describe('Standard deviation of the logarithm: 0 = every job takes the median, 1 = one in six takes e times as long.'),
    min: z.number().min(0).max(hourMs).default(0).describe('A draw below it is drawn again, in ms.'),
    max: z.number().positive().max(hourMs).default(hourMs).describe('A draw above it is drawn again, in ms.'),
  })
  .describe('Log-normal time from the request of a job to its first message.')

const fields = z.strictObject({
  pattern: z
    .enum(['unicast', 'broadcast', 'rooms', 'topics', 'jobs'])
    .describe(
      'unicast: each client has a channel of its own. broadcast: one channel that every client subscribes to. rooms: roomSize clients share a channel. topics: each client reads one of topicCount channels. jobs: a client arrives, asks for a job, waits for its messages and leaves.',
    ),
  arrivals: z
    .enum(['poisson', 'constant', 'burst'])
    .default('poisson')
    .describe(
      'How the due instants of a channel are spread: exponential gaps, equal gaps, or bursts of burstCount messages at equal gaps. Jobs always arrive as a Poisson process.',
    ),
  messagesPerSecondPerChannel: z
    .number()
    .min(0)
    .max(100_000)
    .optional()
    .describe('Offered load of one channel, in messages per second. Not with pattern "jobs".'),
  burstCount: z.int().min(1).max(10_000).optional().describe('Messages of one burst. Only with arrivals "burst".'),
  burstGapMs: z
    .number()
    .min(0)
    .max(1_000)
    .optional()
    .describe('Between two messages of a burst, in ms; absent = all are due at the same instant. Only with arrivals "burst".'),
  messageBytes: z.int().min(minMessageBytes).max(1_048_576).default(256).describe('UTF-8 bytes of the data of a message.'),
  sender: z
    .enum(['publisher', 'clients'])
    .optional()
    .describe('Who sends: a backend (absent or "publisher"), or the clients, each message by a member of its channel.'),
  roomSize: z.int().min(1).max(100_000).optional().describe('Clients that share a channel. Only with pattern "rooms".'),
  topicCount: z.int().min(1).max(100_000).optional().describe('Channels, of which each client reads one. Only with pattern "topics".'),
  popularityExponent: z
    .number()
    .min(0)
    .max(5)
    .optional()
    .describe(
      'A client reads topic k (1, 2 …) with a chance in proportion to k^−exponent (Zipf); 0 = all alike. Only with pattern "topics"; absent = 1.',
    ),
  jobsPerSecond: z
    .number()
    .positive()
    .max(10_000)
    .optional()
    .describe('Clients that arrive with a job per second. Only with pattern "jobs".'),
  jobDurationMs: jobDuration.optional(),
  messagesPerJob: z
    .int()
    .min(1)
    .max(100_000)
    .optional()
    .describe('Messages of a job: 1 = its result, more = a stream. Only with pattern "jobs"; absent = 1.'),
  messagesPerSecondOfJob: z
    .number()
    .positive()
    .max(10_000)
    .optional()
    .describe('Rate of the messages of one job, at equal gaps. Required if a job has more than one message.'),
  jobsInRow: z
    .int()
    .min(1)
    .max(100)
    .optional()
    .describe('Jobs that a client requests one after the other, each when it has the last message of the previous one. Absent = 1.'),
})

type Key = keyof z.output<typeof fields>

/** Settings that belong to one pattern, and those of them that it cannot do without. */
const ofPattern: Partial<Record<z.output<typeof fields>['pattern'], { keys: readonly Key[]; needed: readonly Key[] }>> = {
  rooms: { keys: ['roomSize'], needed: ['roomSize'] },
  topics: { keys: ['topicCount', 'popularityExponent'], needed: ['topicCount'] },
  jobs: {
    keys: ['jobsPerSecond', 'jobDurationMs', 'messagesPerJob', 'messagesPerSecondOfJob', 'jobsInRow'],
    needed: ['jobsPerSecond', 'jobDurationMs'],
  },
}

/** The traffic of a scenario: who receives what, how often, and from whom. */
export const traffic = fields
  .superRefine(
    (value, context) => {
      for (const { key, message } of faultsOf(value)) context.addIssue({ code: 'custom', path: [key], message })
    },
    // Reported together with the issues of the fields themselves.
    { when: ({ value }) => typeof value === 'object' && value !== null },
  )
  .transform((value) => ({
    ...value,
    messagesPerSecondPerChannel: value.messagesPerSecondPerChannel ?? 0,
    ...(value.pattern === 'topics' ? { popularityExponent: value.popularityExponent ?? 1 } : {}),
    ...(value.pattern === 'jobs' ? { messagesPerJob: value.messagesPerJob ?? 1, jobsInRow: value.jobsInRow ?? 1 } : {}),
  }))

export type Traffic = z.output<typeof traffic>

/** Settings that are missing for the pattern, or mean nothing with it. Of a value that may be wrong in its parts. */
function faultsOf(value: Partial<z.output<typeof fields>>): { key: Key; message: string }[] {
  const { pattern, arrivals = 'poisson' } = value
  const faults: { key: Key; message: string }[] = []
  const own = pattern === undefined ? undefined : ofPattern[pattern]
  for (const key of own?.needed ?? [])
    if (value[key] === undefined) faults.push({ key, message: `is missing; pattern "${pattern}" needs it` })
  for (const [other, { keys }] of Object.entries(ofPattern)) {
    if (other === pattern) continue
    for (const key of keys)
      if (value[key] !== undefined) faults.push({ key, message: `has no effect with pattern "${pattern}"; it belongs to "${other}"` })
  }
  if (pattern === 'jobs') {
    if (value.messagesPerSecondPerChannel !== undefined)
      faults.push({ key: 'messagesPerSecondPerChannel', message: 'has no effect with pattern "jobs"; use jobsPerSecond' })
    if (value.sender !== undefined)
      faults.push({ key: 'sender', message: 'has no effect with pattern "jobs": the server sends what was requested' })
    if ((value.messagesPerJob ?? 1) > 1 && value.messagesPerSecondOfJob === undefined)
      faults.push({ key: 'messagesPerSecondOfJob', message: 'is missing; a job of several messages needs their rate' })
    faults.push(...durationFaults(value.jobDurationMs))
  } else if (value.messagesPerSecondPerChannel === undefined) {
    faults.push({ key: 'messagesPerSecondPerChannel', message: 'is missing; it must be a number from 0 to 100000' })
  }
  if (arrivals === 'burst' && value.burstCount === undefined) faults.push({ key: 'burstCount', message: 'is needed with arrivals "burst"' })
  return faults
}

/** Draws are repeated until one lies within the bounds: most of them must. */
function durationFaults(duration: Traffic['jobDurationMs']): { key: Key; message: string }[] {
  if (duration === undefined) return []
  const { median, min, max } = duration
  if (min <= median && median <= max && (min < max || duration.sigma === 0)) return []
  return [{ key: 'jobDurationMs', message: `must have its median within min and max, got ${median} in ${min} to ${max}` }]
}

/** Seconds that a job lasts, from its request to its last message: the mean of its law, before clipping. */
export function meanJobSeconds({ jobDurationMs, messagesPerJob = 1, messagesPerSecondOfJob = 1 }: Traffic): number {
  const { median, sigma } = jobDurationMs!
  return (median * Math.exp(sigma ** 2 / 2)) / msPerSecond + (messagesPerJob - 1) / messagesPerSecondOfJob
}

import { z } from 'zod'
import { linkRoles } from './links.ts'
import { amount, count, counts, estimate, maybe, maybeCount, reasons } from './result-parts.ts'

/** A thread that only sleeps, bound to one processor: what it waited beyond its sleep, any process there may have waited. */
const hiccup = z.strictObject({ cpu: count, maxUs: amount, p99Us: amount })

/** What else used the processors of a trial in the measured window. */
export const machine = z.strictObject({
  hiccups: z.array(hiccup).nullable(),
  competingServerCpuRatio: maybe.describe("Share of the server's CPUs that was used by processes outside the trial."),
  competingGeneratorCpuRatio: maybe.describe('The same for the CPUs of publisher and client hosts.'),
  stealRatio: maybe.describe('CPU steal: share of CPU time that the hypervisor gave to other virtual machines.'),
  quota: z
    .strictObject({
      cpuCount: amount.describe('CPU quota of the control group, in CPUs.'),
      periodCount: count,
      stalledPeriodCount: count.describe(
        'Periods in which the quota was used up and all processes of the group were throttled (nr_throttled).',
      ),
      stalledUs: amount.describe('How long they were throttled, summed over CPUs.'),
    })
    .nullable()
    .optional()
    .describe('Of the control group that was throttled most often; null where none has a quota. Absent in results of earlier versions.'),
  reasons,
})

/** What the server's running sockets and listener were set to. */
export const settings = z.strictObject({
  noDelaySocketCount: count,
  delayedSocketCount: count.describe("Client sockets with Nagle's algorithm on, among the first that connected."),
  keepAliveTimeoutMs: amount,
  backlog: count,
  compressedCount: count,
})

const loop = z.strictObject({
  utilisationRatio: maybe,
  stallMaxUs: maybe.describe('Longest stall of the event loop, beyond its 10 ms tick.'),
  stallP95Us: maybe.describe('Back-filled: a pause of k ticks counts as the k ticks that it skipped.'),
  stallP99Us: maybe.optional().describe('Loop delay at p99, back-filled. Absent in results of earlier versions.'),
  gcCount: maybeCount,
  gcTotalUs: maybe,
  gcMaxUs: maybe,
  reasons,
})

const processor = z.strictObject({
  cpuMsPerSecond: maybe.describe('CPU time of the process in the measured window, in ms per second.'),
  cpuUsPerDelivery: maybe,
  involuntarySwitchCount: maybe.describe('Involuntary context switches of its threads in the measured window.'),
  reasons,
})

const memoryPoint = z.strictObject({ rssBytes: maybe, pssBytes: maybe, heapUsedBytes: maybe, externalBytes: maybe, reasons })

/** The server of a trial. */
export const server = z.strictObject({
  memory: z.strictObject({
    perClientBytes: estimate.nullable().describe('Slope of live heap + external over the five ramp steps, after forced GC.'),
    kernelPerClientBytes: estimate.nullable().describe('Slope of kernel socket objects (slab), per socket.'),
    rssPerClientBytes: estimate.nullable(),
    baseline: memoryPoint,
    idle: memoryPoint,
    after: memoryPoint,
    peakRssBytes: maybe,
    reasons,
  }),
  descriptors: z.strictObject({
    baselineCount: maybe,
    idleCount: maybe,
    peakCount: maybe,
    afterCount: maybe,
    perClient: maybe,
    reasons,
  }),
  processor,
  loop,
  settings: settings.nullable(),
  maxQueuedBytes: maybeCount,
  counters: z
    .record(z.string(), z.union([count, counts]))
    .nullable()
    .describe('Counters of the server over its whole lifetime.'),
  reasons: reasons.optional().describe('Why settings, maxQueuedBytes or counters are null. Absent where they are not.'),
})

/** A process of the generator. */
export const generatorProcess = z.strictObject({
  role: z.enum(['publisher', 'client-host', 'probe-host', ...linkRoles]),
  index: count,
  peakRssBytes: maybe,
  peakDescriptorCount: maybe,
  processor,
  loop,
  reasons,
})

/** The server after a step of the ramp. */
export const rampStep = z.strictObject({
  clientCount: count,
  connectMs: amount,
  memory: memoryPoint,
  kernelBytes: maybe,
  descriptorCount: maybe,
  reasons,
})

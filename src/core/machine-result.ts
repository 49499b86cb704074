import { z } from 'zod'
import { amount, count, maybe, reasons } from './result-parts.ts'

/** A thread that only sleeps, bound to one processor: what it waited beyond its sleep, any process there may have waited. */
const hiccup = z.strictObject({ cpu: count, maxUs: amount, p99Us: amount })

/** What else used the processors of a trial in the measured window. */
export const machine = z.strictObject({
  hiccups: z.array(hiccup).nullable(),
  competingServerCpuRatio: maybe.describe('Share of the processors of the server that went to processes outside of the trial.'),
  competingGeneratorCpuRatio: maybe.describe('The same for the processors of publisher and client hosts.'),
  stealRatio: maybe.describe('Share of processor time that the hypervisor gave to others.'),
  reasons,
})

/** What the server's running sockets and listener were set to. */
export const settings = z.strictObject({
  noDelaySocketCount: count,
  delayedSocketCount: count.describe('Sockets of clients with Nagle on, of the first that connected.'),
  keepAliveTimeoutMs: amount,
  backlog: count,
  compressedCount: count,
})

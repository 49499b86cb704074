import { z } from 'zod'
import { faultKinds } from './fault-plan.ts'
import { amount, count, maybe, reasons } from './result-parts.ts'

const kind = z.enum(faultKinds)

/** A planned fault as it took place. Instants in ms after the start of the measured window. */
export const executedFault = z.strictObject({
  kind,
  plannedAtMs: count,
  startMs: amount,
  endMs: amount.describe(
    'A new server listens, the server goes on, listens again, or clients read on; of a cut and of half-open peers, the start.',
  ),
  reachedCount: maybe.describe('Connections that were reset, or clients that stopped to read.'),
  plannedMs: maybe.optional().describe('How long it was to last; null where it has no length. Absent in results of earlier versions.'),
  plannedCount: maybe
    .optional()
    .describe('How many clients it was to reach: its share of those that earlier faults have not silenced. Absent as plannedMs is.'),
  reasons,
})

/** One process that served the clients, where faults replaced it. */
export const serverLife = z.strictObject({
  startMs: amount.describe('Start of the process, in ms after the start of the measured window; negative before it.'),
  endMs: maybe,
  end: z.enum(['kill', 'restart', 'trial']),
  requestCount: maybe,
  reasons,
})

const returned = z.strictObject({ p50: maybe, p99: maybe, all: maybe, reasons })

/** How clients came back from one fault. A client is away from the end of its connection, or a failed request, to the first answer. */
export const faultRecovery = z.strictObject({
  kind,
  awayCount: count.describe('Clients that lost the server after this fault and before the next.'),
  returnedCount: count.describe('Of these, back at the end of the trial.'),
  attemptCount: count,
  failedAttemptCount: count,
  peakAttemptsPerSecond: count.describe('Most attempts within any second.'),
  peakAttemptsPer100Ms: count,
  peakConnectsPerSecond: count.describe('Most clients that came back within any second.'),
  backAfterStartMs: returned.describe('Time until 50, 99 and 100 % of the clients that were away are back, from the start of the fault.'),
  backAfterEndMs: returned.describe('The same from its end; 0 where they were back before.'),
  dueWhileAwayCount: count.describe('Deliveries that fell due while their client was away.'),
  recoveredCount: count.describe('Of these, received after its return.'),
  missedCount: count.describe('Of these, never received.'),
  serverKeptMs: maybe.describe(
    'Time until the server had closed the connections of all clients that read nothing, by its descriptors; ± 250 ms.',
  ),
  serverKeptCount: maybe.describe('Of these connections, still open at the end of the window.'),
  sentInVainCount: maybe
    .optional()
    .describe(
      'What the server gave to clients that had vanished: messages handed to their streams and sockets, answers of their polls. Absent in results of earlier versions.',
    ),
  reasons,
})

export const recovery = z.strictObject({
  faults: z.array(faultRecovery),
  duplicatedCount: count.describe('Duplicates of the whole trial: a resume that overlaps.'),
  reconnects: z.strictObject({
    sliceMs: count,
    attemptCount: z.array(count),
    backCount: z.array(count),
    connectedCount: z.array(count).describe('Clients connected at the end of each slice, from the start of the measured window.'),
  }),
})

export type FaultRecovery = z.output<typeof faultRecovery>
export type Recovery = z.output<typeof recovery>

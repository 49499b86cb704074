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
    'When a new server listens, the server continues or listens again, or clients resume reading. For a cut and for half-open peers, the start.',
  ),
  reachedCount: maybe.describe('Connections that were reset, or clients that stopped reading.'),
  plannedMs: maybe.optional().describe('Planned duration; null for a fault without one. Absent in results of earlier versions.'),
  plannedCount: maybe
    .optional()
    .describe('Planned number of clients: its share of those that earlier faults have not silenced. Absent where plannedMs is.'),
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
  returnedCount: count.describe('Of these, reconnected by the end of the trial.'),
  attemptCount: count,
  failedAttemptCount: count,
  peakAttemptsPerSecond: count.describe('Largest number of attempts within any second.'),
  peakAttemptsPer100Ms: count,
  peakConnectsPerSecond: count.describe('Largest number of clients that reconnected within any second.'),
  backAfterStartMs: returned.describe('Time from the start of the fault until 50, 99 and 100 % of the clients that were away are back.'),
  backAfterEndMs: returned.describe('The same from the end of the fault; 0 if they were back before it.'),
  dueWhileAwayCount: count.describe('Deliveries that fell due while their client was away.'),
  recoveredCount: count.describe('Of these, received after its return.'),
  missedCount: count.describe('Of these, never received.'),
  serverKeptMs: maybe.describe(
    'Time until the server had closed the connections of all clients that read nothing, judged by its descriptors; ± 250 ms.',
  ),
  serverKeptCount: maybe.describe('Of these connections, still open at the end of the window.'),
  sentInVainCount: maybe
    .optional()
    .describe(
      'What the server sent to clients that had vanished: messages written to their streams and sockets, and responses to their polls. Absent in results of earlier versions.',
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

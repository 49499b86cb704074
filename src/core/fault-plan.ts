import { z } from 'zod'
import type { Headline } from './headline.ts'
import { hourMs } from './units.ts'

const atMs = z
  .int()
  .min(0)
  .max(24 * hourMs)
  .describe('When the fault starts, in ms after the start of the measured window.')
const downMs = z
  .int()
  .min(100)
  .max(hourMs)
  .describe('Time until a new server listens on the same port, in ms; longer where its start takes longer.')
const log = z
  .enum(['kept', 'fresh'])
  .optional()
  .describe(
    'kept (or absent): everything published so far is first replayed to the new server. fresh: the new log starts with what falls due while the server is down and holds nothing older.',
  )
const durationMs = z.int().min(10).max(hourMs).describe('How long the fault lasts, in ms.')
const ratio = z.number().gt(0).max(1).describe('Share of the clients, in a seeded choice.')

const fault = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('server-kill'), atMs, downMs, log }).describe('SIGKILL, then a new server process on the same port.'),
  z
    .strictObject({ kind: z.literal('server-restart'), atMs, downMs, log })
    .describe(
      'The server shuts down gracefully (held polls answered, streams ended, sockets closed with 1001), and a new process takes its port.',
    ),
  z.strictObject({ kind: z.literal('freeze'), atMs, durationMs }).describe('SIGSTOP of the server, then SIGCONT.'),
  z.strictObject({ kind: z.literal('cut'), atMs, ratio }).describe('The server resets this share of its open connections.'),
  z
    .strictObject({ kind: z.literal('refuse'), atMs, durationMs })
    .describe('The server does not listen: new connections are refused, open ones stay open.'),
  z
    .strictObject({ kind: z.literal('slow-readers'), atMs, ratio, durationMs })
    .describe('This share of the clients stops reading, then resumes.'),
  z
    .strictObject({ kind: z.literal('half-open'), atMs, ratio })
    .describe('This share of the clients goes silent for good, without FIN or RST: from then on it reads, answers and sends nothing.'),
])

/** Faults that happen in the measured window of every trial, each at its own instant. */
export const faultPlan = z.array(fault).min(1).max(20)

/** One planned fault; instants and durations in ms, `atMs` after the start of the measured window. */
export type PlannedFault = z.output<typeof fault>
export type FaultKind = PlannedFault['kind']

export const faultKinds = fault.options.map((option) => option.shape.kind.value) as [FaultKind, ...FaultKind[]]

/** The faults of a plan in a few words: "server-kill at 3 s with a fresh log, cut at 5 s". */
export const faultHeadline: Headline<readonly PlannedFault[]> = (faults, { duration }) =>
  faults.map((planned) => `${planned.kind} at ${duration(planned.atMs)}${beginsFreshLog(planned) ? ' with a fresh log' : ''}`).join(', ')

/** True for a fault after which the server knows nothing of what was published before. */
export function beginsFreshLog(planned: PlannedFault): boolean {
  return 'log' in planned && planned.log === 'fresh'
}

/** When a fault is planned to be over, in ms after the start of the measured window. */
export function plannedEndMs(planned: PlannedFault): number {
  if ('downMs' in planned) return planned.atMs + planned.downMs
  return planned.atMs + ('durationMs' in planned ? planned.durationMs : 0)
}

/** How long a fault is to last, in ms; null for one that has no length. */
export function plannedLengthMs(planned: PlannedFault): number | null {
  return 'downMs' in planned || 'durationMs' in planned ? plannedEndMs(planned) - planned.atMs : null
}

/** True for a fault after which another process serves the clients. */
export function replacesServer({ kind }: Pick<PlannedFault, 'kind'>): boolean {
  return kind === 'server-kill' || kind === 'server-restart'
}

/** True for a fault during which the server's port is free, so that another process could take it. */
export function freesPort({ kind }: Pick<PlannedFault, 'kind'>): boolean {
  return kind === 'server-kill' || kind === 'server-restart' || kind === 'refuse'
}

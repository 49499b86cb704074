import { seededRandom, shuffle } from '../../core/random.ts'
import { msPerSecond } from '../../core/units.ts'
import { workloadOf, type ModelTransport, type Workload } from '../model/predict.ts'
import { modelTransports, workloadOption } from '../model/workload.ts'

/** One trial of the experiment. */
export interface DesignPoint {
  transport: ModelTransport
  name: string
  role: 'fitted' | 'held out'
  workload: Workload
}

/** Clients, readers of a message (0 = all), messages per second and client, payload, polls per second, and what else differs. */
type Row = readonly [
  clients: number,
  fanOut: number,
  rate: number,
  payloadBytes: number,
  pollsPerSecond: number,
  other?: Partial<Pick<Workload, 'holdTimeMs' | 'heartbeatMs' | 'upstreamPerSecondPerClient' | 'isInPhase'>>,
]

/*
 * Rates stay below what one generator core of a small machine drives without being the limit: 4,000 polls and 8,000
 * deliveries a second. Corners first (idle with few and many clients, one setting high at a time), then the middle. Polls
 * in phase find the process warm at a rate that spread ones reach only where no generator of this size can follow.
 */
const fittedRows: readonly Row[] = [
  [20, 0, 0, 256, 10],
  [400, 0, 0, 256, 200],
  [8_000, 0, 0, 256, 3_000, { holdTimeMs: 60_000 }],
  [3_000, 0, 0, 256, 2_000, { holdTimeMs: 1_500, heartbeatMs: 1_000 }],
  [1_000, 0, 0, 256, 2_000, { isInPhase: true }],
  [500, 0, 0, 256, 1_000, { isInPhase: true }],
  [1_000, 0, 1, 256, 500],
  [500, 0, 10, 64, 250],
  [1_000, 0, 5, 256, 1_000],
  [500, 0, 4, 4_096, 500],
  [1_000, 1, 0.1, 256, 400],
  [1_000, 1, 1, 1_024, 500],
  [1_000, 1, 5, 64, 1_000],
  [1_000, 10, 1, 256, 400],
  [600, 10, 0, 64, 300, { upstreamPerSecondPerClient: 0.2 }],
  [600, 1, 0, 256, 400, { upstreamPerSecondPerClient: 1 }],
]
const heldOutRows: readonly Row[] = [
  [2_000, 0, 1, 512, 800],
  [700, 1, 0.7, 128, 400],
  [1_500, 50, 1, 256, 600],
  [500, 0, 6, 800, 1_200],
  [1_200, 1, 0.4, 2_000, 600],
  [5_000, 0, 0.5, 300, 2_000],
]
const quickFittedRows: readonly Row[] = [
  [20, 0, 0, 256, 20],
  // Many clients that do nothing: without it, the cost of a held client and that of a heartbeat cannot be separated.
  [4_000, 0, 0, 256, 1_600, { holdTimeMs: 60_000 }],
  [3_000, 0, 0, 256, 2_000, { holdTimeMs: 1_500, heartbeatMs: 1_000 }],
  [1_000, 0, 0, 256, 2_000, { isInPhase: true }],
  [1_000, 0, 4, 256, 700],
  [500, 0, 2, 4_096, 1_000],
  [500, 1, 0.4, 64, 300],
  [1_000, 1, 1.5, 512, 1_000],
  [1_000, 1, 4, 64, 700],
  [600, 10, 0, 64, 400, { upstreamPerSecondPerClient: 0.3 }],
]
const quickHeldOutRows: readonly Row[] = [
  [1_500, 0, 1, 512, 1_000],
  [700, 1, 0.8, 128, 500],
]

/** Lengths of a trial, in ms: the scatter is that of trials, not of their length. */
export const profilePhases = { warmUpMs: 500, measuredMs: 2_000 } as const

/** Times that each point is measured: processor time of one trial scatters by a tenth and more on a shared machine. */
export function passCount(isQuick: boolean): number {
  return isQuick ? 1 : 2
}

/** The points of the experiment in their seeded order, transports mixed, so that a drift of the machine favours none; pass after pass. */
export function designPoints(isQuick: boolean, seed: number, transports: readonly ModelTransport[] = modelTransports): DesignPoint[] {
  const rows = isQuick ? quickFittedRows : fittedRows
  const others = isQuick ? quickHeldOutRows : heldOutRows
  const points = transports.flatMap((transport) => [
    ...rows.filter((row) => transport === 'short-poll' || row[5]?.isInPhase !== true).map((row) => pointOf(transport, row, 'fitted')),
    ...others.map((row) => pointOf(transport, row, 'held out')),
  ])
  return Array.from({ length: passCount(isQuick) }, (_, pass) => shuffle(points, seededRandom(seed, `order ${pass}`))).flat()
}

/** Seconds that the experiment takes about: launch, connects, phases and drain of each trial. */
export function profileSeconds(points: readonly DesignPoint[]): number {
  const { warmUpMs, measuredMs } = profilePhases
  const overheadMs = 2_100
  const shortPollDrainMs = 2_700
  const perClientMs = 0.5
  const ms = points.reduce(
    (sum, { transport, workload }) =>
      sum +
      overheadMs +
      measuredMs +
      perClientMs * workload.clientCount +
      (transport === 'short-poll' ? Math.max(warmUpMs, workload.pollIntervalMs) + shortPollDrainMs : warmUpMs),
    0,
  )
  return ms / msPerSecond
}

function pointOf(transport: ModelTransport, row: Row, role: DesignPoint['role']): DesignPoint {
  const [clientCount, fanOut, rate, payloadBytes, pollsPerSecond, other = {}] = row
  const { upstreamPerSecondPerClient = 0 } = other
  const workload = workloadOf({
    clientCount,
    messagesPerSecondPerClient: rate + upstreamPerSecondPerClient * Math.max(1, fanOut),
    // A broadcast at random would leave its rate in a short window to chance.
    arrivals: fanOut === 0 ? 'constant' : 'poisson',
    fanOut: fanOut === 0 ? 'broadcast' : fanOut,
    payloadBytes,
    pollIntervalMs: Math.round((msPerSecond * clientCount) / pollsPerSecond),
    upstreamBytes: payloadBytes,
    instanceCount: 1,
    ...other,
  })
  return pointNamed(transport, workload, role)
}

/** A point with its name. */
export function pointNamed(transport: ModelTransport, workload: Workload, role: DesignPoint['role']): DesignPoint {
  return { transport, name: nameOf(transport, workload), role, workload }
}

const optionWords = { pollIntervalMs: 'interval', holdTimeMs: 'hold', heartbeatMs: 'heartbeat' } as const

function nameOf(transport: ModelTransport, workload: Workload): string {
  const { clientCount, fanOut, messagesPerSecondPerClient: rate, payloadBytes, upstreamPerSecondPerClient: upstream } = workload
  const readers = fanOut === 'broadcast' ? 'broadcast' : fanOut === 1 ? 'unicast' : `rooms of ${fanOut}`
  const key = workloadOption[transport]
  const option = `${optionWords[key]} ${workload[key]} ms${transport === 'short-poll' && workload.isInPhase ? ', in phase' : ''}`
  const sent = upstream === 0 ? '' : `, clients send ${upstream}/s each`
  return `${clientCount} clients, ${readers}, ${rate}/s, ${payloadBytes} B, ${option}${sent}`
}

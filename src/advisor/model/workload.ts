import { libraryTimeouts } from '../../core/library-timeouts.ts'
import type { TransportId } from '../../core/transports/registry.ts'
import { minuteMs } from '../../core/units.ts'

/** The transports that a model knows, in the order in which they are shown. Reports say which ones it does not. */
export const modelTransports = ['short-poll', 'long-poll', 'sse', 'websocket'] as const satisfies readonly TransportId[]

export type ModelTransport = (typeof modelTransports)[number]

/** What a project asks of its transport. All rates are averages. */
export interface Workload {
  /** Clients connected at once, over all instances. */
  clientCount: number
  /** Messages that one client is to receive per second. */
  messagesPerSecondPerClient: number
  /** "poisson" = messages come by chance, and some wait for others; "constant" = at equal gaps, and none does. */
  arrivals: 'poisson' | 'constant'
  /** Clients that hear one message: 1 = each its own, "broadcast" = all. */
  fanOut: 'broadcast' | number
  payloadBytes: number
  /** Of short polling. */
  pollIntervalMs: number
  /** Silence after which a connection is closed on which no request is under way: short polling at longer intervals opens one for each poll. */
  keepAliveMs: number
  /** All clients poll in the same instant: lets the experiment separate the cost of a poll from that of a wake-up. No deployment wants it. */
  isInPhase: boolean
  /** Of long polling. */
  holdTimeMs: number
  /** Of SSE and WebSocket. */
  heartbeatMs: number
  /** Messages that one client sends per second. */
  upstreamPerSecondPerClient: number
  upstreamBytes: number
  /** Mean time that a client stays connected; null = connects cost nothing worth counting. */
  sessionSeconds: number | null
  /** Round trip between client and server; 0 = the loopback that was measured. */
  roundTripMs: number
  /** Bytes of the head of each request, what a client sends included; null = that of the harness's client, which sends no cookie. */
  requestHeadBytes: number | null
  /** Server processes; null = as few as the two limits below allow. */
  instanceCount: number | null
  /** Utilisation of one processor by an instance, above which another one is planned. */
  targetUtilisationRatio: number
  /** Clients an instance is to hold at most; null = as many as one was measured with. */
  mostClientsPerInstance: number | null
}

/** What the servers that were measured have. */
export const usualKeepAliveMs = libraryTimeouts.fastifyKeepAliveMs

/** The setting of a workload that is an option of each transport, under the same name. */
export const workloadOption = {
  'short-poll': 'pollIntervalMs',
  'long-poll': 'holdTimeMs',
  sse: 'heartbeatMs',
  websocket: 'heartbeatMs',
} as const satisfies Record<ModelTransport, keyof Workload>

/** A workload of which only the outline is given. */
export type WorkloadOutline = Pick<Workload, 'clientCount' | 'messagesPerSecondPerClient'> & Partial<Workload>

/** Fills in what was not given. */
export function workloadOf(outline: WorkloadOutline): Workload {
  return {
    arrivals: 'poisson',
    fanOut: 1,
    payloadBytes: 256,
    pollIntervalMs: 2_000,
    keepAliveMs: usualKeepAliveMs,
    isInPhase: false,
    holdTimeMs: 25_000,
    heartbeatMs: minuteMs / 4,
    upstreamPerSecondPerClient: 0,
    upstreamBytes: 64,
    sessionSeconds: null,
    roundTripMs: 0,
    requestHeadBytes: null,
    instanceCount: null,
    targetUtilisationRatio: 0.6,
    mostClientsPerInstance: null,
    ...outline,
  }
}

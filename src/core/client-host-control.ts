import type { JobsReport, SendSpec, SentReport, SessionSpec, UpstreamCounts } from './client-work.ts'
import type { MeasuredControl } from './control.ts'
import type { MemoryReading } from './process-meter.ts'
import type { Behaviour } from './scenario.ts'
import type { Contender } from './transport.ts'

/** The questions that the trial asks a process that hosts clients. */
export interface ClientHostControl extends MeasuredControl {
  start(request: ClientHostStart): Promise<void>
  /** Connects so many clients that count nowhere, and disconnects them. */
  primeConnections(request: { count: number }): Promise<void>
  /** All clients of the probe group. They connect before the baseline, so that they are in no figure per client. */
  connectProbes(): Promise<ConnectReport>
  connect(request: { count: number }): Promise<ConnectReport>
  memory(): MemoryReading
  /** Returns at once; what its clients have to send goes out by the clock. */
  run(request: { startAtUs: number }): void
  /** Of both groups. Cheap enough to be asked again and again in the drain. */
  progress(): Progress
  /** Channels of connected clients that are still to get the end marker, each once. */
  unmarkedChannels(): string[]
  /** A seeded share of the subscribed clients stops to read; for good = they vanish without a word. Returns how many. */
  stall(request: StallRequest): number
  /** Those that stopped to read go on. */
  resumeReading(): void
  /** No further poll slot or retry; what is held stays held. */
  quiesce(): void
  report(): ClientHostReport
  disconnect(): void
  stop(): void
}

export interface ClientHostStart {
  moduleUrl: string
  options: Contender
  host: string
  port: number
  seed: number
  firstIndex: number
  /** Channel of each client of this host, in order. */
  channels: string[]
  /** The clients that are counted apart: shadows in a client host, probe clients in the probe host. */
  probe: { firstIndex: number; clientCount: number; channel: string; channelRatePerSecond: number }
  channelRatePerSecond: number
  /** Source addresses, handed out in turn; empty = the kernel's choice. */
  localAddresses: string[]
  behaviour: Behaviour
  /** How long a step waits for a connect to end, and what the path adds to the deadlines of its clients, in ms. */
  timeouts: { connectMs: number; shortConnectMs: number; pathMs: number }
  /** What its clients send; absent = nothing. */
  sends?: SendSpec | undefined
  /** Clients that come and go; absent = none. */
  sessions?: SessionSpec | undefined
}

/** How far a host is. */
export interface Progress {
  /** Deliveries of what is scheduled beforehand; those of sessions are not in it. */
  deliveryCount: number
  /** Of these, intact ones that came behind none of their client: so many different pairs have come for certain. */
  inOrderCount: number
  /** Connected clients that are still to get the end marker; of sessions those that lack a message. */
  unmarkedCount: number
  /** When the next message is due that a client is still to send; Infinity when none is left. */
  nextSendAtUs: number
  /** Messages that clients have sent, without those that failed. */
  upstreamSentCount: number
  sentCount: number
  /** Messages of sessions that are due in the trial and have not come. */
  outstandingCount: number
}

export interface StallRequest {
  ratio: number
  seed: number
  isForGood: boolean
}

export interface ConnectReport {
  subscribedCount: number
  failedCount: number
  /** Of the clients that subscribed in this step, in µs. */
  timesToSubscribedUs: Float64Array
  /** From the first connect to the last subscription of the step, in µs. */
  durationUs: number
}

/** Stands in `settledCounts` for every message of the channel. */
export const allSettled = 0xffff_ffff

/** What a group of clients received and asked for. */
export interface ClientGroupReport {
  deliveries: Uint8Array
  /** Indexes of the clients that subscribed. */
  subscribed: Uint32Array
  /**
   * For each of these, how many messages of its channel, in the order in which they were published, are settled whether or
   * not anything came behind them: those that have not come are lost. All when it got the end marker or has vanished.
   */
  settledCounts: Uint32Array
  /** Indexes of those among them that had no connection in the end. */
  away: Uint32Array
  /** Ends of connections, attempts and returns, as `ConnectionLog` keeps them. */
  connectionEvents: Uint8Array
  requests: Record<string, number>
}

export interface ClientHostReport extends ClientGroupReport {
  /** The probe group: in none of the other figures. */
  probe: ClientGroupReport
  inFlightAtEndCount: number
  openedCount: number
  reconnectCount: number
  heartbeatCount: number
  compressedCount: number
  gapMessageCount: number
  resumeAcrossLogsCount: number
  faults: Record<string, number>
  statuses: Record<string, number>
  closeCodes: Record<string, number>
  timeline: Uint32Array
  /** Application bytes of all clients between the edges of the measured window. */
  windowReadBytes: number
  windowWrittenBytes: number
  upstream: UpstreamCounts & { inFlightAtEndCount: number }
  sent?: SentReport | undefined
  jobs?: JobsReport | undefined
}

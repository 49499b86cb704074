import type { JobsReport, SendOrder, SentReport, SessionOrder, UpstreamCounts } from './client-work.ts'
import type { ServerCounters } from './counters.ts'
import { messageOf } from './errors.ts'
import type { NetworkPlan } from './network-plan.ts'
import type { MemoryReading, WindowReading } from './process-meter.ts'
import type { Span } from './span.ts'

/**
 * The questions that the trial asks its processes, over Node's IPC channel. Asked between phases only: in the measured
 * window nothing passes between processes but the traffic itself.
 */
export interface ServerControl {
  start(order: ServerStart): Promise<ServerReady>
  /** Starts, but refuses clients until `open`: a new life first takes back what was published in the earlier ones. */
  prepare(order: ServerStart): Promise<void>
  open(): Promise<ServerReady>
  /** Refuses new connections while open ones live on, until `reopen`. */
  shut(): void
  reopen(): Promise<void>
  /** Resets a share of the open connections; returns how many. */
  cut(order: CutOrder): number
  memory(): MemoryReading
  /** Counts from zero again, after a rehearsal that belongs to no trial. */
  forget(): void
  window(order: WindowOrder): void
  /** Brings the end of the window forward: the one word that is sent in it, when the trial is stopped. */
  closeWindow(order: CloseOrder): void
  report(): ServerReport
  stop(): Promise<void>
}

export interface ServerStart {
  moduleUrl: string
  options: Record<string, unknown>
  /** Echoed by `GET /health`, so that a leftover server is never measured. */
  secret: string
  host: string
  /** 0 = any free port. */
  port: number
  /** Accept queue that is asked for; the kernel cuts it at net.core.somaxconn. */
  backlog: number
  /** Unix socket that takes publishes beside the TCP port, so that ingest is not in the interface counters. */
  ingestPath: string | undefined
  /** All heartbeats in the same instant. */
  isInPhase: boolean
  /** Payloads of the jobs that clients may ask for; absent = there is no job desk. */
  jobs?: { messageBytes: number; seed: number } | undefined
  /** True = it can be asked to cut connections, and so keeps a list of them. */
  keepsSockets?: boolean
}

export interface CutOrder {
  ratio: number
  seed: number
}

export interface ServerReady {
  host: string
  port: number
}

export interface WindowOrder {
  fromAtUs: number
  untilAtUs: number
  /** Spans in which there is no server by plan, so that a pause of a client host keeps nobody waiting. */
  outages?: readonly Span[]
}

/** What the running server is set to, as its own listener and sockets say. */
export interface ServerSettings {
  /** Of the first clients' sockets that are open: those with TCP_NODELAY, and those without. */
  noDelaySocketCount: number
  delayedSocketCount: number
  keepAliveTimeoutMs: number
  /** Accept queue that was asked for. */
  backlog: number
}

export interface CloseOrder {
  untilAtUs: number
}

export interface ServerReport {
  counters: ServerCounters
  settings: ServerSettings
  window: WindowReading
}

export interface ClientHostControl {
  start(order: ClientHostStart): Promise<void>
  /** Connects so many clients that count nowhere, and disconnects them. */
  rehearse(order: { count: number }): Promise<void>
  /** All clients of the probe group. They connect before the baseline, so that they are in no figure per client. */
  connectProbes(): Promise<ConnectReport>
  connect(order: { count: number }): Promise<ConnectReport>
  memory(): MemoryReading
  window(order: WindowOrder): void
  /** Returns at once; what its clients have to send goes out by the clock. */
  run(order: { startAtUs: number } & WindowOrder): void
  closeWindow(order: CloseOrder): void
  /** Of both groups. Cheap enough to be asked again and again in the drain. */
  progress(): Progress
  /** A seeded share of the subscribed clients stops to read; for good = they vanish without a word. Returns how many. */
  stall(order: StallOrder): number
  /** Those that stopped to read go on. */
  readOn(): void
  /** No further poll slot or retry; what is held stays held. */
  quiesce(): void
  report(): ClientHostReport
  disconnect(): void
  stop(): void
}

export interface ClientHostStart {
  moduleUrl: string
  options: Record<string, unknown>
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
  /** All clients poll in the same instant. */
  isInPhase: boolean
  /** What its clients send; absent = nothing. */
  sends?: SendOrder | undefined
  /** Clients that come and go; absent = none. */
  sessions?: SessionOrder | undefined
}

/** How far a host is. */
export interface Progress {
  /** Deliveries of what is scheduled beforehand; those of sessions are not in it. */
  deliveryCount: number
  sentCount: number
  /** Messages of sessions that are due in the trial and have not come. */
  outstandingCount: number
}

export interface StallOrder {
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

/** What a group of clients received and asked for. */
export interface ClientGroupReport {
  deliveries: Uint8Array
  /** Indexes of the clients that subscribed. */
  subscribed: Uint32Array
  /** Ends of connections, attempts and returns, as `ConnectionLog` keeps them. */
  connectionEvents: Uint8Array
  requests: Record<string, number>
}

export interface ClientHostReport extends ClientGroupReport {
  /** The probe group: in none of the other figures but `window`. */
  probe: ClientGroupReport
  inFlightAtEndCount: number
  openedCount: number
  reconnectCount: number
  heartbeatCount: number
  compressedCount: number
  gapMessageCount: number
  faults: Record<string, number>
  statuses: Record<string, number>
  closeCodes: Record<string, number>
  timeline: Uint32Array
  /** Application bytes of all clients between the edges of the measured window. */
  windowReadBytes: number
  windowWrittenBytes: number
  window: WindowReading
  upstream: UpstreamCounts & { inFlightAtEndCount: number }
  sent?: SentReport | undefined
  jobs?: JobsReport | undefined
}

/** The process that stands for the network between client hosts and server. */
export interface RelayControl {
  start(order: RelayStart): Promise<ServerReady>
  window(order: WindowOrder): void
  closeWindow(order: CloseOrder): void
  report(): RelayReport
}

export interface RelayStart {
  target: ServerReady
  plan: NetworkPlan
  seed: number
  backlog: number
}

export interface RelayReport {
  /** Connections that it passed on over its life. */
  connectionCount: number
  window: WindowReading
}

export interface PublisherControl {
  start(order: PublisherStart): Promise<void>
  /** Returns at once; the schedule runs by the clock. */
  run(order: { startAtUs: number } & WindowOrder): void
  /** Nothing that is due from `untilAtUs` on is published. */
  closeWindow(order: CloseOrder): void
  /** The server is gone by plan: what falls due is kept for the next one. The schedule goes on. */
  sever(): void
  /** Gives a new server everything that was due so far, in order, and publishes to it from then on; answers when it has taken it. */
  refill(order: { ingestPath: string }): Promise<void>
  report(): PublisherReport
  stop(): void
}

export interface PublisherStart {
  ingestPath: string
  secret: string
  messageBytes: number
  seed: number
  channelNames: string[]
  /** Due instants in µs after the start of the schedule, ascending. */
  offsetsUs: Float64Array
  channels: Uint32Array
  sequences: Uint32Array
}

export interface PublisherReport {
  /** Instant at which each message was first handed to a server, in the order of the schedule; NaN = never. */
  publishedAtUs: Float64Array
  acknowledgedCount: number
  /** Instants of the publish requests that failed or were refused. */
  refusedAtUs: number[]
  /** Spans without a server by plan: from the word of its end to the refill of the next. */
  outages: Span[]
  window: WindowReading
}

/** The hiccup meter's process. */
export interface HiccupControl {
  /** False when threads cannot be bound here: a meter that wanders would not say which processor stood still. */
  start(order: { cpus: number[] }): Promise<boolean>
  window(order: WindowOrder): void
  report(): Promise<HiccupReading[]>
}

/** By how much a light thread on one processor woke too late, back-filled, in µs. */
export interface HiccupReading {
  cpu: number
  maxUs: number
  p99Us: number
}

interface Question {
  id: number
  name: string
  order: unknown
}

export type Answer = { id: number; value: unknown } | { id: number; fault: string }

/** Answers the parent's questions with these handlers, and ends the process when the parent is gone. */
export function answerControl<Control extends object>(handlers: Control): void {
  const answer = async ({ id, name, order }: Question): Promise<Answer> => {
    try {
      const handler = handlers[name as keyof Control] as (order: unknown) => unknown
      return { id, value: await handler(order) }
    } catch (fault) {
      return { id, fault: messageOf(fault) }
    }
  }
  process.on('message', (question: Question) => {
    void answer(question).then((reply) => process.send?.(reply))
  })
  process.on('disconnect', () => process.exit(0))
  // Ctrl-C reaches the whole process group; the trial decides when its processes end.
  process.on('SIGINT', () => undefined)
}

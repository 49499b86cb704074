import type { TrialResult } from './trial-result.ts'
import type { MeasuredControl } from './control.ts'
import type { LogLimits } from './log-limits.ts'
import type { Behaviour } from './scenario.ts'
import type { ServerCounters } from './counters.ts'
import type { MemoryReading } from './process-meter.ts'
import type { Contender } from './transport.ts'

/**
 * The questions that the trial asks its processes, over Node's IPC channel. Asked between phases only: in the measured
 * window nothing passes between processes but the traffic itself. A server must start and stop; what it does not answer of
 * the rest is null in results, and faults that need it cannot be planned.
 */
export interface ServerControl extends MeasuredControl {
  start(request: ServerStart): Promise<ServerReady>
  /** Starts, but refuses clients until `open`: a new life first takes back what was published in the earlier ones. */
  prepare?(request: ServerStart): Promise<void>
  open?(): Promise<ServerReady>
  /** Refuses new connections while open ones live on, until `listenAgain`. */
  stopListening?(): void
  listenAgain?(): Promise<void>
  /** Resets a share of the open connections; returns how many. */
  cut?(request: CutRequest): number
  /** After a forced collection. */
  memory?(): MemoryReading
  /** Counts from zero again, after primed connections that belong to no trial. */
  resetCounters?(): void
  report?(): ServerReport
  stop(): Promise<void>
}

export interface ServerStart {
  moduleUrl: string
  options: Contender
  /** Echoed by `GET /health`, so that a leftover server is never measured. */
  secret: string
  host: string
  /** 0 = any free port. */
  port: number
  /** Accept queue that is asked for; the kernel cuts it at net.core.somaxconn. */
  backlog: number
  /** Unix socket that takes publishes beside the TCP port, so that ingest is not in the interface counters. */
  ingestPath: string | undefined
  behaviour: Behaviour
  /** Longest time that a client's answer may be under way, as planned; absent = none. */
  pathMs?: number
  /** What its log keeps of each channel; absent = `leastLogLimits`. */
  log?: LogLimits | undefined
  /** Payloads of the jobs that clients may ask for; absent = there is no job route. */
  jobs?: { messageBytes: number; seed: number } | undefined
  /** Epoch of the log that is given back to it before clients come; absent = it begins a fresh one and draws its own. */
  logEpoch?: string | undefined
  /** True = it can be asked to cut connections, and so keeps a list of them. */
  keepsSockets?: boolean
  /** For people who try it by hand: a page at `/`, and whether pages of other origins may read its answers. */
  tryOut?: { page: string; cors: boolean } | undefined
}

export interface CutRequest {
  ratio: number
  seed: number
}

/** Where clients connect. */
export interface ServerReady {
  host: string
  port: number
  /** Process that serves them, where it is not the one that answers. */
  pid?: number | undefined
}

/** What the running server is set to, as its own listener and sockets say. */
export type ServerSettings = Omit<NonNullable<TrialResult['server']['settings']>, 'compressedCount'>

export interface ServerReport {
  counters: ServerCounters
  settings: ServerSettings
  /** By channel, how many of its first messages the server no longer has for a client that comes back; absent = none, or not reported. */
  goneCounts?: Record<string, number> | undefined
}

import type { FailureClass } from '../src/core/failure-class.ts'
import type { Random } from '../src/core/random.ts'
import type { CommonOptions, Contender } from '../src/core/transport.ts'
import type { ClientTally } from './tally.ts'

/** Stops a timer; calling it again does nothing. */
export type Cancel = () => void

/**
 * What the harness gives to one simulated client. It owns the clock: a transport asks for ticks and deadlines and hands
 * over what came, and never reads a clock itself.
 */
export interface ClientContext<Options extends CommonOptions = Contender> {
  readonly index: number
  readonly host: string
  readonly port: number
  readonly channel: string
  readonly localAddress: string | undefined
  readonly options: Options
  readonly random: Random
  readonly tally: ClientTally
  /** Messages per second that the schedule publishes on this client's channel; 0 when nothing is planned. */
  readonly channelRatePerSecond: number
  /** True at the end of a trial: what is held stays held, and nothing new is asked, so that both sides count the same. */
  readonly isQuiescent: boolean

  /** The client will now receive whatever is published. Called once, whatever reconnects follow. */
  subscribed(): void
  /** A connect attempt failed; `willRetry` is false when no retry can cure it. */
  connectFailed(failure: FailureClass, willRetry: boolean): void
  /** One decoded message. The harness stamps it here. */
  receive(cursor: string, data: string): void
  /**
   * The server said that `count` messages up to `cursor` will not come, since they have left its window; null = the client's
   * own cursor was of another log than the server has, so that it does not know how many.
   */
  receiveGap(cursor: string, count: number | null): void
  /** The connection has ended, or a request has failed. Calling it again before `back` does nothing. */
  lost(): void
  /** As `lost`, of a connection on which nothing was asked: what the client gets next, it would have got no earlier over this one. */
  idleEnded(): void
  /** A request or a connect leaves; kept when the client has lost its server. */
  attempting(): void
  /** A server has answered: a poll, the headers of a stream, an upgrade. Does nothing for a client that was never lost. */
  back(): void
  /** True while the client is to read nothing, as a fault plan asks for. */
  readonly isStalled: boolean

  /** Ticks on the absolute grid phase + k × interval, with a seeded phase (0 in phase); `slotAtUs` is the slot's due instant. */
  every(intervalMs: number, tick: (slotAtUs: number) => void): Cancel
  /** Time in ms, above 0, to the next instant k × interval at which all clients act together; undefined when they are spread. */
  untilPhaseMs(intervalMs: number): number | undefined
  after(delayMs: number, run: () => void): Cancel
  /**
   * Calls the client's `onDeadline` once, after so long and what the path takes, unless another `expectWithin` or
   * `expectNothing` comes first (± 50 ms). Time in which the host is stalled is not counted.
   */
  expectWithin(ms: number): void
  expectNothing(): void
}

/** One simulated client of a transport. */
export interface TransportClient {
  /** Begins to connect; reports through the context. */
  start(): void
  /** Ends at once, without a failure being counted and with no call of the context afterwards. */
  close(): void
  onDeadline(): void
  /** Stops to read: what comes stays in the sockets' buffers. */
  pause(): void
  /** Reads on where it stopped. */
  resume(): void
  /** Application bytes of all its connections so far, exact as the sockets count them. */
  readonly bytesRead: number
  readonly bytesWritten: number
  /** True while a request is under way that has neither completed nor failed. */
  readonly isRequestInFlight: boolean
  /**
   * Sends a message to the client's own channel over the transport's connection; false when it is not open, and the
   * message is then lost. A transport without it needs nothing: the harness posts on a second connection.
   */
  send?(data: string): boolean
}

export type CreateClient = (context: ClientContext) => TransportClient

import type { CloseRequest, MeasuredControl } from './control.ts'
import type { Span } from './clock.ts'

export interface PublisherControl extends MeasuredControl {
  start(request: PublisherStart): Promise<void>
  /** Returns at once; the schedule runs by the clock. */
  run(request: { startAtUs: number }): void
  /** Nothing that is due from `untilAtUs` on is published. */
  closeWindow(request: CloseRequest): void
  progress(): PublisherProgress
  /** Publishes the end marker on each of these channels; answers when the server has answered. In no figure of the report. */
  mark(request: { channelNames: string[] }): Promise<void>
  /** The server is gone by plan: what falls due is kept for the next one. The schedule goes on. */
  disconnectServer(): void
  /**
   * Gives a new server everything of its log that was due so far, in order, and publishes to it from then on; answers when
   * it has taken it. A fresh log begins with what fell due since `disconnectServer`.
   */
  replay(request: { ingestPath: string; isFresh: boolean }): Promise<void>
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

export interface PublisherProgress {
  /** When the next message is due that is still to be published; Infinity when none is left. */
  nextDueAtUs: number
}

export interface PublisherReport {
  /** Instant at which each message was first handed to a server, in the order of the schedule; NaN = never. */
  publishedAtUs: Float64Array
  acknowledgedCount: number
  /** Instants of the publish requests that failed or were refused. */
  refusedAtUs: number[]
  /** Spans without a server by plan: from the word of its end to the replay of the next. */
  outages: Span[]
}

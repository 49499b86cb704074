import type { FailureClass } from '../src/core/failure-class.ts'
import type { CommonOptions } from '../src/core/transport.ts'
import type { SseOptions } from '../src/core/transports/sse.ts'
import { retryDelayMs } from './backoff.ts'
import type { ClientContext, TransportClient } from './contract.ts'

export type StreamOptions = CommonOptions & Pick<SseOptions, 'heartbeatMs'>

/** Two missed heartbeats and the margin make a server silent. */
const missedHeartbeats = 2

/**
 * What the clients are that hold one connection open: they connect, are subscribed once the server has answered, watch its
 * heartbeats, and come back with their cursor after a backoff.
 */
export abstract class StreamClient<Options extends StreamOptions> implements TransportClient {
  protected readonly context: ClientContext<Options>
  #failureCount = 0
  #isSubscribed = false
  protected isClosed = false
  /** The reconnection time that the server has asked for, in ms. */
  protected reconnectionMs: number | undefined
  /** True until the request is answered; of a stream that is itself the answer: until it ends. */
  isRequestInFlight = false

  constructor(context: ClientContext<Options>) {
    this.context = context
  }

  abstract readonly bytesRead: number
  abstract readonly bytesWritten: number

  start(): void {
    if (this.isClosed) return
    this.isRequestInFlight = true
    this.context.tally.requestSent()
    this.context.attempting()
    this.context.expectWithin(this.context.options.timeoutMarginMs)
    this.open()
  }

  /** Connects and asks for all that follows its cursor. */
  protected abstract open(): void

  /** Lets go of the connection at once. */
  protected abstract drop(): void

  close(): void {
    this.isClosed = true
    this.drop()
  }

  abstract onDeadline(): void
  abstract pause(): void
  abstract resume(): void

  /** The server has answered: every message published from now on will come. */
  protected onOpen(): void {
    this.#failureCount = 0
    this.expectHeartbeat()
    this.context.back()
    if (this.context.isStalled) this.pause()
    if (this.#isSubscribed) this.context.tally.reconnectCount++
    else this.context.subscribed()
    this.#isSubscribed = true
  }

  /** Something has come from the server. */
  protected expectHeartbeat(): void {
    const { heartbeatMs, timeoutMarginMs } = this.context.options
    this.context.expectWithin(missedHeartbeats * heartbeatMs + timeoutMarginMs)
  }

  /**
   * The connection has ended, or never opened. An attempt that got no answer is a request that failed; the end of what was
   * answered long before is a failure, but of no request.
   *
   * @param willRetry false = the server wants this client to stay away
   */
  protected lose(failure: FailureClass, willRetry = true): void {
    if (this.isClosed) return
    const { tally } = this.context
    this.context.expectNothing()
    this.context.lost()
    if (!this.isRequestInFlight) tally.connectionLost(failure)
    else if (failure === 'timedOut') tally.requestTimedOut()
    else tally.requestFailed(failure)
    this.isRequestInFlight = false
    this.#failureCount++
    const delayMs = willRetry ? retryDelayMs(this.context, failure, this.#failureCount, this.reconnectionMs) : undefined
    if (!this.#isSubscribed) this.context.connectFailed(failure, delayMs !== undefined)
    if (delayMs !== undefined) this.context.after(delayMs, () => this.start())
  }
}

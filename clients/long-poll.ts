import type { FaultClass } from '../src/core/faults.ts'
import { msPerSecond } from '../src/core/units.ts'
import type { ClientContext, TransportClient } from './contract.ts'
import { PollExchange, type PollOwner } from './poll-exchange.ts'

export interface LongPollClientOptions {
  /** Longest time that the server holds an empty poll, in ms; the client waits this and the timeout margin. */
  holdTimeMs: number
}

/**
 * Subscribes with one poll that is answered at once (`wait=0`), then asks again after every answer.
 *
 * The first hold is shortened by a seeded age, so that a trial looks like the middle of a day and not like a start.
 */
class LongPollClient implements TransportClient, PollOwner {
  readonly #context: ClientContext<LongPollClientOptions>
  readonly #exchange: PollExchange
  #isSubscribed = false

  constructor(context: ClientContext<LongPollClientOptions>) {
    this.#context = context
    this.#exchange = new PollExchange(context, '/long-poll', this)
  }

  get bytesRead(): number {
    return this.#exchange.bytesRead
  }

  get bytesWritten(): number {
    return this.#exchange.bytesWritten
  }

  get isRequestInFlight(): boolean {
    return this.#exchange.isInFlight
  }

  start(): void {
    this.#exchange.poll(this.#context.options.timeoutMarginMs, 0)
  }

  close(): void {
    this.#exchange.close()
  }

  onDeadline(): void {
    this.#exchange.onDeadline()
  }

  onAnswer(): void {
    if (this.#isSubscribed) return this.#hold()
    this.#isSubscribed = true
    this.#context.subscribed()
    const { options, random, channelRatePerSecond } = this.#context
    this.#hold(Math.ceil(options.holdTimeMs - stationaryAgeMs(options.holdTimeMs, channelRatePerSecond, random())))
  }

  onFailure(fault: FaultClass, retryDelayMs: number | undefined): void {
    if (!this.#isSubscribed) this.#context.connectFailed(fault, retryDelayMs !== undefined)
    if (retryDelayMs !== undefined) this.#context.after(retryDelayMs, () => (this.#isSubscribed ? this.#hold() : this.start()))
  }

  #hold(waitMs?: number): void {
    const { holdTimeMs, timeoutMarginMs } = this.#context.options
    this.#exchange.poll(holdTimeMs + timeoutMarginMs, waitMs)
  }
}

/**
 * The age of a hold that is met at a random moment, in ms: the exponential distribution of the channel's rate, cut at
 * the hold time. A rate of 0 leaves the uniform distribution.
 *
 * @param uniform a draw from [0, 1)
 */
export function stationaryAgeMs(holdTimeMs: number, ratePerSecond: number, uniform: number): number {
  const ratePerMs = ratePerSecond / msPerSecond
  if (ratePerMs === 0) return uniform * holdTimeMs
  // log1p and expm1 keep their digits at rates that are almost 0.
  return Math.min(holdTimeMs, -Math.log1p(uniform * Math.expm1(-ratePerMs * holdTimeMs)) / ratePerMs)
}

export function createClient(context: ClientContext<LongPollClientOptions>): TransportClient {
  return new LongPollClient(context)
}

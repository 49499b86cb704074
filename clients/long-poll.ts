import { msPerSecond } from '../src/core/units.ts'
import type { LongPollOptions } from '../src/core/transports/long-poll.ts'
import type { ClientContext, TransportClient } from './contract.ts'
import { PollClient } from './poll-client.ts'

/**
 * Subscribes with one poll that is answered at once (`wait=0`), then asks again after every answer.
 *
 * The first hold is shortened by a seeded age, so that a trial looks like the middle of a day and not like a start; in
 * phase, all first holds end in the same instant instead.
 */
class LongPollClient extends PollClient<LongPollOptions> {
  override readonly isHeld = true

  start(): void {
    this.exchange.poll(this.context.options.timeoutMarginMs, 0)
  }

  protected begin(): void {
    const { holdTimeMs } = this.context.options
    this.#hold(this.context.untilPhaseMs(holdTimeMs) ?? this.#restOfHoldMs(holdTimeMs))
  }

  protected goOn(): void {
    const { repollDelayMs } = this.context.options
    if (repollDelayMs === 0) this.#hold()
    else this.context.after(repollDelayMs, () => this.#hold())
  }

  /** As at the start: the answer shows that the server is back and brings what was missed; then it holds again. */
  protected retry(): void {
    this.start()
  }

  #restOfHoldMs(holdTimeMs: number): number {
    const { random, channelRatePerSecond } = this.context
    return Math.ceil(holdTimeMs - stationaryAgeMs(holdTimeMs, channelRatePerSecond, random()))
  }

  #hold(waitMs?: number): void {
    const { holdTimeMs, timeoutMarginMs } = this.context.options
    this.exchange.poll(holdTimeMs + timeoutMarginMs, waitMs)
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

export function createClient(context: ClientContext<LongPollOptions>): TransportClient {
  return new LongPollClient(context, '/long-poll')
}

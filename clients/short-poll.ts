import type { FailureClass } from '../src/core/failure-class.ts'
import type { ShortPollOptions } from '../src/core/transports/short-poll.ts'
import type { Cancel, ClientContext, TransportClient } from './contract.ts'
import { PollClient } from './poll-client.ts'

/**
 * Polls once to subscribe, then at every slot of its grid. A poll that is still under way at its slot is an overrun:
 * counted, and the slot is left out.
 */
class ShortPollClient extends PollClient<ShortPollOptions> {
  #isBackingOff = false
  #stopGrid: Cancel | undefined

  start(): void {
    this.exchange.poll(this.context.options.timeoutMarginMs)
  }

  override close(): void {
    this.#stopGrid?.()
    super.close()
  }

  override onFailure(failure: FailureClass, retryDelayMs: number | undefined): void {
    this.#isBackingOff = retryDelayMs !== undefined
    super.onFailure(failure, retryDelayMs)
  }

  protected begin(): void {
    this.#stopGrid = this.context.every(this.context.options.pollIntervalMs, (slotAtUs) => this.#tick(slotAtUs))
  }

  /** The next slot asks again. */
  protected goOn(): void {}

  protected retry(): void {
    this.#isBackingOff = false
    if (!this.isSubscribed) this.start()
  }

  #tick(slotAtUs: number): void {
    if (this.#isBackingOff) return
    if (this.exchange.isInFlight) return this.context.tally.overrun(slotAtUs)
    this.exchange.poll(this.context.options.timeoutMarginMs, undefined, slotAtUs)
  }
}

export function createClient(context: ClientContext<ShortPollOptions>): TransportClient {
  return new ShortPollClient(context, '/short-poll')
}

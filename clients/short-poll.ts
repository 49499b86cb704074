import type { FaultClass } from '../src/core/faults.ts'
import type { Cancel, ClientContext, TransportClient } from './contract.ts'
import { PollExchange, type PollOwner } from './poll-exchange.ts'

export interface ShortPollClientOptions {
  /** Time between two slots of the absolute poll grid, in ms. */
  pollIntervalMs: number
}

/**
 * Polls once to subscribe, then at every slot of its grid. A poll that is still under way at its slot is an overrun:
 * counted, and the slot is left out.
 */
class ShortPollClient implements TransportClient, PollOwner {
  readonly #context: ClientContext<ShortPollClientOptions>
  readonly #exchange: PollExchange
  #isSubscribed = false
  #isBackingOff = false
  #stopGrid: Cancel | undefined

  constructor(context: ClientContext<ShortPollClientOptions>) {
    this.#context = context
    this.#exchange = new PollExchange(context, '/short-poll', this)
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
    this.#exchange.poll(this.#context.options.timeoutMarginMs)
  }

  close(): void {
    this.#stopGrid?.()
    this.#exchange.close()
  }

  onDeadline(): void {
    this.#exchange.onDeadline()
  }

  onAnswer(): void {
    if (this.#isSubscribed) return
    this.#isSubscribed = true
    this.#stopGrid = this.#context.every(this.#context.options.pollIntervalMs, (slotAtUs) => this.#tick(slotAtUs))
    this.#context.subscribed()
  }

  onFailure(fault: FaultClass, retryDelayMs: number | undefined): void {
    if (!this.#isSubscribed) this.#context.connectFailed(fault, retryDelayMs !== undefined)
    if (retryDelayMs === undefined) return
    this.#isBackingOff = true
    this.#context.after(retryDelayMs, () => {
      this.#isBackingOff = false
      if (!this.#isSubscribed) this.start()
    })
  }

  #tick(slotAtUs: number): void {
    if (this.#isBackingOff) return
    if (this.#exchange.isInFlight) return this.#context.tally.overrun(slotAtUs)
    this.#exchange.poll(this.#context.options.timeoutMarginMs, undefined, slotAtUs)
  }
}

export function createClient(context: ClientContext<ShortPollClientOptions>): TransportClient {
  return new ShortPollClient(context)
}

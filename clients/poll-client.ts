import type { FailureClass } from '../src/core/failure-class.ts'
import type { ClientContext, TransportClient } from './contract.ts'
import { PollExchange, type PollOptions, type PollOwner } from './poll-exchange.ts'

/** What both polling clients are: one exchange, a first poll whose answer subscribes, and a retry after a failure. */
export abstract class PollClient<Options extends PollOptions> implements TransportClient, PollOwner {
  protected readonly context: ClientContext<Options>
  protected readonly exchange: PollExchange
  protected isSubscribed = false
  readonly isHeld: boolean = false

  constructor(context: ClientContext<Options>, path: string) {
    this.context = context
    this.exchange = new PollExchange(context, path, this)
  }

  get bytesRead(): number {
    return this.exchange.bytesRead
  }

  get bytesWritten(): number {
    return this.exchange.bytesWritten
  }

  get isRequestInFlight(): boolean {
    return this.exchange.isInFlight
  }

  /** Sends the poll that subscribes; the server answers it at once. */
  abstract start(): void

  /** The first answer has come: from here on the client polls in its own way. */
  protected abstract begin(): void

  /** An answer after the first. */
  protected abstract goOn(): void

  /** The wait after a failure is over. */
  protected abstract retry(): void

  close(): void {
    this.exchange.close()
  }

  pause(): void {
    this.exchange.pause()
  }

  resume(): void {
    this.exchange.resume()
  }

  onDeadline(): void {
    this.exchange.onDeadline()
  }

  onAnswer(): void {
    if (this.isSubscribed) return this.goOn()
    this.isSubscribed = true
    this.begin()
    this.context.subscribed()
  }

  onFailure(failure: FailureClass, retryDelayMs: number | undefined): void {
    if (!this.isSubscribed) this.context.connectFailed(failure, retryDelayMs !== undefined)
    if (retryDelayMs !== undefined) this.context.after(retryDelayMs, () => this.retry())
  }
}

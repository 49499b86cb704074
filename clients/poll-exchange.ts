import { StringDecoder } from 'node:string_decoder'
import { faultClassOf, type FailureClass } from '../src/core/failure-class.ts'
import type { CommonOptions } from '../src/core/transport.ts'
import type { ShortPollOptions } from '../src/core/transports/short-poll.ts'
import { parsePollBody, type PollAnswer } from '../src/core/wire.ts'
import { retryDelayMs } from './backoff.ts'
import type { ClientContext } from './contract.ts'
import { HttpConnection, type ResponseHandler, subscribePath, userAgent } from './http-connection.ts'

/** Callbacks of a poll. `retryDelayMs` follows the exponential backoff; undefined where a retry cannot help: the generator is out of ports or descriptors. */
export interface PollOwner {
  /** True when the server holds its polls. */
  readonly isHeld: boolean
  onAnswer(): void
  onFailure(failure: FailureClass, retryDelayMs: number | undefined): void
}

const tryLimit = 2

/** False in keepAlive = a new connection for each poll. */
export type PollOptions = CommonOptions & Pick<ShortPollOptions, 'keepAlive'>

/**
 * Sends one poll at a time on a kept connection and keeps the cursor.
 *
 * A socket that the server closes while a poll leaves on it (a stale socket) costs one retry on a fresh connection and
 * is no failure of the server; at most two tries a poll. Counts a poll once, however many tries it takes.
 */
export class PollExchange implements ResponseHandler {
  readonly #context: ClientContext<PollOptions>
  readonly #path: string
  readonly #owner: PollOwner
  readonly #connection: HttpConnection
  readonly #headers: Record<string, string>
  #cursor: string | undefined
  #failureCount = 0
  #triesLeft = 0
  #wait = ''
  #openedBefore = 0
  #wasOpen = false
  #status = 0
  #decoder: StringDecoder | undefined
  #body = ''
  #isClosed = false
  /** True from the end of the connection until undici has had its turn to end the poll under way with it. */
  #mayBeCarriedOver = false
  isInFlight = false

  constructor(context: ClientContext<PollOptions>, path: string, owner: PollOwner) {
    this.#context = context
    this.#path = path
    this.#owner = owner
    this.#connection = new HttpConnection(context, {
      isKept: context.options.keepAlive,
      owner: { onDisconnect: () => this.#onDisconnect() },
    })
    this.#headers = { accept: 'application/json', 'user-agent': userAgent(context.index) }
  }

  get bytesRead(): number {
    return this.#connection.bytesRead
  }

  get bytesWritten(): number {
    return this.#connection.bytesWritten
  }

  /** @param slotAtUs the instant under which the poll is counted; absent = the moment it leaves */
  poll(timeoutMs: number, waitMs?: number, slotAtUs?: number): void {
    if (this.#isClosed) return
    if (this.#context.isQuiescent) return
    this.#context.tally.requestSent(slotAtUs)
    this.isInFlight = true
    this.#triesLeft = tryLimit
    this.#wait = waitMs === undefined ? '' : `&wait=${waitMs}`
    this.#context.expectWithin(timeoutMs)
    this.#try()
  }

  close(): void {
    this.#isClosed = true
    this.#connection.close()
  }

  pause(): void {
    this.#connection.pause()
  }

  resume(): void {
    this.#connection.resume()
  }

  onDeadline(): void {
    if (!this.isInFlight || this.#isClosed) return
    this.isInFlight = false
    this.#context.tally.requestTimedOut()
    this.#connection.cut(new Error('deadline'))
    this.#fail('timedOut')
  }

  onHeaders(status: number): void {
    this.#status = status
    this.#body = ''
    // A body that was cut within a character has left its first bytes there.
    this.#decoder?.end()
  }

  onData(chunk: Buffer): void {
    this.#body += (this.#decoder ??= new StringDecoder('utf8')).write(chunk)
  }

  onComplete(): void {
    const { tally } = this.#context
    this.#settle()
    tally.status(this.#status)
    if (this.#status !== 200 && this.#status !== 204) return this.#refuse('httpStatus')
    if (!this.#isClosed) this.#context.back()
    let answer: PollAnswer | undefined
    try {
      if (this.#status === 200) answer = parsePollBody(this.#body)
    } catch (error) {
      return this.#refuse(faultClassOf(error))
    }
    // Before its messages are handed over: whoever takes them may close this client and read its counts.
    tally.requestCompleted(this.#status === 204)
    this.#failureCount = 0
    if (answer !== undefined) this.#deliver(answer)
    if (!this.#isClosed) this.#owner.onAnswer()
  }

  onError(error: Error): void {
    this.#mayBeCarriedOver = false
    const wasReused = this.#wasOpen && this.#connection.openedCount === this.#openedBefore
    // A poll that was held until the reset was no race with it: it is lost as a stream is, and comes back after a backoff.
    const mayBeStale = wasReused && !this.#owner.isHeld
    if (mayBeStale && this.#status === 0 && this.#triesLeft > 0 && faultClassOf(error) === 'reset') {
      this.#context.tally.requests.staleSocketCount++
      // undici asserts that its queue stays empty while it hands out an error: a dispatch from here would end the process.
      return queueMicrotask(() => this.#try())
    }
    this.#settle()
    this.#refuse(faultClassOf(error))
  }

  #try(): void {
    if (this.#isClosed) return
    this.#triesLeft--
    this.#context.attempting()
    this.#status = 0
    this.#wasOpen = this.#connection.isOpen
    this.#openedBefore = this.#connection.openedCount
    this.#connection.get(subscribePath(this.#path, this.#context.channel, this.#cursor) + this.#wait, this.#headers, this)
  }

  #deliver({ cursor, messages }: PollAnswer): void {
    this.#body = ''
    this.#cursor = cursor
    for (const message of messages) {
      if (this.#isClosed) return
      if ('gap' in message) this.#context.receiveGap(message.cursor, message.gap)
      else this.#context.receive(message.cursor, message.data)
    }
  }

  #settle(): void {
    this.isInFlight = false
    this.#context.expectNothing()
  }

  #refuse(failure: FailureClass): void {
    this.#context.tally.requestFailed(failure)
    this.#fail(failure)
  }

  /** A connection that ends under a poll fails it, or has it tried again; both say so themselves. */
  #onDisconnect(): void {
    if (this.#isClosed) return
    this.#context.idleEnded()
    if (!this.isInFlight) return
    // undici reads an idle connection before it writes on it. A poll that waits for this when the connection ends has not left:
    // it goes out on a new connection, by undici itself after a FIN, by the retry after a reset, which undici reports before
    // the socket has closed. Nobody else has counted that as an attempt to come back.
    this.#mayBeCarriedOver = true
    queueMicrotask(() => {
      if (this.#mayBeCarriedOver && !this.#isClosed) this.#context.attempting()
      this.#mayBeCarriedOver = false
    })
  }

  #fail(failure: FailureClass): void {
    if (!this.#isClosed) this.#context.lost()
    this.#failureCount++
    this.#owner.onFailure(failure, retryDelayMs(this.#context, failure, this.#failureCount))
  }
}

import { StringDecoder } from 'node:string_decoder'
import { constants, createGunzip, type Gunzip } from 'node:zlib'
import { createParser, type EventSourceParser } from 'eventsource-parser'
import { harnessError } from '../src/core/errors.ts'
import { faultClassOf, generatorFaults, type FaultClass } from '../src/core/faults.ts'
import { parseLine } from '../src/core/wire.ts'
import { backoffMs } from './backoff.ts'
import type { ClientContext, TransportClient } from './contract.ts'
import { HttpConnection, type AnswerTaker, subscribePath, userAgent } from './http-connection.ts'

export interface SseClientOptions {
  heartbeatMs: number
  compression: boolean
}

/** Two missed heartbeats and the margin make a server silent. */
const silentBeats = 2

/** Holds one event stream open; after a cut it comes back with `Last-Event-ID`, after a backoff. */
class SseClient implements TransportClient, AnswerTaker {
  readonly #context: ClientContext<SseClientOptions>
  readonly #connection: HttpConnection
  #parser: EventSourceParser | undefined
  #decoder: StringDecoder | undefined
  #gunzip: Gunzip | undefined
  #lastEventId = ''
  #failureCount = 0
  #isSubscribed = false
  #isClosed = false
  #status = 0
  isRequestInFlight = false

  constructor(context: ClientContext<SseClientOptions>) {
    this.#context = context
    this.#connection = new HttpConnection(context)
  }

  get bytesRead(): number {
    return this.#connection.bytesRead
  }

  get bytesWritten(): number {
    return this.#connection.bytesWritten
  }

  start(): void {
    if (this.#isClosed) return
    const { channel, index, options, tally } = this.#context
    const headers: Record<string, string> = { accept: 'text/event-stream', 'user-agent': userAgent(index) }
    if (this.#lastEventId !== '') headers['last-event-id'] = this.#lastEventId
    if (options.compression) headers['accept-encoding'] = 'gzip'
    this.#status = 0
    this.isRequestInFlight = true
    tally.requestSent()
    this.#context.attempting()
    this.#context.expectWithin(options.timeoutMarginMs)
    this.#connection.get(subscribePath('/sse', channel, 0), headers, this)
  }

  close(): void {
    this.#isClosed = true
    this.#connection.close()
  }

  onDeadline(): void {
    if (!this.isRequestInFlight || this.#isClosed) return
    this.#lose(this.#status === 0 ? 'timedOut' : 'serverSilent')
    this.#connection.cut(new Error('deadline'))
  }

  pause(): void {
    this.#connection.pause()
  }

  resume(): void {
    this.#connection.resume()
  }

  onHeaders(status: number, rawHeaders: readonly Buffer[]): void {
    this.#status = status
    const { tally } = this.#context
    tally.status(status)
    if (status !== 200) return
    this.#parser = createParser({ onEvent: (event) => this.#onEvent(event), onComment: () => tally.heartbeatCount++ })
    this.#decoder = new StringDecoder('utf8')
    this.#gunzip = isCompressed(rawHeaders) ? this.#inflate() : undefined
    this.#failureCount = 0
    this.#expectBeat()
    this.#context.back()
    if (this.#isSubscribed) tally.reconnectCount++
    else this.#context.subscribed()
    this.#isSubscribed = true
  }

  onData(chunk: Buffer): void {
    if (this.#status !== 200) return
    this.#expectBeat()
    if (this.#gunzip === undefined) this.#feed(chunk)
    else this.#gunzip.write(chunk)
  }

  onComplete(): void {
    this.#lose(this.#status === 200 ? 'streamEnded' : 'httpStatus')
  }

  onError(error: Error): void {
    this.#lose(this.#status === 200 && faultClassOf(error) === 'reset' ? 'streamEnded' : faultClassOf(error))
  }

  /** A stream that cannot be read is lost and cut; nothing that it holds after the fault is taken. */
  #feed(chunk: Buffer): void {
    try {
      this.#parser!.feed(this.#decoder!.write(chunk))
    } catch (error) {
      this.#break(error as Error)
    }
  }

  #break(error: Error): void {
    this.#lose(faultClassOf(error))
    this.#connection.cut(error)
  }

  #onEvent(event: { id?: string | undefined; event?: string | undefined; data: string }): void {
    if (this.#isClosed) return
    const line = parseLine(event.data)
    if ('gap' in line) return this.#context.receiveGap(line.gap)
    if (event.id !== undefined) this.#lastEventId = event.id
    this.#context.receive(line.cursor, line.data)
  }

  #inflate(): Gunzip {
    this.#context.tally.compressedCount++
    const gunzip = createGunzip({ flush: constants.Z_SYNC_FLUSH })
    gunzip.on('data', (chunk: Buffer) => this.#feed(chunk))
    gunzip.on('error', (error) => this.#break(harnessError('ERR_WIRE', `sse: the gzip stream cannot be read (${error.message}).`, error)))
    return gunzip
  }

  #expectBeat(): void {
    const { heartbeatMs, timeoutMarginMs } = this.#context.options
    this.#context.expectWithin(silentBeats * heartbeatMs + timeoutMarginMs)
  }

  #lose(fault: FaultClass): void {
    if (this.#isClosed) return
    const { options, random, tally } = this.#context
    this.isRequestInFlight = false
    this.#context.expectNothing()
    this.#context.lost()
    this.#gunzip?.destroy()
    if (fault === 'timedOut') tally.requestTimedOut()
    else tally.requestFailed(fault)
    this.#failureCount++
    const willRetry = !generatorFaults.includes(fault)
    if (!this.#isSubscribed) this.#context.connectFailed(fault, willRetry)
    if (willRetry) this.#context.after(backoffMs(options, this.#failureCount, random), () => this.start())
  }
}

function isCompressed(rawHeaders: readonly Buffer[]): boolean {
  for (let at = 0; at < rawHeaders.length; at += 2) {
    if (rawHeaders[at]!.toString('latin1').toLowerCase() === 'content-encoding') return rawHeaders[at + 1]!.toString('latin1') === 'gzip'
  }
  return false
}

export function createClient(context: ClientContext<SseClientOptions>): TransportClient {
  return new SseClient(context)
}

import { StringDecoder } from 'node:string_decoder'
import { constants, createGunzip, type Gunzip } from 'node:zlib'
import { createParser, type EventSourceParser } from 'eventsource-parser'
import { harnessError } from '../src/core/errors.ts'
import { faultClassOf, type FailureClass } from '../src/core/failure-class.ts'
import { parseLine } from '../src/core/wire.ts'
import type { SseOptions } from '../src/core/transports/sse.ts'
import type { ClientContext, TransportClient } from './contract.ts'
import { HttpConnection, type ResponseHandler, subscribePath, userAgent } from './http-connection.ts'
import { StreamClient } from './stream-client.ts'

/** Holds one event stream open; after a cut it comes back with `Last-Event-ID`. */
class SseClient extends StreamClient<SseOptions> implements ResponseHandler {
  readonly #connection: HttpConnection
  #parser: EventSourceParser | undefined
  #decoder: StringDecoder | undefined
  #gunzip: Gunzip | undefined
  #lastEventId = ''
  #status = 0

  constructor(context: ClientContext<SseOptions>) {
    super(context)
    this.#connection = new HttpConnection(context)
  }

  get bytesRead(): number {
    return this.#connection.bytesRead
  }

  get bytesWritten(): number {
    return this.#connection.bytesWritten
  }

  protected open(): void {
    const { channel, index, options } = this.context
    const headers: Record<string, string> = { accept: 'text/event-stream', 'user-agent': userAgent(index) }
    if (this.#lastEventId !== '') headers['last-event-id'] = this.#lastEventId
    if (options.compression) headers['accept-encoding'] = 'gzip'
    this.#status = 0
    this.#connection.get(subscribePath('/sse', channel), headers, this)
  }

  protected drop(): void {
    this.#connection.close()
  }

  onDeadline(): void {
    if (!this.isRequestInFlight || this.isClosed) return
    this.#break(this.#status === 0 ? 'timedOut' : 'serverSilent', new Error('deadline'))
  }

  pause(): void {
    this.#connection.pause()
  }

  resume(): void {
    this.#connection.resume()
  }

  onHeaders(status: number, rawHeaders: readonly Buffer[]): void {
    this.#status = status
    const { tally } = this.context
    tally.status(status)
    if (status !== 200) return
    this.#parser = createParser({ onEvent: (event) => this.#onEvent(event), onComment: () => tally.heartbeatCount++ })
    this.#decoder = new StringDecoder('utf8')
    this.#gunzip = isCompressed(rawHeaders) ? this.#inflate() : undefined
    this.onOpen()
  }

  onData(chunk: Buffer): void {
    if (this.#status !== 200) return
    this.expectHeartbeat()
    if (this.#gunzip === undefined) this.#feed(chunk)
    else this.#gunzip.write(chunk)
  }

  onComplete(): void {
    this.lose(this.#status === 200 ? 'streamEnded' : 'httpStatus')
  }

  onError(error: Error): void {
    this.lose(this.#status === 200 && faultClassOf(error) === 'reset' ? 'streamEnded' : faultClassOf(error))
  }

  /** A stream that cannot be read is lost and cut; nothing that it holds after the failure is taken. */
  #feed(chunk: Buffer): void {
    try {
      this.#parser!.feed(this.#decoder!.write(chunk))
    } catch (error) {
      this.#break(faultClassOf(error), error as Error)
    }
  }

  #break(failure: FailureClass, error: Error): void {
    this.lose(failure)
    this.#connection.cut(error)
  }

  protected override lose(failure: FailureClass): void {
    this.#gunzip?.destroy()
    super.lose(failure)
  }

  #onEvent(event: { id?: string | undefined; event?: string | undefined; data: string }): void {
    if (this.isClosed) return
    const line = parseLine(event.data)
    if (event.id !== undefined) this.#lastEventId = event.id
    if ('gap' in line) return this.context.receiveGap(line.cursor, line.gap)
    this.context.receive(line.cursor, line.data)
  }

  #inflate(): Gunzip {
    this.context.tally.compressedCount++
    const gunzip = createGunzip({ flush: constants.Z_SYNC_FLUSH })
    gunzip.on('data', (chunk: Buffer) => this.#feed(chunk))
    gunzip.on('error', (error) => {
      this.#break('protocolError', harnessError('ERR_WIRE', `sse: the gzip stream cannot be read (${error.message}).`, error))
    })
    return gunzip
  }
}

function isCompressed(rawHeaders: readonly Buffer[]): boolean {
  for (let at = 0; at < rawHeaders.length; at += 2) {
    if (rawHeaders[at]!.toString('latin1').toLowerCase() === 'content-encoding') return rawHeaders[at + 1]!.toString('latin1') === 'gzip'
  }
  return false
}

export function createClient(context: ClientContext<SseOptions>): TransportClient {
  return new SseClient(context)
}

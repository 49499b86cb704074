import { constants, createGunzip, type Gunzip } from 'node:zlib'
import { harnessError } from '../src/core/errors.ts'
import { faultClassOf, type FailureClass } from '../src/core/failure-class.ts'
import { parseLine } from '../src/core/wire.ts'
import type { SseOptions } from '../src/core/transports/sse.ts'
import { maxTimerMs } from '../src/core/units.ts'
import type { ClientContext, TransportClient } from './contract.ts'
import { EventStreamReader, type StreamBlock, type StreamTaker } from './event-stream.ts'
import { HttpConnection, type ResponseHandler, subscribePath, userAgent } from './http-connection.ts'
import { StreamClient } from './stream-client.ts'

/** What no field value of HTTP may hold (RFC 9110 §5.5): an id with one could never be sent back. */
// oxlint-disable-next-line no-control-regex -- control characters are what it looks for
const controlCharacter = /[\x00-\x08\x0a-\x1f\x7f]/

const gzipNames: readonly string[] = ['gzip', 'x-gzip']

/** What this client listens to. */
const eventTypes: readonly string[] = ['message', 'gap']

/**
 * Holds one event stream open; after a cut it comes back with `Last-Event-ID`, no sooner than the server's `retry:` says.
 *
 * An answer that is no event stream is a failure, as any status but 200 is. Unlike EventSource, which gives up then (WHATWG
 * HTML §9.2.3), it tries again after its backoff, as clients of the other transports do; 204 alone keeps it away.
 */
class SseClient extends StreamClient<SseOptions> implements ResponseHandler, StreamTaker {
  readonly #connection: HttpConnection
  #reader: EventStreamReader | undefined
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
    if (this.#lastEventId !== '') headers['last-event-id'] = asFieldValue(this.#lastEventId)
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
    const codings = contentCodings(rawHeaders)
    const isReadable = codings.length === 0 || (codings.length === 1 && gzipNames.includes(codings[0]!))
    if (!isReadable || !isEventStream(rawHeaders)) {
      const type = fieldOf(rawHeaders, 'content-type')
      return this.#break(
        'protocolError',
        harnessError(
          'ERR_WIRE',
          `sse: the answer is "${type}" with content coding "${codings.join(', ')}"; allowed is text/event-stream, plain or gzip.`,
        ),
      )
    }
    this.#reader = new EventStreamReader(this)
    this.#gunzip = codings.length === 0 ? undefined : this.#inflate()
    this.onOpen()
  }

  onData(chunk: Buffer): void {
    if (this.#status !== 200) return
    this.expectHeartbeat()
    if (this.#gunzip === undefined) this.#feed(chunk)
    else this.#gunzip.write(chunk)
  }

  onComplete(): void {
    if (this.#status !== 200) return this.lose('httpStatus', this.#status !== 204)
    if (this.#gunzip === undefined) return this.lose('streamEnded')
    // What is still being inflated came before the end.
    this.#gunzip.once('end', () => this.lose('streamEnded')).end()
  }

  onError(error: Error): void {
    this.lose(this.#status === 200 && faultClassOf(error) === 'reset' ? 'streamEnded' : faultClassOf(error))
  }

  /** A stream that cannot be read is lost and cut; nothing that it holds after the failure is taken. */
  #feed(chunk: Buffer): void {
    try {
      this.#reader!.read(chunk)
    } catch (error) {
      this.#break(faultClassOf(error), error as Error)
    }
  }

  #break(failure: FailureClass, error: Error): void {
    this.lose(failure)
    this.#connection.cut(error)
  }

  protected override lose(failure: FailureClass, willRetry = true): void {
    this.#gunzip?.destroy()
    super.lose(failure, willRetry)
  }

  /** What cannot be parsed throws before its id is taken, so that it is sent again. Events of other types are ignored. */
  onBlock({ id, type, data }: StreamBlock): void {
    if (this.isClosed) return
    const line = data !== undefined && eventTypes.includes(type) ? parseLine(data) : undefined
    if (id !== undefined && !controlCharacter.test(id)) this.#lastEventId = id
    if (line === undefined) return
    if ('gap' in line) this.context.receiveGap(line.cursor, line.gap)
    else this.context.receive(line.cursor, line.data)
  }

  onComment(): void {
    this.context.tally.heartbeatCount++
  }

  onRetry(reconnectionMs: number): void {
    this.reconnectionMs = Math.min(reconnectionMs, maxTimerMs)
  }

  #inflate(): Gunzip {
    this.context.tally.compressedCount++
    const gunzip = createGunzip({ flush: constants.Z_SYNC_FLUSH, finishFlush: constants.Z_SYNC_FLUSH })
    gunzip.on('data', (chunk: Buffer) => this.#feed(chunk))
    gunzip.on('error', (error) => {
      this.#break('protocolError', harnessError('ERR_WIRE', `sse: the gzip stream cannot be read (${error.message}).`, error))
    })
    return gunzip
  }
}

/** The values of a header field as one list (RFC 9110 §5.3), in lower case; empty when it is absent. */
function fieldOf(rawHeaders: readonly Buffer[], name: string): string {
  const values: string[] = []
  for (let at = 0; at < rawHeaders.length; at += 2) {
    if (rawHeaders[at]!.toString('latin1').toLowerCase() === name) values.push(rawHeaders[at + 1]!.toString('latin1').toLowerCase())
  }
  return values.join(', ')
}

/** Names of content codings are the same in either case, and `identity` is none (RFC 9110 §8.4.1). */
function contentCodings(rawHeaders: readonly Buffer[]): string[] {
  const names = fieldOf(rawHeaders, 'content-encoding').split(',')
  return names.map((name) => name.trim()).filter((name) => name !== '' && name !== 'identity')
}

/** Parameters do not count: the text is UTF-8 whatever `charset` says (WHATWG HTML §9.2.6). */
function isEventStream(rawHeaders: readonly Buffer[]): boolean {
  return fieldOf(rawHeaders, 'content-type').split(';', 1)[0]!.trim() === 'text/event-stream'
}

/** The bytes of its UTF-8 (WHATWG HTML §9.2.3): undici writes one byte per character, and throws for one above U+00FF. */
function asFieldValue(id: string): string {
  return Buffer.from(id, 'utf8').toString('latin1')
}

export function createClient(context: ClientContext<SseOptions>): TransportClient {
  return new SseClient(context)
}

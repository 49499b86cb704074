import type { ServerResponse } from 'node:http'
import { constants, createGzip, type Gzip } from 'node:zlib'
import type { FastifyPluginCallback } from 'fastify'
import type { CloseReason, ServerCounters } from '../src/core/counters.ts'
import { gapLine } from '../src/core/wire.ts'
import { resumeCursor, startHijacked, subscribeQuery, type ServerContext } from './contract.ts'
import { Heartbeat } from './heartbeat.ts'
import type { ChannelLog, Listener, LoggedMessage } from './message-log.ts'

export interface SseServerOptions {
  /** Time between two heartbeat comments to one client, in ms. */
  heartbeatMs: number
  /** Bytes that may be queued for one client before it is cut as a slow consumer. */
  clientBufferBytes: number
  /** Compress a stream with gzip, flushed after each message, when the client accepts it. */
  compression: boolean
}

const heartbeatFrame = Buffer.from(':\n\n')

/**
 * Server-sent events (WHATWG HTML §9.2): `GET /sse?channel=&after=` is one `text/event-stream` that resumes from
 * `Last-Event-ID`. Each message is serialised once, not once per client.
 */
export const transport: FastifyPluginCallback<ServerContext<SseServerOptions>> = (app, { log, counters, options }, done) => {
  const room: Room = {
    streams: new Heartbeat<EventStream>(options.heartbeatMs, (stream) => stream.beat()),
    counters,
    clientBufferBytes: options.clientBufferBytes,
  }

  app.get('/sse', (request, reply) => {
    const { channel, after } = subscribeQuery(request.query as Record<string, unknown>)
    counters.requestCount++
    const compressed = options.compression && /\bgzip\b/.test(request.headers['accept-encoding'] ?? '')
    startHijacked(reply, 200, {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-cache, no-transform',
      'x-accel-buffering': 'no',
      ...(compressed ? { 'content-encoding': 'gzip', vary: 'accept-encoding' } : {}),
    })
    const stream = new EventStream(room, reply.raw, log.channel(channel), compressed)
    stream.join(resumeCursor(request.headers['last-event-id'], after))
  })

  app.addHook('preClose', (next) => {
    room.streams.stop()
    for (const stream of room.streams.members()) stream.end()
    next()
  })
  done()
}

/** The bytes of one event; the transfer coding adds its own (RFC 9112 §7.1). */
function frameOf(message: LoggedMessage): Buffer {
  return (message.frame ??= Buffer.from(`id: ${message.cursor}\ndata: ${message.line}\n\n`))
}

/** What all streams of a server share. */
interface Room {
  streams: Heartbeat<EventStream>
  counters: ServerCounters
  clientBufferBytes: number
}

/** One open stream. */
class EventStream implements Listener {
  readonly #room: Room
  readonly #response: ServerResponse
  readonly #channel: ChannelLog
  readonly #gzip: Gzip | undefined
  #reason: CloseReason = 'clientLeft'

  constructor(room: Room, response: ServerResponse, channel: ChannelLog, compressed: boolean) {
    this.#room = room
    this.#response = response
    this.#channel = channel
    this.#gzip = compressed ? createGzip({ flush: constants.Z_SYNC_FLUSH }) : undefined
    this.#gzip?.pipe(response)
  }

  join(after: number): void {
    const { streams, counters } = this.#room
    this.#response.once('close', () => this.#release())
    this.#response.on('error', () => this.cut('streamError'))
    counters.waitingCount++
    if (this.#gzip !== undefined) counters.compressedCount++
    const { gapCount, messages } = this.#channel.since(after)
    if (gapCount > 0) this.#write(Buffer.from(`event: gap\ndata: ${gapLine(gapCount)}\n\n`))
    this.onMessages(messages)
    this.#channel.listeners.add(this)
    streams.add(this)
  }

  onMessages(messages: readonly LoggedMessage[]): void {
    for (const message of messages) {
      if (!this.#write(frameOf(message))) return
      this.#room.counters.deliveredCount++
    }
  }

  onFault(): void {
    this.cut('streamError')
  }

  beat(): void {
    this.#room.counters.heartbeatCount++
    this.#write(heartbeatFrame)
  }

  end(): void {
    this.#reason = 'shutdown'
    if (this.#gzip === undefined) this.#response.end()
    else this.#gzip.end()
  }

  cut(reason: CloseReason): void {
    if (this.#reason === 'clientLeft') this.#reason = reason
    this.#channel.listeners.delete(this)
    this.#response.destroy()
  }

  /** False when the reader was cut for being too slow. A false return of `write` means "queued", not "gone": only the bound decides. */
  #write(frame: Buffer): boolean {
    if ((this.#gzip ?? this.#response).write(frame)) return true
    const { counters, clientBufferBytes } = this.#room
    const queuedBytes = this.#response.writableLength + (this.#gzip?.writableLength ?? 0)
    if (queuedBytes > counters.maxQueuedBytes) counters.maxQueuedBytes = queuedBytes
    if (queuedBytes <= clientBufferBytes) return true
    this.cut('slowConsumer')
    return false
  }

  #release(): void {
    const { streams, counters } = this.#room
    streams.delete(this)
    this.#channel.listeners.delete(this)
    counters.waitingCount--
    counters.closed[this.#reason]++
    this.#gzip?.destroy()
  }
}

import type { ServerResponse } from 'node:http'
import { constants, createGzip, type Gzip } from 'node:zlib'
import type { FastifyPluginCallback } from 'fastify'
import type { CloseReason, ServerCounters } from '../src/core/counters.ts'
import { gapLine } from '../src/core/wire.ts'
import { readAheadBytes, resumeCursor, startHijacked, subscribeQuery, type ServerContext } from './contract.ts'
import { Heartbeat } from './heartbeat.ts'
import { newsAfter, type ChannelLog, type Listener, type LoggedMessage } from './message-log.ts'

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
export const transport: FastifyPluginCallback<ServerContext<SseServerOptions>> = (app, { log, counters, options, behaviour }, done) => {
  const room: Room = {
    streams: new Heartbeat<EventStream>(options.heartbeatMs, (stream) => stream.beat(), behaviour.inPhase),
    counters,
    clientBufferBytes: options.clientBufferBytes,
  }

  // Fastify would answer HEAD with the same handler: a stream without a body that never ends.
  app.get('/sse', { exposeHeadRoute: false }, (request, reply) => {
    const { channel, after } = subscribeQuery(request.query as Record<string, unknown>)
    counters.requestCount++
    const compressed = options.compression && /\bgzip\b/.test(request.headers['accept-encoding'] ?? '')
    startHijacked(reply, 200, {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-cache, no-transform',
      'x-accel-buffering': 'no',
      ...(compressed ? { 'content-encoding': 'gzip', vary: 'accept-encoding' } : {}),
    })
    // A client that left while an asynchronous hook ran has no close event to come, so nothing would release it.
    if (reply.raw.destroyed) counters.abandonedCount++
    else new EventStream(room, reply.raw, log.channel(channel), compressed).join(resumeCursor(request.headers['last-event-id'], after))
  })

  app.addHook('preClose', (next) => {
    room.streams.stop()
    for (const stream of room.streams.members()) stream.end()
    next()
  })
  done()
}

/** The bytes of one event; the transfer coding adds its own (RFC 9112 §7.1). */
export function eventFrame(cursor: number, line: string): Buffer {
  return Buffer.from(`id: ${cursor}\ndata: ${line}\n\n`)
}

function frameOf(message: LoggedMessage): Buffer {
  return (message.frame ??= eventFrame(message.cursor, message.line))
}

const framesOfTurns = new WeakMap<readonly LoggedMessage[], Buffer>()

/** What came together leaves in one write: the events of a turn in one piece, made once for all streams. */
function frameOfAll(messages: readonly LoggedMessage[]): Buffer {
  if (messages.length === 1) return frameOf(messages[0]!)
  let frame = framesOfTurns.get(messages)
  if (frame === undefined) framesOfTurns.set(messages, (frame = Buffer.concat(messages.map(frameOf))))
  return frame
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
  /** Cursor of the last message that was handed to the connection. */
  #cursor = 0
  /** True while the rest waits in the log, until the connection has taken what is queued. */
  #isBehind = false
  #hasMoved = false

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
    this.#channel.listeners.add(this)
    streams.add(this)
    this.#cursor = after > this.#channel.cursor ? 0 : after
    this.#readOn()
  }

  /** Cuts the reader when an earlier publish has left more than the bound in its queue; within one publish the rest waits in the log. */
  onMessages(told: readonly LoggedMessage[]): void {
    if (this.#isBehind) return
    const messages = newsAfter(this.#cursor, told)
    if (messages.length === 0) return
    const { clientBufferBytes } = this.#room
    const queuedBytes = this.#queuedBytes()
    if (queuedBytes > clientBufferBytes) return this.cut('slowConsumer')
    const frame = frameOfAll(messages)
    if (queuedBytes + frame.length > clientBufferBytes && messages.length > 1) return this.#hand(messages, clientBufferBytes, queuedBytes)
    this.#cursor = messages.at(-1)!.cursor
    this.#room.counters.deliveredCount += messages.length
    this.#write(frame)
  }

  onFault(): void {
    this.cut('streamError')
  }

  beat(): void {
    // A reader that is behind has little queued, so only a whole interval without progress tells that it stalls.
    if (this.#isBehind && !this.#hasMoved) return this.cut('slowConsumer')
    this.#hasMoved = false
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

  /** Hands over what the log holds after the cursor, little by little. A fault ends this stream alone: above it is only the event loop. */
  #readOn(): void {
    this.#isBehind = false
    const { gapCount, messages } = this.#channel.since(this.#cursor)
    try {
      if (gapCount > 0) this.#write(Buffer.from(`event: gap\ndata: ${gapLine(gapCount)}\n\n`))
      this.#hand(messages, Math.min(readAheadBytes, this.#room.clientBufferBytes), this.#queuedBytes())
    } catch {
      this.onFault()
    }
  }

  /** Writes until more than `limitBytes` would be queued. The message that crosses it is written too: the bound is that and one message. */
  #hand(messages: readonly LoggedMessage[], limitBytes: number, queuedBytes: number): void {
    for (const message of messages) {
      const frame = frameOf(message)
      this.#cursor = message.cursor
      this.#room.counters.deliveredCount++
      if (queuedBytes + frame.length > limitBytes && message !== messages.at(-1)) {
        this.#isBehind = true
        this.#write(frame, (fault) => this.#onDrained(fault))
        return
      }
      queuedBytes = this.#write(frame)
    }
  }

  #onDrained(fault: Error | null | undefined): void {
    if (fault instanceof Error || this.#response.destroyed) return
    this.#hasMoved = true
    this.#readOn()
  }

  /** Returns the bytes now queued. A false return of `write` means "queued", not "gone": only the bound decides. */
  #write(frame: Buffer, onTaken?: (fault: Error | null | undefined) => void): number {
    ;(this.#gzip ?? this.#response).write(frame, onTaken)
    const { counters } = this.#room
    const queuedBytes = this.#queuedBytes()
    if (queuedBytes > counters.maxQueuedBytes) counters.maxQueuedBytes = queuedBytes
    return queuedBytes
  }

  #queuedBytes(): number {
    return this.#response.writableLength + (this.#gzip === undefined ? 0 : this.#gzip.writableLength + this.#gzip.readableLength)
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

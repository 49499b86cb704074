import type { ServerResponse } from 'node:http'
import { constants, createGzip, type Gzip } from 'node:zlib'
import type { FastifyPluginCallback } from 'fastify'
import type { CloseReason } from '../src/core/counters.ts'
import type { SseOptions } from '../src/core/transports/sse.ts'
import { cut, join, keepsUp, leave, writeNews, type Stream, type StreamServer, type Taken } from './backlog-writer.ts'
import { resumeCursor, startHijacked, subscribeQuery, type ServerContext } from './contract.ts'
import { Heartbeat } from './heartbeat.ts'
import type { ChannelLog, LogGap, LoggedMessage } from './message-log.ts'

const heartbeatFrame = Buffer.from(':\n\n')

/**
 * Server-sent events (WHATWG HTML §9.2): `GET /sse?channel=&after=` is one `text/event-stream` that resumes from
 * `Last-Event-ID`. Each message is serialised once, not once per client.
 */
export const transport: FastifyPluginCallback<ServerContext<SseOptions>> = (app, { log, counters, options, behaviour }, done) => {
  const streams = new Heartbeat<EventStream>(
    options.heartbeatMs,
    (stream) => {
      if (!keepsUp(stream)) return
      counters.heartbeatCount++
      stream.write(heartbeatFrame)
    },
    behaviour.inPhase,
  )
  const server: StreamServer = { streams, counters, clientBufferBytes: options.clientBufferBytes, frameOf, frameOfAll, gapFrame }

  // Fastify would answer HEAD with the same handler: a stream without a body that never ends.
  app.get('/sse', { exposeHeadRoute: false }, (request, reply) => {
    const { channel, after } = subscribeQuery(request.query as Record<string, unknown>)
    counters.requestCount++
    const compressed = options.compression && acceptsGzip(request.headers['accept-encoding'])
    startHijacked(reply, 200, {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-cache, no-transform',
      'x-accel-buffering': 'no',
      ...(compressed ? { 'content-encoding': 'gzip', vary: 'accept-encoding' } : {}),
    })
    // A client that left while an asynchronous hook ran has no close event to come, so nothing would release it.
    if (reply.raw.destroyed) counters.abandonedCount++
    else join(new EventStream(server, reply.raw, log.channel(channel), compressed), resumeCursor(request.headers['last-event-id'], after))
  })

  app.addHook('preClose', (next) => {
    streams.stop()
    for (const stream of streams.members()) stream.end()
    next()
  })
  done()
}

/** Reads `Accept-Encoding`: names are the same in either case, and one of weight 0 is refused (RFC 9110 §12.4.2 and §12.5.3). */
function acceptsGzip(header = ''): boolean {
  const weights = new Map<string, number>()
  for (const coding of header.toLowerCase().split(',')) {
    const [name = '', ...parameters] = coding.split(';').map((part) => part.trim())
    const weight = parameters.find((parameter) => parameter.startsWith('q='))
    weights.set(name, weight === undefined ? 1 : Number(weight.slice('q='.length)))
  }
  return (weights.get('gzip') ?? weights.get('x-gzip') ?? weights.get('*') ?? 0) > 0
}

/** The bytes of one event; the transfer coding adds its own (RFC 9112 §7.1). */
export function eventFrame(cursor: string, line: string): Buffer {
  return Buffer.from(`id: ${cursor}\ndata: ${line}\n\n`)
}

function frameOf(message: LoggedMessage): Buffer {
  return (message.frame ??= eventFrame(message.cursor, message.line))
}

function gapFrame({ cursor, line }: LogGap): Buffer {
  return Buffer.from(`event: gap\nid: ${cursor}\ndata: ${line}\n\n`)
}

const framesOfTurns = new WeakMap<readonly LoggedMessage[], Buffer>()

/** What came together leaves in one write: the events of a turn in one piece, made once for all streams. */
function frameOfAll(messages: readonly LoggedMessage[]): Buffer {
  let frame = framesOfTurns.get(messages)
  if (frame === undefined) framesOfTurns.set(messages, (frame = Buffer.concat(messages.map(frameOf))))
  return frame
}

/** One open stream. */
class EventStream implements Stream {
  readonly server: StreamServer
  readonly channel: ChannelLog
  readonly #response: ServerResponse
  readonly #gzip: Gzip | undefined
  reason: CloseReason = 'clientLeft'
  position = 0
  isBehind = false
  hasMoved = false

  constructor(server: StreamServer, response: ServerResponse, channel: ChannelLog, compressed: boolean) {
    this.server = server
    this.channel = channel
    this.#response = response
    this.#gzip = compressed ? createGzip({ flush: constants.Z_SYNC_FLUSH }) : undefined
    this.#gzip?.pipe(response)
    if (compressed) server.counters.compressedCount++
    response.once('close', () => {
      leave(this)
      this.#gzip?.destroy()
    })
    response.on('error', () => cut(this, 'streamError'))
  }

  get isOpen(): boolean {
    return !this.#response.destroyed
  }

  get queuedBytes(): number {
    return this.#response.writableLength + (this.#gzip === undefined ? 0 : this.#gzip.writableLength + this.#gzip.readableLength)
  }

  onMessages(notified: readonly LoggedMessage[]): void {
    writeNews(this, notified)
  }

  onError(): void {
    cut(this, 'streamError')
  }

  write(frame: Buffer, onTaken?: Taken): void {
    ;(this.#gzip ?? this.#response).write(frame, onTaken)
  }

  end(): void {
    this.reason = 'shutdown'
    ;(this.#gzip ?? this.#response).end()
  }

  destroy(): void {
    this.#response.destroy()
  }
}

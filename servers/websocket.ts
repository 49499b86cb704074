import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import type { FastifyPluginCallback } from 'fastify'
import { WebSocket, WebSocketServer } from 'ws'
import type { CloseReason, ServerCounters } from '../src/core/counters.ts'
import { messageOf } from '../src/core/errors.ts'
import { gapLine } from '../src/core/wire.ts'
import { subscribeQuery, type ServerContext, type SubscribeQuery } from './contract.ts'
import { Heartbeat } from './heartbeat.ts'
import type { ChannelLog, Listener, LoggedMessage } from './message-log.ts'

export interface WebSocketServerOptions {
  /** Time between two pings to one client, in ms; a client that has not answered the last one is cut as dead. */
  heartbeatMs: number
  /** Bytes that may be queued for one client before it is cut as a slow consumer. */
  clientBufferBytes: number
  /** Negotiate permessage-deflate (RFC 7692). */
  perMessageDeflate: boolean
  /** Largest message accepted from a client; a larger one is closed with code 1009. */
  maxPayloadBytes: number
}

/** WebSocket (RFC 6455): `GET /websocket?channel=&after=` upgrades; one text frame = one line. */
export const transport: FastifyPluginCallback<ServerContext<WebSocketServerOptions>> = (app, { log, counters, options }, done) => {
  const room: Room = {
    peers: new Heartbeat<Peer>(options.heartbeatMs, (peer) => peer.beat()),
    counters,
    clientBufferBytes: options.clientBufferBytes,
  }
  const acceptor = new WebSocketServer<typeof Peer>({
    noServer: true,
    clientTracking: false,
    WebSocket: Peer,
    perMessageDeflate: options.perMessageDeflate,
    maxPayload: options.maxPayloadBytes,
  })

  app.server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    const url = new URL(request.url ?? '/', 'http://upgrade')
    if (url.pathname !== '/websocket') return refuse(socket, '404 Not Found', `no WebSocket at ${url.pathname}`)
    let query: SubscribeQuery
    try {
      query = subscribeQuery(Object.fromEntries(url.searchParams))
    } catch (fault) {
      return refuse(socket, '400 Bad Request', messageOf(fault))
    }
    counters.requestCount++
    acceptor.handleUpgrade(request, socket, head, (peer) => peer.join(room, log.channel(query.channel), query.after))
  })

  app.addHook('preClose', (next) => {
    room.peers.stop()
    for (const peer of room.peers.members()) peer.leave()
    next()
  })
  // A peer that does not answer the close frame must not hold up the shutdown.
  app.addHook('onClose', (_, next) => {
    for (const peer of room.peers.members()) peer.terminate()
    next()
  })
  done()
}

function refuse(socket: Duplex, status: string, reason: string): void {
  socket.end(`HTTP/1.1 ${status}\r\nconnection: close\r\ncontent-type: text/plain\r\ncontent-length: ${Buffer.byteLength(reason)}\r\n\r\n${reason}`)
}

function frameOf(message: LoggedMessage): Buffer {
  return (message.frame ??= Buffer.from(message.line))
}

const asText = { binary: false }

function reasonOfFault(fault: NodeJS.ErrnoException): CloseReason {
  if (fault.code === 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH') return 'messageTooBig'
  return fault.code?.startsWith('WS_ERR_') === true || fault instanceof RangeError ? 'protocolError' : 'streamError'
}

/** What all peers of a server share. */
interface Room {
  peers: Heartbeat<Peer>
  counters: ServerCounters
  clientBufferBytes: number
}

/** One connected client. It is the socket itself, with a few fields more, so that a client costs no second object. */
class Peer extends WebSocket implements Listener {
  #room!: Room
  #channel!: ChannelLog
  #reason: CloseReason = 'clientLeft'
  #answeredPing = true

  join(room: Room, channel: ChannelLog, after: number): void {
    this.#room = room
    this.#channel = channel
    this.on('pong', Peer.#onPong)
    this.on('error', Peer.#onError)
    this.on('close', Peer.#onClose)
    room.counters.waitingCount++
    if (this.extensions !== '') room.counters.compressedCount++
    const { gapCount, messages } = channel.since(after)
    if (gapCount > 0) this.send(gapLine(gapCount))
    this.onMessages(messages)
    channel.listeners.add(this)
    room.peers.add(this)
  }

  onMessages(messages: readonly LoggedMessage[]): void {
    const { counters, clientBufferBytes } = this.#room
    for (const message of messages) {
      this.send(frameOf(message), asText)
      counters.deliveredCount++
      const queuedBytes = this.bufferedAmount
      if (queuedBytes > counters.maxQueuedBytes) counters.maxQueuedBytes = queuedBytes
      if (queuedBytes > clientBufferBytes) return this.#cut('slowConsumer')
    }
  }

  onFault(): void {
    this.#cut('streamError')
  }

  beat(): void {
    if (!this.#answeredPing) return this.#cut('deadPeer')
    this.#answeredPing = false
    this.#room.counters.heartbeatCount++
    this.ping()
  }

  leave(): void {
    this.#reason = 'shutdown'
    this.close(1001, 'server shutting down')
  }

  #cut(reason: CloseReason): void {
    this.#reason = reason
    this.#channel.listeners.delete(this)
    this.terminate()
  }

  static #onPong(this: WebSocket): void {
    const peer = this as Peer
    peer.#answeredPing = true
    peer.#room.counters.pongCount++
  }

  static #onError(this: WebSocket, fault: Error): void {
    ;(this as Peer).#reason = reasonOfFault(fault)
  }

  static #onClose(this: WebSocket): void {
    const peer = this as Peer
    peer.#channel.listeners.delete(peer)
    peer.#room.peers.delete(peer)
    peer.#room.counters.waitingCount--
    peer.#room.counters.closed[peer.#reason]++
  }
}

import type { Duplex } from 'node:stream'
import { WebSocket, type RawData } from 'ws'
import type { CloseReason } from '../src/core/counters.ts'
import { parseUpstreamFrame } from '../src/core/wire.ts'
import { cut, join, keepsUp, leave, writeNews, type Stream, type StreamServer, type Taken } from './backlog-writer.ts'
import type { SubscribeQuery } from './contract.ts'
import type { ChannelLog, LogGap, LoggedMessage, MessageLog } from './message-log.ts'

export function frameOf(message: LoggedMessage): Buffer {
  return (message.frame ??= Buffer.from(message.line))
}

export function gapFrame({ line }: LogGap): Buffer {
  return Buffer.from(line)
}

const asText = { binary: false }

function reasonOfError(error: NodeJS.ErrnoException): CloseReason {
  if (error.code === 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH') return 'messageTooBig'
  return error.code?.startsWith('WS_ERR_') === true || error instanceof RangeError ? 'protocolError' : 'streamError'
}

/** What all peers of a server share. */
export interface PeerServer extends StreamServer<Peer> {
  log: MessageLog
  /** Pings that a healthy peer may not have answered yet when the next is due: the path alone keeps so many. */
  pingsUnderWayCount: number
}

/** One connected client. It is the socket itself, with a few fields more, so that a client costs no second object. */
export class Peer extends WebSocket implements Stream {
  server!: PeerServer
  channel!: ChannelLog
  #connection!: Duplex
  #channelName = ''
  reason: CloseReason = 'clientLeft'
  #unansweredCount = 0
  position = 0
  isBehind = false
  hasMoved = false

  join(server: PeerServer, connection: Duplex, { channel: name, after }: SubscribeQuery): void {
    this.server = server
    this.channel = server.log.channel(name)
    this.#connection = connection
    this.#channelName = name
    this.on('message', Peer.#onMessage)
    this.on('ping', Peer.#onPing)
    this.on('pong', Peer.#onPong)
    this.on('error', Peer.#onError)
    this.on('close', Peer.#onClose)
    if (this.extensions !== '') server.counters.compressedCount++
    join(this, after)
  }

  get isOpen(): boolean {
    return this.readyState === WebSocket.OPEN
  }

  get queuedBytes(): number {
    return this.bufferedAmount
  }

  onMessages(notified: readonly LoggedMessage[]): void {
    writeNews(this, notified)
  }

  onError(): void {
    cut(this, 'streamError')
  }

  write(frame: Buffer, onTaken?: Taken): void {
    this.send(frame, asText, onTaken)
  }

  destroy(): void {
    this.terminate()
  }

  cork(): void {
    this.#connection.cork()
  }

  uncork(): void {
    this.#connection.uncork()
  }

  sendHeartbeat(): void {
    if (!keepsUp(this)) return
    if (this.#unansweredCount > this.server.pingsUnderWayCount) return cut(this, 'deadPeer')
    this.#unansweredCount++
    this.server.counters.heartbeatCount++
    this.ping()
  }

  shutDown(): void {
    this.reason = 'shutdown'
    this.close(1001, 'server shutting down')
  }

  /** What a client sends is published on the channel of its connection. */
  static #onMessage(this: WebSocket, data: RawData, isBinary: boolean): void {
    const peer = this as Peer
    if (!peer.isOpen) return
    if (isBinary) return Peer.#refuse(peer, 1003, 'text frames only')
    let text: string
    try {
      text = parseUpstreamFrame((data as Buffer).toString('utf8'))
    } catch {
      return Peer.#refuse(peer, 1007, 'a frame is {"data": text}')
    }
    const { counters, log } = peer.server
    counters.upstreamCount++
    counters.publishedCount++
    log.publish([{ channel: peer.#channelName, data: text }])
  }

  /** Close codes of RFC 6455 §7.4.1: 1003 for a type that is not taken, 1007 for content that does not fit its type. */
  static #refuse(peer: Peer, code: number, reason: string): void {
    peer.reason = 'protocolError'
    peer.channel.removeListener(peer)
    peer.close(code, reason)
  }

  /** The library ends a connection at 60 answers that wait, a burst of a client that reads; what bounds messages bounds pongs. */
  static #onPing(this: WebSocket, data: Buffer): void {
    const peer = this as Peer
    if (!peer.isOpen) return
    if (peer.queuedBytes > peer.server.clientBufferBytes) cut(peer, 'slowConsumer')
    else peer.pong(data)
  }

  static #onPong(this: WebSocket): void {
    const peer = this as Peer
    if (peer.#unansweredCount > 0) peer.#unansweredCount--
    peer.server.counters.pongCount++
  }

  static #onError(this: WebSocket, error: Error): void {
    const peer = this as Peer
    if (peer.reason === 'clientLeft') peer.reason = reasonOfError(error)
  }

  static #onClose(this: WebSocket): void {
    leave(this as Peer)
  }
}

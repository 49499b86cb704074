import type { Duplex } from 'node:stream'
import { WebSocket, type RawData } from 'ws'
import type { CloseReason, ServerCounters } from '../src/core/counters.ts'
import { gapLine, parseUpstreamFrame } from '../src/core/wire.ts'
import { readAheadBytes, type SubscribeQuery } from './contract.ts'
import type { Heartbeat } from './heartbeat.ts'
import { newsAfter, type ChannelLog, type Listener, type LoggedMessage, type MessageLog } from './message-log.ts'

function frameOf(message: LoggedMessage): Buffer {
  return (message.frame ??= Buffer.from(message.line))
}

const asText = { binary: false }

function reasonOfFault(fault: NodeJS.ErrnoException): CloseReason {
  if (fault.code === 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH') return 'messageTooBig'
  return fault.code?.startsWith('WS_ERR_') === true || fault instanceof RangeError ? 'protocolError' : 'streamError'
}

/** What all peers of a server share. */
export interface Room {
  peers: Heartbeat<Peer>
  log: MessageLog
  counters: ServerCounters
  clientBufferBytes: number
}

/** One connected client. It is the socket itself, with a few fields more, so that a client costs no second object. */
export class Peer extends WebSocket implements Listener {
  #room!: Room
  #connection!: Duplex
  #channel!: ChannelLog
  #channelName = ''
  #reason: CloseReason = 'clientLeft'
  #answeredPing = true
  /** Cursor of the last message that was handed to the connection. */
  #cursor = 0
  /** True while the rest waits in the log, until the connection has taken what is queued. */
  #isBehind = false
  #hasMoved = false

  join(room: Room, connection: Duplex, { channel: name, after }: SubscribeQuery): void {
    this.#room = room
    this.#connection = connection
    const channel = room.log.channel(name)
    this.#channel = channel
    this.#channelName = name
    this.on('message', Peer.#onMessage)
    this.on('pong', Peer.#onPong)
    this.on('error', Peer.#onError)
    this.on('close', Peer.#onClose)
    room.counters.waitingCount++
    if (this.extensions !== '') room.counters.compressedCount++
    channel.listeners.add(this)
    room.peers.add(this)
    this.#cursor = after > channel.cursor ? 0 : after
    this.#readOn()
  }

  /** Cuts the reader when an earlier publish has left more than the bound in its queue; within one publish the rest waits in the log. */
  onMessages(told: readonly LoggedMessage[]): void {
    if (this.#isBehind || this.readyState !== WebSocket.OPEN) return
    const messages = newsAfter(this.#cursor, told)
    if (messages.length === 0) return
    const { clientBufferBytes } = this.#room
    const queuedBytes = this.bufferedAmount
    if (queuedBytes > clientBufferBytes) this.#cut('slowConsumer')
    else if (queuedBytes === 0 && messages.length === 1) this.#sendOne(messages[0]!)
    else this.#hand(messages, clientBufferBytes, queuedBytes)
  }

  /** What nearly every delivery is: one message, nothing queued before it. */
  #sendOne(message: LoggedMessage): void {
    const { counters } = this.#room
    this.#cursor = message.cursor
    counters.deliveredCount++
    this.send(frameOf(message), asText)
    const queuedBytes = this.bufferedAmount
    if (queuedBytes > counters.maxQueuedBytes) counters.maxQueuedBytes = queuedBytes
  }

  onFault(): void {
    this.#cut('streamError')
  }

  beat(): void {
    // A reader that is behind has little queued, so only a whole interval without progress tells that it stalls.
    if (this.#isBehind && !this.#hasMoved) return this.#cut('slowConsumer')
    this.#hasMoved = false
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

  /** Hands over what the log holds after the cursor, little by little. A fault ends this socket alone: above it is only the event loop. */
  #readOn(): void {
    this.#isBehind = false
    const { gapCount, messages } = this.#channel.since(this.#cursor)
    try {
      if (gapCount > 0) this.send(gapLine(gapCount))
      this.#hand(messages, Math.min(readAheadBytes, this.#room.clientBufferBytes), this.bufferedAmount)
    } catch {
      this.onFault()
    }
  }

  /** Sends until more than `limitBytes` would be queued. The message that crosses it is sent too: the bound is that and one message. */
  #hand(messages: readonly LoggedMessage[], limitBytes: number, queuedBytes: number): void {
    // What came together leaves in one write. Uncorked before the next client's turn, so that the first does not wait for the last.
    this.#connection.cork()
    try {
      this.#sendUpTo(messages, limitBytes, queuedBytes)
    } finally {
      this.#connection.uncork()
    }
  }

  #sendUpTo(messages: readonly LoggedMessage[], limitBytes: number, queuedBytes: number): void {
    const { counters } = this.#room
    for (const message of messages) {
      const frame = frameOf(message)
      const isFull = queuedBytes + frame.length > limitBytes && message !== messages.at(-1)
      this.#cursor = message.cursor
      this.#isBehind = isFull
      counters.deliveredCount++
      this.send(frame, asText, isFull ? (fault) => this.#onDrained(fault) : undefined)
      queuedBytes = this.bufferedAmount
      if (queuedBytes > counters.maxQueuedBytes) counters.maxQueuedBytes = queuedBytes
      if (isFull) return
    }
  }

  #onDrained(fault: Error | null | undefined): void {
    if (fault instanceof Error || this.readyState !== WebSocket.OPEN) return
    this.#hasMoved = true
    this.#readOn()
  }

  /** What a client sends is published on the channel of its connection. */
  static #onMessage(this: WebSocket, data: RawData, isBinary: boolean): void {
    const peer = this as Peer
    if (peer.readyState !== WebSocket.OPEN) return
    if (isBinary) return peer.#refuse(1003, 'text frames only')
    let text: string
    try {
      text = parseUpstreamFrame((data as Buffer).toString('utf8'))
    } catch {
      return peer.#refuse(1007, 'a frame is {"data": text}')
    }
    const { counters, log } = peer.#room
    counters.upstreamCount++
    counters.publishedCount++
    log.publish([{ channel: peer.#channelName, data: text }])
  }

  /** Close codes of RFC 6455 §7.4.1: 1003 for a type that is not taken, 1007 for content that does not fit its type. */
  #refuse(code: number, reason: string): void {
    this.#reason = 'protocolError'
    this.#channel.listeners.delete(this)
    this.close(code, reason)
  }

  static #onPong(this: WebSocket): void {
    const peer = this as Peer
    peer.#answeredPing = true
    peer.#room.counters.pongCount++
  }

  static #onError(this: WebSocket, fault: Error): void {
    const peer = this as Peer
    if (peer.#reason === 'clientLeft') peer.#reason = reasonOfFault(fault)
  }

  static #onClose(this: WebSocket): void {
    const peer = this as Peer
    peer.#channel.listeners.delete(peer)
    peer.#room.peers.delete(peer)
    peer.#room.counters.waitingCount--
    peer.#room.counters.closed[peer.#reason]++
  }
}

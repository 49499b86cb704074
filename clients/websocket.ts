import type { connect, Socket } from 'node:net'
import { WebSocket, type RawData } from 'ws'
import { faultClassOf, type FailureClass } from '../src/core/failure-class.ts'
import { parseLine, upstreamFrame } from '../src/core/wire.ts'
import type { WebSocketOptions } from '../src/core/transports/websocket.ts'
import type { ClientContext, TransportClient } from './contract.ts'
import { authority, openSocket, subscribePath, userAgent } from './http-connection.ts'
import { StreamClient } from './stream-client.ts'

/** Close code for a message larger than the receiver takes (RFC 6455 §7.4.1). */
const tooBigCode = 1009

/** Of 131 bytes at most each, so that a server that pings and does not read fills no memory. */
const maxUnsentPongCount = 1_024

/** Holds one socket open; after a cut it comes back with its cursor in the URL. */
class WebSocketClient extends StreamClient<WebSocketOptions> {
  #socket: OwnedSocket | undefined
  #transport: Socket | undefined
  #earlierRead = 0
  #earlierWritten = 0
  #cursor: string | undefined
  #failure: FailureClass | undefined

  get bytesRead(): number {
    return this.#earlierRead + (this.#transport?.bytesRead ?? 0)
  }

  get bytesWritten(): number {
    return this.#earlierWritten + (this.#transport?.bytesWritten ?? 0)
  }

  protected open(): void {
    const { channel, index, options } = this.context
    this.#failure = undefined
    const url = `ws://${authority(this.context)}${subscribePath('/websocket', channel, this.#cursor)}`
    this.#socket = new OwnedSocket(url, {
      perMessageDeflate: options.perMessageDeflate,
      maxPayload: options.maxPayloadBytes,
      autoPong: false,
      headers: { 'user-agent': userAgent(index) },
      createConnection: (() => this.#connect()) as typeof connect,
    })
    this.#socket.own(this)
  }

  protected drop(): void {
    this.#socket?.terminate()
  }

  pause(): void {
    this.#socket?.pause()
  }

  resume(): void {
    this.#socket?.resume()
  }

  send(data: string): boolean {
    if (this.#socket?.readyState !== WebSocket.OPEN) return false
    this.#socket.send(upstreamFrame(data))
    return true
  }

  onDeadline(): void {
    if (this.isClosed) return
    this.#failure = this.isRequestInFlight ? 'timedOut' : 'serverSilent'
    this.drop()
  }

  onUpgrade(extensions: string): void {
    const { tally } = this.context
    this.isRequestInFlight = false
    tally.status(101)
    tally.requestCompleted(false)
    if (extensions !== '') tally.compressedCount++
    this.onOpen()
  }

  onPing(): void {
    if (this.isClosed) return
    this.context.tally.heartbeatCount++
    this.expectHeartbeat()
  }

  onText(text: string): void {
    if (this.isClosed) return
    this.expectHeartbeat()
    const line = parseLine(text)
    this.#cursor = line.cursor
    if ('gap' in line) return this.context.receiveGap(line.cursor, line.gap)
    this.context.receive(line.cursor, line.data)
  }

  onError(error: Error): void {
    const failure = faultClassOf(error)
    // The library gives no code to what it finds wrong with the answer to a handshake.
    this.#failure ??= failure === 'other' && this.isRequestInFlight ? 'handshakeFailed' : failure
  }

  onStatus(status: number): void {
    this.context.tally.status(status)
    this.#failure = 'handshakeFailed'
  }

  onClose(code: number, reason: string): void {
    if (this.isClosed) return
    const failure = this.#failure ?? (code === tooBigCode ? 'messageTooBig' : 'closed')
    // The library reports an end that it caused itself as 1006; the code on the wire was the one for a message too big.
    this.context.tally.closeCode(failure === 'messageTooBig' && code === 1006 ? tooBigCode : code, reason)
    this.lose(failure)
  }

  #connect(): Socket {
    this.#earlierRead += this.#transport?.bytesRead ?? 0
    this.#earlierWritten += this.#transport?.bytesWritten ?? 0
    return (this.#transport = openSocket(this.context))
  }
}

/** A socket with its client beside it, so that all clients share one set of handlers. */
class OwnedSocket extends WebSocket {
  #client!: WebSocketClient
  #unsentPongCount = 0
  #latestPing: Buffer | undefined

  own(client: WebSocketClient): void {
    this.#client = client
    this.on('open', OwnedSocket.#onOpen)
    this.on('message', OwnedSocket.#onMessage)
    this.on('ping', OwnedSocket.#onPing)
    this.on('unexpected-response', OwnedSocket.#onUnexpectedResponse)
    this.on('error', OwnedSocket.#onError)
    this.on('close', OwnedSocket.#onClose)
  }

  static #onOpen(this: WebSocket): void {
    ;(this as OwnedSocket).#client.onUpgrade(this.extensions)
  }

  static #onMessage(this: WebSocket, data: RawData): void {
    // What came in one chunk with a faulty message is still reported after the cut; it is sent again after the reconnect.
    if (this.readyState !== WebSocket.OPEN) return
    try {
      ;(this as OwnedSocket).#client.onText((data as Buffer).toString('utf8'))
    } catch (error) {
      ;(this as OwnedSocket).#client.onError(error as Error)
      this.terminate()
    }
  }

  static #onPing(this: WebSocket, data: Buffer): void {
    const socket = this as OwnedSocket
    socket.#client.onPing()
    socket.#answer(data)
  }

  /**
   * Where too many answers wait for the kernel, the latest ping is answered for all (RFC 6455 §5.5.3). The library ends the
   * connection at 60 that wait, which one chunk of a burst can bring about.
   */
  #answer(ping: Buffer): void {
    if (this.readyState !== WebSocket.OPEN) return
    if (this.#unsentPongCount >= maxUnsentPongCount) return void (this.#latestPing = ping)
    this.#unsentPongCount++
    this.pong(ping, true, () => {
      this.#unsentPongCount--
      const latest = this.#latestPing
      this.#latestPing = undefined
      if (latest !== undefined) this.#answer(latest)
    })
  }

  static #onUnexpectedResponse(this: WebSocket, request: { destroy(): void }, response: { statusCode?: number }): void {
    ;(this as OwnedSocket).#client.onStatus(response.statusCode ?? 0)
    request.destroy()
    this.terminate()
  }

  static #onError(this: WebSocket, error: Error): void {
    ;(this as OwnedSocket).#client.onError(error)
  }

  static #onClose(this: WebSocket, code: number, reason: Buffer): void {
    ;(this as OwnedSocket).#client.onClose(code, reason.toString('utf8'))
  }
}

export function createClient(context: ClientContext<WebSocketOptions>): TransportClient {
  return new WebSocketClient(context)
}

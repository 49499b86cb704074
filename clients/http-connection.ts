import { connect, type Socket } from 'node:net'
import { Client, type Dispatcher } from 'undici'
import { libraryTimeouts } from '../src/core/library-timeouts.ts'
import type { ClientContext } from './contract.ts'

/**
 * undici ends an idle connection 2 s before the server says that it would; this much later means never, in a trial. The
 * server is the one to let go, as it is for a browser's tab, and for a client that has vanished it is the only one left.
 */
const idleMs = 3_600_000

/**
 * A path with the query that all transports take.
 *
 * @param after cursor of a client that comes back; undefined for one that has read nothing yet
 */
export function subscribePath(path: string, channel: string, after?: string): string {
  const subscribed = `${path}?channel=${encodeURIComponent(channel)}`
  return after === undefined ? subscribed : `${subscribed}&after=${encodeURIComponent(after)}`
}

/** What a connection needs of its client. */
export type Endpoint = Pick<ClientContext, 'host' | 'port' | 'localAddress' | 'tally'>

/** Host and port as a URL writes them: an IPv6 address in brackets (RFC 3986 §3.2.2). */
export function authority({ host, port }: Endpoint): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`
}

/** Opens a TCP connection with the same options for every transport, and counts it once it is open. */
export function openSocket({ host, port, localAddress, tally }: Endpoint): Socket {
  const socket = connect({ host, port, noDelay: true, ...(localAddress === undefined ? {} : { localAddress }) })
  return socket.once('connect', () => tally.openedCount++)
}

/** The requester: called as the response arrives, and not any more once the request was cut. */
export interface ResponseHandler {
  onHeaders(status: number, rawHeaders: readonly Buffer[]): void
  onData(chunk: Buffer): void
  onComplete(): void
  onError(error: Error): void
}

/** Events of a connection rather than of a request. */
export interface ConnectionOwner {
  /** The connection has ended, whoever ended it. */
  onDisconnect(): void
}

/**
 * One request. Stands between undici and the handler, because undici reports the end of a cut request only when its socket has
 * closed: by then the handler may have asked again, and would take it for the end of the new one.
 */
class Exchange implements Dispatcher.DispatchHandler {
  handler: ResponseHandler | undefined
  readonly #connection: { readonly isPaused: boolean }
  /** What came while the connection was paused, in order. undici stops reading at the first false that it is given. */
  #held: (() => void)[] | undefined
  #resumeReading: (() => void) | undefined

  constructor(handler: ResponseHandler, connection: { readonly isPaused: boolean }) {
    this.handler = handler
    this.#connection = connection
  }

  resume(): void {
    const held = this.#held
    if (held === undefined) return
    this.#held = undefined
    for (const tell of held) tell()
    this.#resumeReading?.()
  }

  onConnect(): void {
    // undici refuses a handler without it.
  }

  onHeaders(status: number, rawHeaders: Buffer[], resumeReading: () => void): boolean {
    this.#resumeReading = resumeReading
    return this.#tell(() => this.handler?.onHeaders(status, rawHeaders))
  }

  onData(chunk: Buffer): boolean {
    if (!this.#connection.isPaused) {
      this.handler?.onData(chunk)
      return true
    }
    return this.#tell(() => this.handler?.onData(chunk))
  }

  onComplete(): void {
    this.#tell(() => this.handler?.onComplete())
  }

  onError(error: Error): void {
    this.#tell(() => this.handler?.onError(error))
  }

  /** False when it is reported only later. */
  #tell(call: () => void): boolean {
    if (!this.#connection.isPaused) {
      call()
      return true
    }
    ;(this.#held ??= []).push(call)
    return false
  }
}

/**
 * The HTTP/1.1 connection of one simulated client, kept alive as a browser tab would hold it: undici's Client with its
 * own timers off (they are too coarse to be a deadline) and exact byte counts over all sockets that it opens.
 */
export class HttpConnection {
  readonly #context: Endpoint
  readonly #isKept: boolean
  readonly #pipelining: number
  #client: Client
  #exchange: Exchange | undefined
  #connecting: Socket | undefined
  #socket: Socket | undefined
  #earlierRead = 0
  #earlierWritten = 0
  openedCount = 0
  isPaused = false
  readonly #owner: ConnectionOwner | undefined

  /**
   * @param isKept false = a connection of its own for each request
   * @param pipelining requests that may be under way at once, in order
   * @param owner is notified of the end of a kept connection
   */
  constructor(
    context: Endpoint,
    { isKept = true, pipelining = 1, owner }: { isKept?: boolean; pipelining?: number; owner?: ConnectionOwner } = {},
  ) {
    this.#context = context
    this.#isKept = isKept
    this.#pipelining = pipelining
    this.#owner = isKept ? owner : undefined
    this.#client = this.#createClient()
  }

  get bytesRead(): number {
    return this.#earlierRead + (this.#socket?.bytesRead ?? 0)
  }

  get bytesWritten(): number {
    return this.#earlierWritten + (this.#socket?.bytesWritten ?? 0)
  }

  /** True when the next request leaves on a connection that is open already. */
  get isOpen(): boolean {
    return this.#socket !== undefined && !this.#socket.destroyed
  }

  get(path: string, headers: Record<string, string>, handler: ResponseHandler): void {
    this.#exchange = new Exchange(handler, this)
    this.#client.dispatch({ method: 'GET', path, headers, reset: !this.#isKept }, this.#exchange)
  }

  /** Sends without waiting for the answers before it, as far as pipelining goes. */
  post(path: string, body: string, headers: Record<string, string>, handler: ResponseHandler): void {
    this.#exchange = new Exchange(handler, this)
    this.#client.dispatch({ method: 'POST', path, headers, body, idempotent: true, blocking: false }, this.#exchange)
  }

  /**
   * Ends the request under way, wherever it is, and the connection with it.
   *
   * Takes undici's Client away as a whole: a request that it has not written yet cannot be aborted alone, and would leave
   * after all, beside the next one.
   */
  cut(cause: Error): void {
    this.#destroy(cause)
    this.#client = this.#createClient()
  }

  close(): void {
    this.#destroy(null)
  }

  /** Leaves unread what comes from now on. */
  pause(): void {
    this.isPaused = true
  }

  resume(): void {
    this.isPaused = false
    this.#exchange?.resume()
  }

  #createClient(): Client {
    return new Client(`http://${authority(this.#context)}`, {
      pipelining: this.#pipelining,
      headersTimeout: libraryTimeouts.undiciHeadersMs,
      bodyTimeout: libraryTimeouts.undiciBodyMs,
      keepAliveTimeoutThreshold: -idleMs,
      connect: (_, callback) => {
        const socket = (this.#connecting = openSocket(this.#context))
        socket.once('connect', () => {
          this.#attach(socket)
          callback(null, socket)
        })
        socket.on('error', (error) => {
          if (this.#connecting !== socket) return
          this.#connecting = undefined
          callback(error, null)
        })
      },
    })
  }

  #destroy(cause: Error | null): void {
    if (this.#exchange !== undefined) this.#exchange.handler = undefined
    this.#connecting?.destroy()
    this.#connecting = undefined
    this.#client.destroy(cause).catch(() => undefined)
  }

  #attach(socket: Socket): void {
    this.#connecting = undefined
    this.#earlierRead += this.#socket?.bytesRead ?? 0
    this.#earlierWritten += this.#socket?.bytesWritten ?? 0
    this.#socket = socket
    this.openedCount++
    if (this.#owner !== undefined) socket.once('close', () => this.#owner!.onDisconnect())
  }
}

export function userAgent(index: number): string {
  return `transport-bench (client ${index})`
}

import { connect, type Socket } from 'node:net'
import { Client, type Dispatcher } from 'undici'
import type { ClientContext } from './contract.ts'

/** A path with the query that all transports take. */
export function subscribePath(path: string, channel: string, after: number): string {
  return `${path}?channel=${encodeURIComponent(channel)}&after=${after}`
}

/** Host and port as a URL writes them: an IPv6 address in brackets (RFC 3986 §3.2.2). */
export function authority({ host, port }: ClientContext): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`
}

/** Opens a TCP connection with the same options for every transport, and counts it once it is open. */
export function openSocket({ host, port, localAddress, tally }: ClientContext): Socket {
  const socket = connect({ host, port, noDelay: true, ...(localAddress === undefined ? {} : { localAddress }) })
  return socket.once('connect', () => tally.openedCount++)
}

/**
 * One keep-alive HTTP/1.1 connection of one simulated client, as a browser tab would hold it: undici's Client with its
 * own timers off (they are too coarse to be a deadline) and exact byte counts over all sockets that it opens.
 */
export class HttpConnection {
  readonly #client: Client
  #connecting: Socket | undefined
  #socket: Socket | undefined
  #earlierRead = 0
  #earlierWritten = 0
  openedCount = 0

  constructor(context: ClientContext) {
    this.#client = new Client(`http://${authority(context)}`, {
      headersTimeout: 0,
      bodyTimeout: 0,
      connect: (_, callback) => {
        const socket = (this.#connecting = openSocket(context))
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

  get(path: string, headers: Record<string, string>, handler: Dispatcher.DispatchHandler): void {
    this.#client.dispatch({ method: 'GET', path, headers }, handler)
  }

  /** Ends the request under way and its socket; undici would keep a request queued while its connect hangs. */
  cut(fault: Error): void {
    ;(this.#connecting ?? this.#socket)?.destroy(fault)
  }

  close(): void {
    this.#connecting?.destroy()
    this.#client.destroy().catch(() => undefined)
  }

  #attach(socket: Socket): void {
    this.#connecting = undefined
    this.#earlierRead += this.#socket?.bytesRead ?? 0
    this.#earlierWritten += this.#socket?.bytesWritten ?? 0
    this.#socket = socket
    this.openedCount++
  }
}

export function userAgent(index: number): string {
  return `transport-bench (client ${index})`
}

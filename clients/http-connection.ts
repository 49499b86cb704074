import { connect, type Socket } from 'node:net'
import { Client, type Dispatcher } from 'undici'
import type { ClientContext } from './contract.ts'

/** A path with the query that all transports take. */
export function subscribePath(path: string, channel: string, after: number): string {
  return `${path}?channel=${encodeURIComponent(channel)}&after=${after}`
}

/**
 * One keep-alive HTTP/1.1 connection of one simulated client, as a browser tab would hold it: undici's Client with its
 * own timers off (they are too coarse to be a deadline) and exact byte counts over all sockets that it opens.
 */
export class HttpConnection {
  readonly #client: Client
  #socket: Socket | undefined
  #earlierRead = 0
  #earlierWritten = 0
  openedCount = 0

  constructor(context: ClientContext) {
    const { host, port, localAddress, tally } = context
    this.#client = new Client(`http://${host}:${port}`, {
      headersTimeout: 0,
      bodyTimeout: 0,
      connect: (_, callback) => {
        let settle: typeof callback | undefined = callback
        const socket = connect({ host, port, noDelay: true, ...(localAddress === undefined ? {} : { localAddress }) })
        socket.once('connect', () => {
          this.#attach(socket)
          tally.openedCount++
          settle?.(null, socket)
          settle = undefined
        })
        socket.on('error', (error) => {
          settle?.(error, null)
          settle = undefined
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

  get(path: string, headers: Record<string, string>, handler: Dispatcher.DispatchHandler): void {
    this.#client.dispatch({ method: 'GET', path, headers }, handler)
  }

  close(): void {
    this.#client.destroy().catch(() => undefined)
  }

  #attach(socket: Socket): void {
    this.#earlierRead += this.#socket?.bytesRead ?? 0
    this.#earlierWritten += this.#socket?.bytesWritten ?? 0
    this.#socket = socket
    this.openedCount++
  }
}

export function userAgent(index: number): string {
  return `transport-bench (client ${index})`
}

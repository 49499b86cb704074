import { createServer, type Server } from 'node:http'
import type { Socket } from 'node:net'
import { Duplex } from 'node:stream'
import { Client } from 'undici'
import { formatCursor } from '../core/cursor.ts'
import { pollBody } from '../core/wire.ts'

/** Any epoch is as long as any other. */
export const microEpoch = 'abcd'

/** One end of a connection in memory: what is written to it, the other end reads. */
class PipeEnd extends Duplex {
  other!: PipeEnd
  writtenBytes = 0

  override _read(): void {}

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.writtenBytes += chunk.length
    this.other.push(chunk)
    done()
  }

  override _final(done: () => void): void {
    this.other.push(null)
    done()
  }

  // What undici and node:http ask of a socket, and a pipe has not.
  setKeepAlive = (): this => this
  setNoDelay = (): this => this
  setTimeout = (): this => this
  ref = (): this => this
  unref = (): this => this
}

/** A poll and its answer with undici on one side and node:http on the other, and no kernel between. */
export class PollPipe {
  readonly #server: Server
  readonly #client: Client
  readonly #near = new PipeEnd()
  readonly #far = new PipeEnd()

  /** @param lines lines that the answer holds; none = 204 */
  constructor(lines: readonly string[]) {
    this.#near.other = this.#far
    this.#far.other = this.#near
    this.#server = createServer((_, response) => {
      response.setHeader('cache-control', 'no-store')
      if (lines.length === 0) return void response.writeHead(204).end()
      const body = pollBody(formatCursor(microEpoch, lines.length), lines)
      response.setHeader('content-type', 'application/json; charset=utf-8')
      response.setHeader('content-length', Buffer.byteLength(body))
      response.end(body)
    })
    this.#server.emit('connection', this.#far)
    this.#client = new Client('http://127.0.0.1:8080', {
      // Not at once: undici is in the middle of asking.
      connect: (_, callback) => queueMicrotask(() => callback(null, this.#near as unknown as Socket)),
    })
  }

  /** Bytes of requests up and of answers down so far. */
  get bytes(): { up: number; down: number } {
    return { up: this.#near.writtenBytes, down: this.#far.writtenBytes }
  }

  poll(): Promise<string> {
    return new Promise((resolve, reject) => {
      let text = ''
      this.#client.dispatch(
        {
          method: 'GET',
          path: `/short-poll?channel=c0&after=${formatCursor(microEpoch, 1)}`,
          headers: { accept: 'application/json', 'user-agent': 'transport-bench (client 0)' },
        },
        {
          onConnect: () => undefined,
          onHeaders: () => true,
          onData: (chunk: Buffer) => {
            text += chunk.toString('utf8')
            return true
          },
          onComplete: () => resolve(text),
          onError: reject,
        },
      )
    })
  }

  async close(): Promise<void> {
    await this.#client.destroy()
    this.#server.closeAllConnections()
  }
}

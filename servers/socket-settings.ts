import type { Server } from 'node:http'
import type { Socket } from 'node:net'
import type { ServerSettings } from '../src/core/server-control.ts'

/** Sockets that are looked at. More would cost the server memory per client, which is a figure. */
const keptCount = 16

/** Looks at what a running server's sockets are really set to, so that no transport is measured with settings of its own. */
export class SocketSettings {
  readonly #server: Server
  readonly #sockets: Socket[] = []

  constructor(server: Server) {
    this.#server = server
    server.on('connection', (socket) => {
      if (this.#sockets.length < keptCount) this.#sockets.push(socket)
    })
  }

  reading(backlog: number): ServerSettings {
    const delays = this.#sockets.filter((socket) => !socket.destroyed).map(hasNoDelay)
    return {
      noDelaySocketCount: delays.filter((noDelay) => noDelay === true).length,
      delayedSocketCount: delays.filter((noDelay) => noDelay === false).length,
      keepAliveTimeoutMs: this.#server.keepAliveTimeout,
      backlog,
    }
  }
}

/** Node keeps what it last set in the kernel under a symbol, and has no other way to ask; undefined where it has none. */
function hasNoDelay(socket: Socket): boolean | undefined {
  const key = Object.getOwnPropertySymbols(socket).find((symbol) => symbol.description === 'kSetNoDelay')
  return key === undefined ? undefined : (socket as unknown as Record<symbol, boolean>)[key] === true
}

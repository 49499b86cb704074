import { Server, type AddressInfo, type Socket } from 'node:net'
import type { FastifyInstance } from 'fastify'
import type { CutRequest, ServerReady } from '../src/core/server-control.ts'
import { harnessError } from '../src/core/errors.ts'
import { seededRandom, shuffle } from '../src/core/random.ts'

/** Where the server asks the kernel to listen. */
export interface DoorAddress {
  host: string
  /** 0 = any free port. */
  port: number
  backlog: number
}

/** The listener of a server: opened once, and shut, opened again or emptied where faults are planned. */
export class Listener {
  readonly #app: FastifyInstance
  readonly #address: DoorAddress
  /** Kept only where a cut is planned: it costs memory per client, which is a figure. */
  readonly #sockets: Set<Socket> | undefined

  constructor(app: FastifyInstance, address: DoorAddress, keepsSockets: boolean) {
    this.#app = app
    this.#address = address
    if (!keepsSockets) return
    const sockets = new Set<Socket>()
    this.#sockets = sockets
    app.server.on('connection', (socket) => {
      sockets.add(socket)
      socket.once('close', () => sockets.delete(socket))
    })
  }

  /** @throws {HarnessError} ERR_PORT_IN_USE */
  async open(): Promise<ServerReady> {
    try {
      await this.#app.listen(this.#address)
    } catch (error) {
      throw this.#asPortInUse(error)
    }
    const taken = this.#app.server.address()
    if (taken === null || typeof taken === 'string') throw harnessError('ERR_CHILD_START', 'server: listening, but not on a TCP port.')
    return { host: taken.address, port: taken.port }
  }

  /** Refuses new connections. Open ones live on: Node's own HTTP close would end the idle among them. */
  stopListening(): void {
    this.#address.port = (this.#app.server.address() as AddressInfo).port
    Server.prototype.close.call(this.#app.server)
  }

  /**
   * Listens again, on the same port.
   *
   * @throws {HarnessError} ERR_PORT_IN_USE
   */
  async listenAgain(): Promise<void> {
    const { server } = this.#app
    await new Promise<void>((resolve, reject) => {
      const fail = (error: Error): void => reject(this.#asPortInUse(error))
      server.once('error', fail)
      server.listen(this.#address, () => {
        server.off('error', fail)
        resolve()
      })
    })
  }

  /** The error of a listen, in the words of the harness where the port is another's. */
  #asPortInUse(error: unknown): unknown {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') return error
    const { host, port } = this.#address
    return harnessError('ERR_PORT_IN_USE', `port ${port} on ${host} is in use (EADDRINUSE). Stop its owner, or choose another port.`, error)
  }

  /** Resets a share of the open connections, in a seeded choice; returns how many. */
  cut({ ratio, seed }: CutRequest): number {
    const open = [...(this.#sockets ?? [])]
    const chosen = shuffle(open, seededRandom(seed, 'cut')).slice(0, Math.round(open.length * ratio))
    for (const socket of chosen) socket.resetAndDestroy()
    return chosen.length
  }
}

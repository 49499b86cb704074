import { HarnessError, harnessError } from '../core/errors.ts'
import type { ServerControl, ServerStart } from '../core/server-control.ts'
import type { Contender } from '../core/transport.ts'
import { Child } from '../machine/child.ts'
import { boundCommand } from '../machine/pinning.ts'
import { listenersOn, ownersText } from '../machine/port-owner.ts'
import { hostModules, transportModules } from '../trial/transport-modules.ts'
import { serverSpec } from '../trial/trial-spec.ts'

const stopDeadlineMs = 2_000
const endDeadlineMs = 1_000

/** A server to try, in a process of its own. */
export interface ServeRequest extends Pick<ServerStart, 'host' | 'tryOut'> {
  contender: Contender
  /** 0 = any free port. */
  port: number
  /** Gets what the server writes to stderr, as it comes. */
  onStderr(text: string): void
}

/** A server that people and other tools may try. */
export interface Served {
  url: string
  /** Resolves with the error when the server ends by itself. */
  died: Promise<Error>
  close(): Promise<void>
}

/**
 * Starts the server of a contender.
 *
 * @throws {HarnessError} ERR_PORT_IN_USE, with the pid of who has the port where it can be known; ERR_CHILD_DIED with the
 * server's own words
 */
export async function serveTransport({ contender, host, port, tryOut, onStderr }: ServeRequest): Promise<Served> {
  const command = boundCommand([], [process.execPath, '--expose-gc', hostModules.server])
  const server = new Child<ServerControl>(`${contender.transport} server`, command, { ownSession: true, onStderr })
  try {
    const { serverUrl } = transportModules(contender.transport)
    const ready = await server.ask('start', serverSpec({ moduleUrl: serverUrl, options: contender, host, port, tryOut }))
    const address = ready.host.includes(':') ? `[${ready.host}]` : ready.host
    return {
      url: `http://${address}:${ready.port}`,
      died: server.died,
      close: async () => {
        server.expectEnd()
        await server.ask('stop', undefined, stopDeadlineMs).catch(() => undefined)
        await server.end(endDeadlineMs)
      },
    }
  } catch (error) {
    server.kill()
    throw withOwner(error, port)
  }
}

function withOwner(error: unknown, port: number): unknown {
  const owners = error instanceof HarnessError && error.code === 'ERR_PORT_IN_USE' ? ownersText(listenersOn(port)) : ''
  if (owners === '') return error
  return harnessError('ERR_PORT_IN_USE', `port ${port} is in use by ${owners}. Stop it, or choose another port.`, error)
}

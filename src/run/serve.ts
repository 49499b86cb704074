import type { ServerControl } from '../core/server-control.ts'
import { Child } from '../machine/child.ts'
import { boundCommand } from '../machine/pinning.ts'
import { contenderOf } from '../core/transports/registry.ts'
import { hostModules, transportModules } from '../trial/transport-modules.ts'
import { serverSpec } from '../trial/trial-spec.ts'

/**
 * Starts one transport's server in a process of its own, for people and other tools to try.
 *
 * @param port 0 = any free port
 * @throws {HarnessError} ERR_CHILD_DIED with the server's own words when the port is taken or an option is wrong
 */
export async function serveTransport(
  transportId: string,
  { host, port }: { host: string; port: number },
): Promise<{ url: string; close(): Promise<void> }> {
  const server = new Child<ServerControl>(`${transportId} server`, boundCommand([], [process.execPath, '--expose-gc', hostModules.server]))
  try {
    const ready = await server.ask(
      'start',
      serverSpec({ moduleUrl: transportModules(transportId).serverUrl, options: contenderOf(transportId), host, port }),
    )
    const address = ready.host.includes(':') ? `[${ready.host}]` : ready.host
    return {
      url: `http://${address}:${ready.port}`,
      close: async () => {
        await server.ask('stop', undefined, 2_000).catch(() => undefined)
        server.disconnect()
        await server.ended(1_000)
      },
    }
  } catch (error) {
    server.kill()
    throw error
  }
}

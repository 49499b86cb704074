import { join } from 'node:path'
import { Client } from 'undici'
import { withTemporaryFolder } from '../core/files.ts'
import type { ServerControl, ServerReady } from '../core/server-control.ts'
import { paths, publishBody, type PublishedMessage } from '../core/wire.ts'
import { withChild } from '../machine/child.ts'
import { nodeCommand, shareCores } from '../machine/pinning.ts'
import { acceptBacklog } from '../machine/limits.ts'
import { contenderOf } from '../core/transports/registry.ts'
import { hostModules, transportModules } from '../trial/transport-modules.ts'
import { serverSpec } from '../trial/trial-spec.ts'

/** A transport's server in a process of its own, without a trial around it. */
export interface RawServer {
  ready: ServerReady
  pid: number
  secret: string
  /** Publishes as the publisher does, over the ingest socket; resolves when the server has taken it. */
  publish(...messages: PublishedMessage[]): Promise<void>
}

const secret = 'calibration'

/** Runs `use` with a real server, in the namespace of the caller, and ends it. */
export function withServer<T>(
  transportId: string,
  { options = {}, backlog = acceptBacklog }: { options?: Record<string, unknown>; backlog?: number },
  use: (server: RawServer) => Promise<T>,
): Promise<T> {
  const command = nodeCommand(shareCores().server, hostModules.server)
  return withTemporaryFolder('calibrate-', (folder) =>
    withChild<ServerControl, T>(`${transportId} server`, command, async (child) => {
      const ingestPath = join(folder, 'ingest.sock')
      const moduleUrl = transportModules(transportId).serverUrl
      const client = new Client('http://ingest', { socketPath: ingestPath })
      try {
        const ready = await child.ask(
          'start',
          serverSpec({ moduleUrl, options: contenderOf(transportId, options), secret, backlog, ingestPath }),
        )
        return await use({
          ready,
          pid: child.pid,
          secret,
          async publish(...messages) {
            const { body } = await client.request({
              method: 'POST',
              path: paths.publish,
              headers: { 'content-type': 'application/json' },
              body: publishBody(messages),
            })
            await body.dump()
          },
        })
      } finally {
        await client.destroy()
      }
    }),
  )
}

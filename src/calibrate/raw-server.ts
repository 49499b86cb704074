import { join } from 'node:path'
import { Client } from 'undici'
import { withTemporaryFolder } from '../core/files.ts'
import type { ServerControl, ServerReady } from '../core/server-control.ts'
import { paths, publishBody, type PublishedMessage } from '../core/wire.ts'
import { Child } from '../machine/child.ts'
import { boundCommand, shareCores } from '../machine/pinning.ts'
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

interface RawServerOptions {
  options?: Record<string, unknown>
  backlog?: number
}

/** Runs `use` with a real server, in the namespace of the caller, and ends it. */
export function withServer<T>(transportId: string, options: RawServerOptions, use: (server: RawServer) => Promise<T>): Promise<T> {
  return withTemporaryFolder('calibrate-', (folder) => serveIn(folder, transportId, options, use))
}

async function serveIn<T>(
  folder: string,
  transportId: string,
  { options = {}, backlog = acceptBacklog }: { options?: Record<string, unknown>; backlog?: number },
  use: (server: RawServer) => Promise<T>,
): Promise<T> {
  const ingestPath = join(folder, 'ingest.sock')
  const { serverUrl } = transportModules(transportId)
  const child = new Child<ServerControl>(
    `${transportId} server`,
    boundCommand(shareCores().server, [process.execPath, '--expose-gc', hostModules.server]),
  )
  const client = new Client('http://ingest', { socketPath: ingestPath })
  try {
    const ready = await child.ask(
      'start',
      serverSpec({ moduleUrl: serverUrl, options: contenderOf(transportId, options), secret, backlog, ingestPath }),
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
    child.kill()
    await Promise.all([client.destroy(), child.ended(1_000)])
  }
}

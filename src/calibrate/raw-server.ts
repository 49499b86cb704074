import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client } from 'undici'
import type { ServerControl, ServerReady } from '../core/server-control.ts'
import { paths, type PublishedMessage } from '../core/wire.ts'
import { Child } from '../machine/child.ts'
import { boundCommand, shareCores } from '../machine/pinning.ts'
import { hostModules, transportOf } from '../scenario/registry.ts'

/** A transport's server in a process of its own, without a trial around it. */
export interface RawServer {
  ready: ServerReady
  pid: number
  secret: string
  /** Publishes as the publisher does, over the ingest socket; resolves when the server has taken it. */
  publish(...messages: PublishedMessage[]): Promise<void>
}

const secret = 'calibration'
const defaultBacklog = 4_096

/** Runs `use` with a real server, in the namespace of the caller, and ends it. */
export async function withServer<T>(
  transportId: string,
  { options = {}, backlog = defaultBacklog }: { options?: Record<string, unknown>; backlog?: number },
  use: (server: RawServer) => Promise<T>,
): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'calibrate-'))
  const ingestPath = join(folder, 'ingest.sock')
  const { serverUrl, options: schema } = transportOf(transportId)
  const child = new Child<ServerControl>(
    `${transportId} server`,
    boundCommand(shareCores().server, [process.execPath, '--expose-gc', hostModules.server]),
  )
  const client = new Client('http://ingest', { socketPath: ingestPath })
  try {
    const ready = await child.ask('start', {
      moduleUrl: serverUrl,
      options: schema.parse({ transport: transportId, ...options }),
      secret,
      host: '127.0.0.1',
      port: 0,
      backlog,
      ingestPath,
      isInPhase: false,
    })
    return await use({
      ready,
      pid: child.pid,
      secret,
      async publish(...messages) {
        const { body } = await client.request({
          method: 'POST',
          path: paths.publish,
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ messages }),
        })
        await body.dump()
      },
    })
  } finally {
    child.kill()
    await Promise.all([client.destroy(), child.ended(1_000)])
    rmSync(folder, { recursive: true, force: true })
  }
}

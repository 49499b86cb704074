import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client } from 'undici'
import type { ServerControl, ServerReady } from '../core/server-control.ts'
import { paths, type PublishedMessage } from '../core/wire.ts'
import { Child } from '../machine/child.ts'
import { boundCommand, shareCores } from '../machine/pinning.ts'
import { acceptBacklog } from '../machine/limits.ts'
import { hostModules, transportOf } from '../scenario/registry.ts'
import { contenderOf, serverSpec } from '../trial/trial-spec.ts'

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
export async function withServer<T>(
  transportId: string,
  { options = {}, backlog = acceptBacklog }: { options?: Record<string, unknown>; backlog?: number },
  use: (server: RawServer) => Promise<T>,
): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'calibrate-'))
  const ingestPath = join(folder, 'ingest.sock')
  const { serverUrl } = transportOf(transportId)
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

import { after } from 'node:test'
import type { FastifyPluginCallback } from 'fastify'
import type { ClientContext, TransportClient } from '../../clients/contract.ts'
import type { ServerContext } from '../../servers/contract.ts'
import type { LogLimits } from '../../servers/message-log.ts'
import { fastRetry, TestClient } from './contract-client.ts'
import { startServer, type TestServer } from './contract-server.ts'

/** A transport with the options that the contract suite runs it with. */
export interface Subject<ServerOptions = never, ClientOptions = never> {
  id: 'short-poll' | 'long-poll' | 'sse' | 'websocket'
  transport: FastifyPluginCallback<ServerContext<ServerOptions>>
  createClient: (context: ClientContext<ClientOptions>) => TransportClient
  serverOptions: ServerOptions
  clientOptions: ClientOptions
  /** True when one request stays open for many messages. */
  isStream: boolean
  /** True when something is held for a waiting client. */
  holds: boolean
}

/** A server of the subject and the clients that were made for it; `end` closes both. */
export interface Bench {
  server: TestServer
  clients: TestClient[]
  client(extra?: { channel?: string; port?: number; options?: object; shareTallyOf?: TestClient }): TestClient
  end(): Promise<void>
}

const openBenches = new Set<Bench>()

// A test that fails leaves its bench open, which would keep the process alive.
after(async () => {
  for (const bench of openBenches) await bench.end()
})

export async function startBench<S, C>(
  subject: Subject<S, C>,
  extra: { limits?: Partial<LogLimits>; serverOptions?: Partial<S> } = {},
): Promise<Bench> {
  const server = await startServer(subject.transport, { ...subject.serverOptions, ...extra.serverOptions }, extra)
  const clients: TestClient[] = []
  const bench: Bench = {
    server,
    clients,
    client({ channel = 'news', port = server.port, options = {}, shareTallyOf } = {}) {
      const client = new TestClient({
        createClient: subject.createClient,
        options: { ...fastRetry, ...subject.clientOptions, ...options },
        port,
        channel,
        index: clients.length,
        ...(shareTallyOf === undefined ? {} : { tally: shareTallyOf.tally }),
      })
      clients.push(client)
      return client
    },
    async end() {
      for (const client of clients) client.end()
      openBenches.delete(bench)
      await server.close()
    },
  }
  openBenches.add(bench)
  return bench
}

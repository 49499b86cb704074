import { after } from 'node:test'
import type { FastifyPluginCallback } from 'fastify'
import type { CreateClient } from '../../clients/contract.ts'
import type { ServerContext } from '../../servers/contract.ts'
import type { MessageLog } from '../../servers/message-log.ts'
import type { LogLimits } from '../../src/core/log-limits.ts'
import type { Contender } from '../../src/core/transport.ts'
import { contenderOf, registry, type TransportId } from '../../src/core/transports/registry.ts'
import { transportModules } from '../../src/trial/transport-modules.ts'
import { fastRetry, TestClient } from './contract-client.ts'
import { startServer, type TestServer } from './contract-server.ts'

/** A transport of the registry with the options that the contract suite runs it with. */
export interface Subject {
  id: string
  transport: FastifyPluginCallback<ServerContext>
  createClient: CreateClient
  options: Contender
  /** True when something is held for a waiting client. */
  holds: boolean
  /** True when each request has an answer of its own, which ends. */
  isPolled: boolean
  /** Header lines that a bare request to it needs. */
  handshake: string
}

/** Where a transport differs from one that answers a plain GET with a stream: all that a new one may have to say here. */
const particulars: Record<string, { options?: object; isPolled?: boolean; handshake?: string }> = {
  'short-poll': { options: { pollIntervalMs: 20 }, isPolled: true },
  'long-poll': { options: { holdTimeMs: 400 }, isPolled: true },
  websocket: {
    handshake: 'connection: upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n',
  },
}

async function load(id: string, holds: boolean): Promise<Subject> {
  const { serverUrl, clientUrl } = transportModules(id)
  const { transport } = (await import(serverUrl)) as Pick<Subject, 'transport'>
  const { createClient } = (await import(clientUrl)) as Pick<Subject, 'createClient'>
  const { options = {}, isPolled = false, handshake = '' } = particulars[id] ?? {}
  return { id, transport, createClient, options: contenderOf(id, { ...fastRetry, ...options }), holds, isPolled, handshake }
}

export const subjects: readonly Subject[] = await Promise.all(registry.map(({ id, traits }) => load(id, traits.holdsConnection)))

export function subjectOf(id: TransportId): Subject {
  return subjects.find((subject) => subject.id === id)!
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

export async function startBench(
  subject: Subject,
  extra: { limits?: Partial<LogLimits>; log?: MessageLog; serverOptions?: Partial<Contender>; pathMs?: number } = {},
): Promise<Bench> {
  const server = await startServer(subject.transport, { ...subject.options, ...extra.serverOptions }, extra)
  const clients: TestClient[] = []
  const bench: Bench = {
    server,
    clients,
    client({ channel = 'news', port = server.port, options = {}, shareTallyOf } = {}) {
      const client = new TestClient({
        createClient: subject.createClient,
        options: { ...subject.options, ...options },
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

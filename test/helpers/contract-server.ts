import type { AddressInfo, Socket } from 'node:net'
import Fastify, { type FastifyInstance, type FastifyPluginCallback } from 'fastify'
import { request } from 'undici'
import type { ServerContext } from '../../servers/contract.ts'
import { MessageLog } from '../../servers/message-log.ts'
import { registerWrongMethods } from '../../servers/wrong-method.ts'
import { emptyServerCounters, type ServerCounters } from '../../src/core/counters.ts'
import type { LogLimits } from '../../src/core/log-limits.ts'
import { paths, publishBody, publishBodyLimitBytes, type PublishedMessage } from '../../src/core/wire.ts'
import type { Contender } from '../../src/core/transport.ts'

export interface TestServer {
  port: number
  app: FastifyInstance
  log: MessageLog
  counters: ServerCounters
  /** Open connections, in the order in which they came. */
  sockets: Set<Socket>
  /** Publishes over HTTP, as a backend does. */
  publish(...messages: PublishedMessage[]): Promise<void>
  /** Cuts all connections with a reset. */
  cutAll(): void
  close(): Promise<void>
}

/** Mounts a transport's plugin as servers/host.ts does, on a free port of 127.0.0.1. */
export async function startServer(
  transport: FastifyPluginCallback<ServerContext>,
  options: Contender,
  extra: { limits?: Partial<LogLimits>; log?: MessageLog; before?: (app: FastifyInstance) => void; port?: number; pathMs?: number } = {},
): Promise<TestServer> {
  const app = Fastify({ bodyLimit: publishBodyLimitBytes, forceCloseConnections: true })
  const log = extra.log ?? new MessageLog(extra.limits)
  const counters = emptyServerCounters()
  const sockets = new Set<Socket>()
  app.server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  extra.before?.(app)
  app.post<{ Body: { messages: PublishedMessage[] } }>(paths.publish, (asked, reply) => {
    counters.publishedCount += asked.body.messages.length
    counters.upstreamCount += asked.body.messages.length
    log.publish(asked.body.messages)
    reply.code(204).send()
  })
  await registerWrongMethods(app)
  await app.register(transport, { log, counters, options, behaviour: { inPhase: false }, pathMs: extra.pathMs ?? 0 })
  await app.listen({ host: '127.0.0.1', port: extra.port ?? 0 })
  const { port } = app.server.address() as AddressInfo
  return {
    port,
    app,
    log,
    counters,
    sockets,
    async publish(...messages) {
      const answer = await request(`http://127.0.0.1:${port}${paths.publish}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: publishBody(messages),
        reset: true,
      })
      await answer.body.dump()
      if (answer.statusCode !== 204) throw new Error(`publish: ${answer.statusCode}`)
    },
    cutAll() {
      for (const socket of sockets) socket.resetAndDestroy()
    },
    close: () => app.close(),
  }
}

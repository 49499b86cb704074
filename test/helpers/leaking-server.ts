import type { FastifyPluginCallback } from 'fastify'
import type { ServerContext } from '../../servers/contract.ts'
import { transport as sse } from '../../servers/sse.ts'

const leakedBytes = 8_192
const leaked: string[] = []

/** SSE that keeps 8 KiB for each client that was ever there. */
export const transport: FastifyPluginCallback<ServerContext> = (app, context, done) => {
  app.addHook('onRequest', (_request, _reply, next) => {
    leaked.push(Buffer.alloc(leakedBytes, leaked.length).toString('latin1'))
    next()
  })
  sse(app, context as Parameters<typeof sse>[1], done)
}

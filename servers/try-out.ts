import type { FastifyInstance } from 'fastify'
import type { ServerStart } from '../src/core/server-control.ts'

/** Longest time for which a browser may remember the answer to a preflight, in s: a server that is tried changes its mind. */
const preflightAgeSeconds = 60

/** Mounts what people need who try a server by hand. No trial has it. */
export function registerTryOut(app: FastifyInstance, { page, cors }: NonNullable<ServerStart['tryOut']>): void {
  app.get('/', (_request, reply) => reply.type('text/html; charset=utf-8').send(page))
  if (!cors) return
  app.addHook('onRequest', (_request, reply, done) => {
    reply.header('access-control-allow-origin', '*')
    done()
  })
  // The preflight of a request that is not simple, such as a publish of JSON (Fetch standard, "CORS-preflight fetch").
  app.options('*', (_request, reply) =>
    reply
      .code(204)
      .headers({
        'access-control-allow-methods': 'GET, HEAD, POST',
        'access-control-allow-headers': '*',
        'access-control-max-age': preflightAgeSeconds,
      })
      .send(),
  )
}

import type { FastifyInstance } from 'fastify'

/** What routes of ours are mounted with. */
const mountedMethods = ['GET', 'HEAD', 'POST'] as const

/**
 * Answers a method that a path does not take with 405 and the methods that it does (RFC 9110 §15.5.6), for every route of
 * the app. Fastify would answer 404, or 415 where it cannot parse the body.
 */
export async function registerWrongMethods(app: FastifyInstance): Promise<void> {
  // In a context of its own, so that the hook is asked for requests without a route and costs the others nothing.
  await app.register((missing, _options, done) => {
    // Before a body is read.
    missing.addHook('onRequest', (request, reply, next) => {
      const [url = ''] = request.url.split('?', 1)
      const allowed = mountedMethods.filter((method) => app.hasRoute({ url, method }))
      if (allowed.length === 0) return next()
      const message = `${url} does not accept ${request.method}; allowed: ${allowed.join(', ')}`
      reply.code(405).header('allow', allowed.join(', ')).send({ statusCode: 405, error: 'Method Not Allowed', message })
    })
    missing.setNotFoundHandler((request, reply) => {
      reply.code(404).send({ statusCode: 404, error: 'Not Found', message: `no ${request.method} ${request.url}` })
    })
    done()
  })
}

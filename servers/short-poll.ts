import type { FastifyPluginCallback } from 'fastify'
import { subscribeQuery, type ServerContext } from './contract.ts'

/** Short polling: `GET /short-poll?channel=&after=` answers at once, with every message after the cursor or with 204. */
export const transport: FastifyPluginCallback<ServerContext> = (app, { log, counters }, done) => {
  // Fastify would answer HEAD with the same handler and count it as a poll.
  app.get('/short-poll', { exposeHeadRoute: false }, (request, reply) => {
    const { channel: name, after: cursor } = subscribeQuery(request.query as Record<string, unknown>)
    counters.requestCount++
    reply.header('cache-control', 'no-store')
    const channel = log.channel(name)
    const after = channel.positionOf(cursor)
    if (!channel.hasAfter(after)) {
      counters.emptyCount++
      reply.code(204).send()
      return
    }
    counters.answeredCount++
    reply.type('application/json; charset=utf-8').send(channel.answerAfter(after))
  })
  done()
}

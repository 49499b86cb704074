import { createServer, type RequestListener, type Server } from 'node:http'
import Fastify, { type FastifyPluginCallback } from 'fastify'
import { answerControl, measuredBy } from '../src/core/control.ts'
import type { ServerControl, ServerReady, ServerStart } from '../src/core/server-control.ts'
import { emptyServerCounters } from '../src/core/counters.ts'
import { drawEpoch } from '../src/core/cursor.ts'
import { libraryTimeouts } from '../src/core/library-timeouts.ts'
import { endMarker } from '../src/core/payload.ts'
import { collectedMemory, ProcessMeter } from '../src/core/process-meter.ts'
import { paths, publishBodyLimitBytes, type PublishedMessage } from '../src/core/wire.ts'
import { Listener } from './listener.ts'
import type { ServerContext } from './contract.ts'
import { registerJobRoutes } from './job-routes.ts'
import { registerWrongMethods } from './wrong-method.ts'
import { MessageLog } from './message-log.ts'
import { SocketSettings } from './socket-settings.ts'
import { registerTryOut } from './try-out.ts'

const noLimitMs = 0

const publishSchema = {
  body: {
    type: 'object',
    additionalProperties: false,
    required: ['messages'],
    properties: {
      messages: {
        type: 'array',
        items: {
          type: 'object',
          additionalProperties: false,
          required: ['channel', 'data'],
          properties: { channel: { type: 'string', minLength: 1 }, data: { type: 'string' } },
        },
      },
    },
  },
}

const counters = emptyServerCounters()
const app = Fastify({
  bodyLimit: publishBodyLimitBytes,
  forceCloseConnections: true,
  requestTimeout: libraryTimeouts.fastifyRequestMs,
  connectionTimeout: libraryTimeouts.fastifyConnectionMs,
  keepAliveTimeout: libraryTimeouts.fastifyKeepAliveMs,
  // Fastify's defaults drop unknown keys in silence and turn numbers into strings: a wrong publish must fail instead.
  ajv: { customOptions: { removeAdditional: false, coerceTypes: false } },
})
// Fastify leaves Node's own limit of 60 s, which a slow path may need longer than. The head is a part of the request.
app.server.headersTimeout = libraryTimeouts.fastifyRequestMs
const settings = new SocketSettings(app.server)
let ingest: Server | undefined
let log: MessageLog
let backlog = 0
let listener: Listener

/** Everything but the listener for clients. */
async function prepare(request: ServerStart): Promise<void> {
  backlog = request.backlog
  listener = new Listener(app, { host: request.host, port: request.port, backlog }, request.keepsSockets ?? false)
  log = new MessageLog({ ...request.log, batchWindowMs: request.options.batchWindowMs, epoch: request.logEpoch ?? drawEpoch() })
  const publish = (messages: readonly PublishedMessage[]): void => {
    // End markers come in requests of their own.
    if (messages[0]?.data !== endMarker) counters.publishedCount += messages.length
    log.publish(messages)
  }
  app.post<{ Body: { messages: PublishedMessage[] } }>(paths.publish, { schema: publishSchema }, (request, reply) => {
    // Whoever publishes here is a client: the publisher has a way of its own.
    counters.upstreamCount += request.body.messages.length
    publish(request.body.messages)
    reply.code(204).send()
  })
  if (request.jobs !== undefined) registerJobRoutes(app, request.jobs, counters, publish)
  app.get(paths.health, () => ({ secret: request.secret, waitingCount: counters.waitingCount, requestCount: counters.requestCount }))
  if (request.tryOut !== undefined) registerTryOut(app, request.tryOut)
  const { transport } = (await import(request.moduleUrl)) as { transport: FastifyPluginCallback<ServerContext> }
  await registerWrongMethods(app)
  await app.register(transport, {
    log,
    counters,
    options: request.options,
    behaviour: request.behaviour,
    pathMs: request.pathMs ?? 0,
  })
  await app.ready()
  if (request.ingestPath !== undefined) {
    // No keep-alive limit: the publisher's connection belongs to the baseline and must not close in a pause.
    const server = createServer({ keepAliveTimeout: noLimitMs }, ingestHandler(publish, app.routing))
    ingest = server
    await new Promise<void>((resolve, reject) => server.once('error', reject).listen(request.ingestPath, resolve))
  }
}

async function start(request: ServerStart): Promise<ServerReady> {
  await prepare(request)
  return listener.open()
}

/**
 * What the ingest socket answers. Publishes take the short way past Fastify, whose routing and validation would be most of
 * the server's work after a stop and would be counted against the transport; everything else goes to the app.
 */
function ingestHandler(publish: (messages: readonly PublishedMessage[]) => void, route: RequestListener): RequestListener {
  return (request, response) => {
    if (request.method !== 'POST' || request.url !== paths.publish) return route(request, response)
    let text = ''
    request.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk
    })
    request.on('end', () => {
      publish((JSON.parse(text) as { messages: PublishedMessage[] }).messages)
      response.writeHead(204).end()
    })
  }
}

async function stop(): Promise<void> {
  log.flush()
  ingest?.close()
  ingest?.closeAllConnections()
  await app.close()
}

const control: ServerControl = {
  start,
  prepare,
  memory: collectedMemory,
  resetCounters: () => {
    Object.assign(counters, emptyServerCounters())
  },
  ...measuredBy(new ProcessMeter()),
  report: () => ({ counters, settings: settings.reading(backlog), goneCounts: log.goneCounts() }),
  open: () => {
    // No client waits for the end of a batch window yet, and one that comes back must find all that it has read before.
    log.flush()
    return listener.open()
  },
  stopListening: () => listener.stopListening(),
  listenAgain: () => listener.listenAgain(),
  cut: (request) => listener.cut(request),
  stop,
}
answerControl(control)

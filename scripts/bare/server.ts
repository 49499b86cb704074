import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { WebSocketServer, type WebSocket } from 'ws'
import { answerControl } from '../../src/core/control.ts'
import type { ServerControl, ServerStart } from '../../src/core/server-control.ts'
import type { LongPollOptions } from '../../src/core/transports/long-poll.ts'
import { collectedMemory } from '../../src/core/process-meter.ts'
import { formatCursor, parseCursor } from '../../src/core/cursor.ts'
import { messageLine, pollBody, type PublishedMessage } from '../../src/core/wire.ts'

/**
 * The floor for bench:self: bare `ws` and `node:http` doing the same job on the same wire for one channel, with no
 * framework, log, counters or bounds. One module for all four, since each is a few lines.
 */
let position = 0
const epoch = 'bare'
const lines: string[] = []
const sockets = new Set<WebSocket & { isAlive?: boolean }>()
const streams = new Set<ServerResponse>()
const held = new Map<ServerResponse, NodeJS.Timeout>()

function publish(messages: readonly PublishedMessage[]): void {
  for (const { data } of messages) {
    const cursor = formatCursor(epoch, ++position)
    const line = messageLine(cursor, data)
    lines.push(line)
    const text = Buffer.from(line)
    for (const socket of sockets) socket.send(text, { binary: false })
    const event = Buffer.from(`id: ${cursor}\ndata: ${line}\n\n`)
    for (const response of streams) response.write(event)
  }
  const body = pollBody(formatCursor(epoch, position), lines.slice(-messages.length))
  for (const [response, timer] of held) {
    clearTimeout(timer)
    answer(response, body)
  }
  held.clear()
}

function answer(response: ServerResponse, body: string): void {
  response.writeHead(200, {
    'content-type': 'application/json; charset=utf-8',
    'cache-control': 'no-store',
    'content-length': Buffer.byteLength(body),
  })
  response.end(body)
}

function answerEmpty(response: ServerResponse): void {
  response.writeHead(204, { 'cache-control': 'no-store' })
  response.end()
}

function readBody(request: IncomingMessage, use: (text: string) => void): void {
  let text = ''
  request.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk
  })
  request.on('end', () => use(text))
}

async function start(spec: ServerStart): Promise<{ host: string; port: number }> {
  const { holdTimeMs = 0 } = spec.options as Partial<LongPollOptions>
  const onRequest = (request: IncomingMessage, response: ServerResponse): void => {
    const [path, query = ''] = request.url!.split('?')
    const asked = (key: string): string | undefined => {
      const at = query.indexOf(`${key}=`)
      return at < 0 ? undefined : query.slice(at + key.length + 1).split('&', 1)[0]
    }
    const after = parseCursor(asked('after') ?? '')?.position ?? 0
    if (path === '/publish') {
      readBody(request, (text) => {
        publish((JSON.parse(text) as { messages: PublishedMessage[] }).messages)
        answerEmpty(response)
      })
    } else if (path === '/health') {
      answer(response, JSON.stringify({ secret: spec.secret, waitingCount: sockets.size + streams.size + held.size }))
    } else if (path === '/sse') {
      response.writeHead(200, {
        'content-type': 'text/event-stream; charset=utf-8',
        'cache-control': 'no-cache, no-transform',
        'x-accel-buffering': 'no',
      })
      response.flushHeaders()
      streams.add(response)
      response.once('close', () => streams.delete(response))
    } else if (after < position) {
      answer(response, pollBody(formatCursor(epoch, position), lines.slice(after)))
    } else if (path === '/long-poll') {
      const waitMs = Math.min(Number(asked('wait') ?? holdTimeMs), holdTimeMs)
      const timer = setTimeout(() => {
        held.delete(response)
        answerEmpty(response)
      }, waitMs)
      held.set(response, timer)
      response.once('close', () => {
        clearTimeout(timer)
        held.delete(response)
      })
    } else answerEmpty(response)
  }
  const server = createServer(onRequest)
  const acceptor = new WebSocketServer({ server, perMessageDeflate: false, clientTracking: false })
  acceptor.on('connection', (socket: WebSocket & { isAlive?: boolean }) => {
    socket.isAlive = true
    socket.on('pong', () => {
      socket.isAlive = true
    })
    socket.on('error', () => undefined)
    socket.on('close', () => sockets.delete(socket))
    sockets.add(socket)
  })
  createServer({ keepAliveTimeout: 0 }, onRequest).listen(spec.ingestPath)
  await new Promise<void>((resolve) => server.listen({ host: spec.host, port: spec.port, backlog: spec.backlog }, resolve))
  return { host: spec.host, port: (server.address() as AddressInfo).port }
}

/** What it does not answer, the harness does not measure. */
const control: ServerControl = { start, memory: collectedMemory, stop: async () => process.exit(0) }
answerControl(control)

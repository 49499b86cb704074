import { createHash } from 'node:crypto'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import type { FastifyPluginAsync } from 'fastify'
import type { ServerContext } from '../../servers/contract.ts'
import { transportModules } from '../../src/trial/transport-modules.ts'

/** Appended to the key of an upgrade (RFC 6455 section 1.3). */
const webSocketGuid = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11'
const forgottenOf = 3

function isForgotten({ headers, url = '' }: IncomingMessage): boolean {
  const client = /client (\d+)/.exec(headers['user-agent'] ?? '')?.[1]
  // The poll that subscribes is answered as ever.
  return client !== undefined && Number(client) % forgottenOf === 0 && !url.includes('wait=0')
}

/** Answers as if it had taken the client, keeps its connection open, and puts it on no books. */
function forget(request: IncomingMessage, answer: ServerResponse | Duplex): void {
  if ('writeHead' in answer) {
    if (request.url!.startsWith('/sse')) answer.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders()
    return
  }
  const accept = createHash('sha1').update(`${request.headers['sec-websocket-key']}${webSocketGuid}`).digest('base64')
  answer.on('error', () => undefined).resume()
  answer.write(`HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: upgrade\r\nsec-websocket-accept: ${accept}\r\n\r\n`)
}

/** The server of the transport that its own URL names (`forgetful-server.js?sse`), which forgets clients 0, 3, 6 …: upgraded, and on no books. */
export const transport: FastifyPluginAsync<ServerContext> = async (app, context) => {
  const server: Pick<Server, 'emit'> = app.server
  const emit = server.emit.bind(server)
  server.emit = (event: string, ...rest: unknown[]): boolean => {
    const [request, answer] = rest as [IncomingMessage, ServerResponse | Duplex]
    if ((event !== 'request' && event !== 'upgrade') || !isForgotten(request)) return emit(event, ...rest)
    forget(request, answer)
    return true
  }
  const plain = (await import(transportModules(new URL(import.meta.url).search.slice(1)).serverUrl)) as {
    transport: FastifyPluginAsync<ServerContext>
  }
  await app.register(plain.transport, context)
}

import type { IncomingMessage } from 'node:http'
import { parse as parseQuery } from 'node:querystring'
import type { Duplex } from 'node:stream'
import type { FastifyPluginCallback } from 'fastify'
import { WebSocketServer } from 'ws'
import { messageOf } from '../src/core/errors.ts'
import type { WebSocketOptions } from '../src/core/transports/websocket.ts'
import { subscribeQuery, type ServerContext, type SubscribeQuery } from './contract.ts'
import { Heartbeat } from './heartbeat.ts'
import { frameOf, gapFrame, Peer, type PeerServer } from './websocket-peer.ts'

/** Time that a client has to answer the close frame of a shutdown, in ms. */
const closeTimeoutMs = 500

const websocketPath = '/websocket'

/** WebSocket (RFC 6455): `GET /websocket?channel=&after=` upgrades; one text frame = one line. */
export const transport: FastifyPluginCallback<ServerContext<WebSocketOptions>> = (
  app,
  { log, counters, options, behaviour, pathMs },
  done,
) => {
  const peers = new Heartbeat<Peer>(options.heartbeatMs, (peer) => peer.sendHeartbeat(), behaviour.inPhase)
  const server: PeerServer = {
    streams: peers,
    counters,
    clientBufferBytes: options.clientBufferBytes,
    frameOf,
    gapFrame,
    log,
    pingsUnderWayCount: Math.ceil(pathMs / options.heartbeatMs),
  }
  const acceptor = new WebSocketServer<typeof Peer>({
    noServer: true,
    clientTracking: false,
    WebSocket: Peer,
    perMessageDeflate: options.perMessageDeflate,
    maxPayload: options.maxPayloadBytes,
    autoPong: false,
    // Without it the library takes the first one that a client offers, whatever it is (RFC 6455 §4.2.2: none is agreed on).
    handleProtocols: () => false,
  })

  let isClosing = false
  app.server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    // The query is all that follows the first question mark, further ones included (RFC 3986 §3.4).
    const { path, query } = /^(?<path>[^?]*)\??(?<query>.*)$/s.exec(request.url!)!.groups as { path: string; query: string }
    if (path !== websocketPath) return refuse(socket, '404 Not Found', `no WebSocket at ${path}`)
    if (request.method !== 'GET') return refuse(socket, '405 Method Not Allowed', `${path} accepts GET only`, 'allow: GET\r\n')
    if (request.headers.upgrade?.toLowerCase() !== 'websocket')
      return refuse(socket, '426 Upgrade Required', `${path} is a WebSocket`, 'upgrade: websocket\r\n', 'upgrade, close')
    if (isClosing) return refuse(socket, '503 Service Unavailable', 'the server is shutting down')
    let asked: SubscribeQuery
    try {
      asked = subscribeQuery(parseQuery(query))
    } catch (error) {
      return refuse(socket, '400 Bad Request', messageOf(error))
    }
    counters.requestCount++
    acceptor.handleUpgrade(request, socket, head, (peer) => peer.join(server, socket, asked))
  })

  // A plain GET, as it comes from behind a proxy that does not pass the upgrade on (RFC 9110 §15.5.22).
  app.get(websocketPath, { exposeHeadRoute: false }, (_request, reply) => {
    reply
      .code(426)
      .headers({ upgrade: 'websocket', connection: 'upgrade, close' })
      .send({
        statusCode: 426,
        error: 'Upgrade Required',
        message: `${websocketPath} is a WebSocket, and this request came without "Upgrade: websocket". If the client sent it, a proxy in between dropped it: let the proxy pass Upgrade and Connection on, by HTTP/1.1.`,
      })
  })

  app.addHook('preClose', (next) => {
    isClosing = true
    peers.stop()
    for (const peer of peers.members()) peer.shutDown()
    // Fastify waits for all sockets before its onClose hooks: a peer that does not answer the close frame must not hold up the shutdown.
    setTimeout(() => {
      for (const peer of peers.members()) peer.terminate()
    }, closeTimeoutMs).unref()
    next()
  })
  done()
}

/** @param fields lines of the head that belong to the status, each with its CRLF */
function refuse(socket: Duplex, status: string, reason: string, fields = '', connection = 'close'): void {
  // Node has taken its own listener off the socket: without one, a client that resets it would end the process.
  socket.on('error', () => socket.destroy())
  socket.end(
    `HTTP/1.1 ${status}\r\nconnection: ${connection}\r\n${fields}content-type: text/plain\r\ncontent-length: ${Buffer.byteLength(reason)}\r\n\r\n${reason}`,
  )
}

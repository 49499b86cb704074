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
  })

  let isClosing = false
  app.server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    const [path = '', query = ''] = request.url!.split('?', 2)
    if (path !== '/websocket') return refuse(socket, '404 Not Found', `no WebSocket at ${path}`)
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

function refuse(socket: Duplex, status: string, reason: string): void {
  // Node has taken its own listener off the socket: without one, a client that resets it would end the process.
  socket.on('error', () => socket.destroy())
  socket.end(
    `HTTP/1.1 ${status}\r\nconnection: close\r\ncontent-type: text/plain\r\ncontent-length: ${Buffer.byteLength(reason)}\r\n\r\n${reason}`,
  )
}

import type { IncomingMessage } from 'node:http'
import { parse as parseQuery } from 'node:querystring'
import type { Duplex } from 'node:stream'
import type { FastifyPluginCallback } from 'fastify'
import { WebSocketServer } from 'ws'
import { messageOf } from '../src/core/errors.ts'
import { subscribeQuery, type ServerContext, type SubscribeQuery } from './contract.ts'
import { Heartbeat } from './heartbeat.ts'
import { Peer, type Room } from './websocket-peer.ts'

export interface WebSocketServerOptions {
  /** Time between two pings to one client, in ms; a client that has not answered the last one is cut as dead. */
  heartbeatMs: number
  /** Bytes that may be queued for one client before it is cut as a slow consumer. */
  clientBufferBytes: number
  /** Negotiate permessage-deflate (RFC 7692). */
  perMessageDeflate: boolean
  /** Largest message accepted from a client; a larger one is closed with code 1009. */
  maxPayloadBytes: number
}

/** Time that a client has to answer the close frame of a shutdown, in ms. */
const farewellMs = 500

/** WebSocket (RFC 6455): `GET /websocket?channel=&after=` upgrades; one text frame = one line. */
export const transport: FastifyPluginCallback<ServerContext<WebSocketServerOptions>> = (
  app,
  { log, counters, options, behaviour },
  done,
) => {
  const room: Room = {
    peers: new Heartbeat<Peer>(options.heartbeatMs, (peer) => peer.beat(), behaviour.inPhase),
    log,
    counters,
    clientBufferBytes: options.clientBufferBytes,
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
    } catch (fault) {
      return refuse(socket, '400 Bad Request', messageOf(fault))
    }
    counters.requestCount++
    acceptor.handleUpgrade(request, socket, head, (peer) => peer.join(room, socket, asked))
  })

  app.addHook('preClose', (next) => {
    isClosing = true
    room.peers.stop()
    for (const peer of room.peers.members()) peer.leave()
    // Fastify waits for all sockets before its onClose hooks: a peer that does not answer the close frame must not hold up the shutdown.
    setTimeout(() => {
      for (const peer of room.peers.members()) peer.terminate()
    }, farewellMs).unref()
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

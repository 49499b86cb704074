import type { Socket } from 'node:net'
import { beforeLog, beforeRequest, planned, type PlantDefect } from './plant.ts'

/** Every second client gets a channel on which nothing is ever published. */
const half: PlantDefect = (app) => {
  beforeRequest(app, (request) => {
    const client = Number(/client (\d+)/.exec(request.headers['user-agent'] ?? '')?.[1] ?? 0)
    if (client % 2 === 1) request.url = request.url!.replace(/channel=[^&]*/, 'channel=nobody')
  })
}

/**
 * Cuts all clients before the message of sequence `cutAt` is logged, and when they are back plays everything to them
 * again, whatever their cursor says.
 */
const replay: PlantDefect = (app, { log }, plan) => {
  const cutAt = planned(plan, 'cutAt')
  const open = new Set<Socket>()
  const forgetful = new WeakSet<Socket>()
  let isCut = false
  app.server.on('connection', (socket: Socket) => {
    open.add(socket)
    socket.once('close', () => open.delete(socket))
    if (isCut) forgetful.add(socket)
  })
  beforeRequest(app, (request) => {
    if (!forgetful.delete(request.socket)) return
    request.url = request.url!.replace(/&after=[^&]*/, '')
    delete request.headers['last-event-id']
  })
  beforeLog(log, (message, sequence, forward) => {
    if (sequence === cutAt) {
      isCut = true
      for (const socket of open) socket.destroy()
    }
    forward(message)
  })
}

/** How Node's streams name the encoding of what is bytes already. */
const asBytes = 'buffer' as BufferEncoding

/** Nagle's algorithm on (RFC 896) and each write in two: the second waits for the reader's delayed acknowledgement. */
const nagle: PlantDefect = (app) => {
  app.server.prependListener('connection', (socket: Socket) => {
    const setNoDelay = socket.setNoDelay.bind(socket)
    // Node and ws both turn the algorithm off later on.
    socket.setNoDelay = () => setNoDelay(false)
    socket.setNoDelay()
    const whole: Socket['_write'] = Reflect.get(socket, '_write')
    const write = whole.bind(socket)
    Reflect.set(socket, '_writev', null)
    const splitWrite: Socket['_write'] = (chunk: string | Buffer, encoding, done) => {
      const bytes = typeof chunk === 'string' ? Buffer.from(chunk, encoding) : chunk
      const middle = bytes.length >>> 1
      write(bytes.subarray(0, middle), asBytes, (error) => {
        if (error) done(error)
        else write(bytes.subarray(middle), asBytes, done)
      })
    }
    Reflect.set(socket, '_write', splitWrite)
  })
}

/** Defects of how clients are served. */
export const connectionDefects: Readonly<Record<string, PlantDefect>> = { half, replay, nagle }

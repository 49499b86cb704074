import { createHash } from 'node:crypto'
import type { Socket } from 'node:net'
import { startRawServer, type MisbehavingServer } from './misbehaving-http.ts'

const acceptSuffix = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11'

/** The answer that opens a WebSocket (RFC 6455 §4.2.2). */
export function handshakeAnswer(head: string): string {
  const key = /sec-websocket-key: *(\S+)/i.exec(head)![1]!
  const accept = createHash('sha1')
    .update(key + acceptSuffix)
    .digest('base64')
  return `HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: upgrade\r\nsec-websocket-accept: ${accept}\r\n\r\n`
}

/** An unmasked frame with a payload below 126 bytes (RFC 6455 §5.2). */
export function shortFrame(opcode: number, payload: Buffer): Buffer {
  return Buffer.concat([Buffer.from([0x80 | opcode, payload.length]), payload])
}

/** A close frame: code and reason (RFC 6455 §5.5.1). */
export function closeFrame(code: number, reason: string): Buffer {
  const payload = Buffer.alloc(2 + Buffer.byteLength(reason))
  payload.writeUInt16BE(code)
  payload.write(reason, 2)
  return shortFrame(0x8, payload)
}

/** Opens every WebSocket that is asked for, then does with its bare socket what it is asked. */
export function startRawWebSocketServer(afterOpen: (socket: Socket) => void): Promise<MisbehavingServer> {
  return startRawServer((socket, onConnection, _inAll, head) => {
    if (onConnection > 1) return
    socket.write(handshakeAnswer(head))
    afterOpen(socket)
  })
}

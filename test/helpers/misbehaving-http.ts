import { createServer, type AddressInfo, type Socket } from 'node:net'

export interface MisbehavingServer {
  port: number
  /** Requests that came, by the number of the connection that brought them. */
  requestCounts: number[]
  sockets: Set<Socket>
  readonly requestCount: number
  close(): Promise<void>
}

/**
 * A server of raw TCP: `onRequest` answers each complete request head as it likes.
 *
 * @param onRequest gets the socket, the request's number on its connection (from 1), and its number in all (from 1)
 */
export async function startRawServer(
  onRequest: (socket: Socket, onConnection: number, inAll: number, head: string) => void,
): Promise<MisbehavingServer> {
  const sockets = new Set<Socket>()
  const requestCounts: number[] = []
  let inAll = 0
  const server = createServer({ noDelay: true }, (socket) => {
    const connection = requestCounts.push(0) - 1
    sockets.add(socket)
    socket.on('error', () => undefined)
    socket.on('close', () => sockets.delete(socket))
    let head = ''
    socket.on('data', (chunk: Buffer) => {
      head += chunk.toString('latin1')
      for (let end = head.indexOf('\r\n\r\n'); end >= 0; end = head.indexOf('\r\n\r\n')) {
        const one = head.slice(0, end)
        head = head.slice(end + 4)
        onRequest(socket, ++requestCounts[connection]!, ++inAll, one)
      }
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    port: (server.address() as AddressInfo).port,
    requestCounts,
    sockets,
    get requestCount() {
      return inAll
    },
    async close() {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

export const emptyAnswer = 'HTTP/1.1 204 No Content\r\nkeep-alive: timeout=72\r\n\r\n'

export function answerWith(status: string, body: string, headers = ''): string {
  return `HTTP/1.1 ${status}\r\ncontent-length: ${Buffer.byteLength(body)}\r\n${headers}\r\n${body}`
}

/** Resets the connection at every n-th request that arrives on a used connection, until `untilCount` such requests were counted. */
export async function startResettingServer(
  every: number,
  untilCount: number,
): Promise<MisbehavingServer & { readonly resetCount: number; readonly reusedCount: number }> {
  let reusedCount = 0
  let resetCount = 0
  const server = await startRawServer((socket, onConnection) => {
    if (onConnection > 1 && reusedCount < untilCount && ++reusedCount % every === 0) {
      resetCount++
      socket.resetAndDestroy()
    } else {
      socket.write(emptyAnswer)
    }
  })
  return Object.defineProperties(server, {
    resetCount: { get: () => resetCount },
    reusedCount: { get: () => reusedCount },
  }) as MisbehavingServer & { readonly resetCount: number; readonly reusedCount: number }
}

import { connect, createServer, type AddressInfo, type Socket } from 'node:net'

export interface Relay {
  port: number
  /** Bytes that clients sent, as read from their sockets. */
  upBytes: number
  /** Bytes that the server sent, as read from its sockets. */
  downBytes: number
  connectionCount: number
  /** All that the server sent, in order. */
  down: Buffer[]
  /** Ends every connection: a reset, or with `false` a plain end. */
  cut(isReset?: boolean): void
  /** Stops to pass on what the server sends, as a reader that sleeps does. */
  stall(): void
  wake(): void
  close(): Promise<void>
}

/** Passes TCP on between clients and a server, and counts every byte by itself. */
export async function startRelay(targetPort: number): Promise<Relay> {
  const pairs = new Set<[Socket, Socket]>()
  const server = createServer({ noDelay: true }, (near) => {
    const far = connect({ host: '127.0.0.1', port: targetPort, noDelay: true })
    const pair: [Socket, Socket] = [near, far]
    pairs.add(pair)
    relay.connectionCount++
    near.on('data', (chunk: Buffer) => {
      relay.upBytes += chunk.length
      far.write(chunk)
    })
    far.on('data', (chunk: Buffer) => {
      if (!near.writable) return
      relay.downBytes += chunk.length
      relay.down.push(chunk)
      near.write(chunk)
    })
    for (const [one, other] of [pair, [far, near] as const]) {
      one.on('end', () => other.end())
      one.on('error', () => undefined)
      one.on('close', () => {
        other.destroy()
        pairs.delete(pair)
      })
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const relay: Relay = {
    port: (server.address() as AddressInfo).port,
    upBytes: 0,
    downBytes: 0,
    connectionCount: 0,
    down: [],
    cut(isReset = true) {
      for (const [near, far] of pairs) {
        // A plain end goes on reading, so that what was on its way is counted on both sides.
        if (!isReset) near.end()
        // A reset after a shutdown is refused by libuv and would leave the handle open for ever.
        else if (near.writableEnded) near.destroy()
        else near.resetAndDestroy()
        if (isReset) far.destroy()
        else far.end()
      }
    },
    stall() {
      for (const [, far] of pairs) far.pause()
    },
    wake() {
      for (const [, far] of pairs) far.resume()
    },
    async close() {
      relay.cut()
      await new Promise((resolve) => server.close(resolve))
    },
  }
  return relay
}

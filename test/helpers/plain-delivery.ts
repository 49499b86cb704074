import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import { nowUs } from '../../src/core/clock.ts'

const line = Buffer.alloc(100, 'x')

/** What this machine takes for so many writes of a short line to each of so many sockets until all is read, without any of us, in µs. */
export async function plainDeliveryUs(messageCount: number, socketCount: number): Promise<number> {
  const held: Socket[] = []
  const server = createServer((socket) => held.push(socket.setNoDelay(true)))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const clients = Array.from({ length: socketCount }, () => connect((server.address() as AddressInfo).port, '127.0.0.1'))
  await Promise.all(clients.map((client) => once(client, 'connect')))
  while (held.length < socketCount) await new Promise((resolve) => setImmediate(resolve))
  let unreadBytes = messageCount * socketCount * line.length
  const startedAtUs = nowUs()
  await new Promise<void>((resolve) => {
    for (const client of clients) client.on('data', ({ length }) => (unreadBytes -= length) === 0 && resolve())
    for (let message = 0; message < messageCount; message++) for (const socket of held) socket.write(line)
  })
  const tookUs = nowUs() - startedAtUs
  for (const client of clients) client.destroy()
  server.close()
  return tookUs
}

import { createServer } from 'node:net'
import type { TransportId } from '../../src/core/transports/registry.ts'
import { ClientTally } from '../../clients/tally.ts'
import { TestClient } from './contract-client.ts'
import { startServer } from './contract-server.ts'
import { subjectOf, type Subject } from './contract-subject.ts'
import { until } from './contract-wait.ts'

/**
 * A child process of a contract test:
 * `server ID OPTIONS` boots a transport and tells its port; `clients ID PORT COUNT OPTIONS` starts clients and tells how
 * their connects ended, then again for every message to it; `both ID COUNT` does both in one process;
 * `deaf BACKLOG` listens, tells its port, and when told to blocks its event loop for a time.
 */
const [mode, ...args] = process.argv.slice(2)

async function startClients(subject: Subject, port: number, count: number, options: object): Promise<void> {
  const tally = new ClientTally()
  const clients = Array.from({ length: count }, (_, index) => {
    return new TestClient({
      createClient: subject.createClient,
      options: { ...subject.options, ...options },
      port,
      index,
      tally,
    })
  })
  const ended = (client: TestClient) => client.subscribedCount > 0 || client.connectFaults.some((entry) => !entry.willRetry)
  // One alone first: libraries load the last of their own files with the first connection.
  clients[0]!.transport.start()
  await until(
    'the first connect ended',
    () => ended(clients[0]!),
    () => tally.faults,
  )
  for (const client of clients.slice(1)) client.transport.start()
  await until(
    'all connects ended',
    () => clients.every(ended),
    () => tally.faults,
  )
  const report = () => {
    process.send!({
      subscribedCount: clients.filter((client) => client.subscribedCount > 0).length,
      hopelessCount: clients.filter((client) => client.connectFaults.some((entry) => !entry.willRetry)).length,
      faults: tally.faults,
      openedCount: tally.openedCount,
      receivedCount: clients.reduce((sum, client) => sum + client.received.length, 0),
    })
  }
  process.on('message', report)
  report()
}

if (mode === 'server') {
  const subject = subjectOf(args[0] as TransportId)
  const server = await startServer(subject.transport, { ...subject.options, ...JSON.parse(args[1] ?? '{}') })
  process.send!(server.port)
  process.on('message', () => process.send!(server.counters))
} else if (mode === 'clients') {
  await startClients(subjectOf(args[0] as TransportId), Number(args[1]), Number(args[2]), JSON.parse(args[3] ?? '{}') as object)
} else if (mode === 'both') {
  const subject = subjectOf(args[0] as TransportId)
  const server = await startServer(subject.transport, subject.options)
  await startClients(subject, server.port, Number(args[1]), {})
} else if (mode === 'deaf') {
  const server = createServer((socket) => socket.on('error', () => undefined))
  server.listen({ host: '127.0.0.1', port: 0, backlog: Number(args[0]) }, () => process.send!((server.address() as { port: number }).port))
  process.on('message', (blockMs: number) => {
    process.send!('blocking', () => {
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, blockMs)
      process.send!('awake')
    })
  })
}

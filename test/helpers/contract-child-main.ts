import { createServer } from 'node:net'
import type { FastifyPluginCallback } from 'fastify'
import type { CreateClient } from '../../clients/contract.ts'
import { ClientTally } from '../../clients/tally.ts'
import type { ServerContext } from '../../servers/contract.ts'
import type { Contender } from '../../src/core/transport.ts'
import { transportModules } from '../../src/trial/transport-modules.ts'
import { TestClient } from './contract-client.ts'
import { startServer, type TestServer } from './contract-server.ts'
import { until } from './contract-wait.ts'

/**
 * A child process of a contract test:
 * `server CONTENDER` boots a transport and tells its port; `clients CONTENDER PORT COUNT` starts clients and tells how
 * their connects ended, then again for every message to it; `both CONTENDER COUNT` does both in one process;
 * `deaf BACKLOG` listens, tells its port, and when told to blocks its event loop for a time. It loads no registry: under a
 * limit of descriptors the many files of its schemas could not be opened.
 */
const [mode, ...args] = process.argv.slice(2)

function contenderIn(text: string): Contender {
  return JSON.parse(text) as Contender
}

async function serve(options: Contender): Promise<TestServer> {
  const { transport } = (await import(transportModules(options.transport).serverUrl)) as { transport: FastifyPluginCallback<ServerContext> }
  return startServer(transport, options)
}

async function startClients(options: Contender, port: number, count: number): Promise<void> {
  const { createClient } = (await import(transportModules(options.transport).clientUrl)) as { createClient: CreateClient }
  const tally = new ClientTally()
  const clients = Array.from({ length: count }, (_, index) => {
    return new TestClient({
      createClient,
      options,
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
  const server = await serve(contenderIn(args[0]!))
  process.send!(server.port)
  process.on('message', () => process.send!(server.counters))
} else if (mode === 'clients') {
  await startClients(contenderIn(args[0]!), Number(args[1]), Number(args[2]))
} else if (mode === 'both') {
  const contender = contenderIn(args[0]!)
  await startClients(contender, (await serve(contender)).port, Number(args[1]))
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

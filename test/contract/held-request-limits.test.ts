import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { Client, type Dispatcher } from 'undici'
import { startBench, subjectOf } from '../helpers/contract-subject.ts'
import { until } from '../helpers/contract-wait.ts'

const sse = subjectOf('sse')
const longPoll = subjectOf('long-poll')

/** The limits of undici (300 s by default) scaled to 1 s, in a control client. Its timers are up to 0.5 s late. */
const limitMs = 1_000
const holdTimeMs = 2_000

/** The code with which a client that has the library's limits gives up on a path. */
async function codeOfControl(port: number, path: string): Promise<string> {
  const control = new Client(`http://127.0.0.1:${port}`, { headersTimeout: limitMs, bodyTimeout: limitMs })
  const code = await new Promise<string>((resolve) => {
    const handler: Dispatcher.DispatchHandler = {
      onConnect: () => undefined,
      onHeaders: () => true,
      onData: () => true,
      onComplete: () => resolve('complete'),
      onError: (error: Error & { code?: string }) => resolve(error.code ?? error.message),
    }
    control.dispatch({ method: 'GET', path }, handler)
  })
  await control.destroy()
  return code
}

suite('held requests', { concurrency: true }, () => {
  test('a hold longer than the limit of the library ends twice with an empty answer, and with no fault', async () => {
    const bench = await startBench(longPoll, { serverOptions: { holdTimeMs } })
    const clients = Array.from({ length: 5 }, () => bench.client({ options: { holdTimeMs } }))
    const control = codeOfControl(bench.server.port, '/long-poll?channel=news')
    await Promise.all(clients.map((client) => client.subscribe()))
    // The subscribing poll, the first hold (shortened by its age), and two whole ones.
    await until(
      'two whole holds each',
      () => clients.every((client) => client.tally.requests.emptyCount === 4),
      () => clients.map((client) => client.tally.requests),
    )
    for (const client of clients) assert.deepEqual([client.tally.faults, client.tally.openedCount], [{}, 1])
    assert.equal(await control, 'UND_ERR_HEADERS_TIMEOUT')
    await bench.end()
  })

  test('a stream without event or heartbeat outlives the limit of the library', async () => {
    const bench = await startBench(sse)
    const client = await bench.client().subscribe()
    assert.equal(await codeOfControl(bench.server.port, '/sse?channel=news'), 'UND_ERR_BODY_TIMEOUT')
    await bench.server.publish({ channel: 'news', data: 'late' })
    await client.receives(1)
    assert.deepEqual([client.tally.faults, client.tally.reconnectCount, client.tally.openedCount], [{}, 0, 1])
    await bench.end()
  })

  test('the limits in force are none at the client, and at the server those of Fastify, which end no held answer', async () => {
    const { subscribe, unsubscribe } = await import('node:diagnostics_channel')
    const limits: Record<string, unknown> = {}
    const look = (message: unknown) => {
      const { socket } = message as { socket: object }
      for (const owner of Object.getOwnPropertySymbols(socket).map((symbol) => (socket as Record<symbol, unknown>)[symbol])) {
        if (!(owner instanceof Client)) continue
        for (const symbol of Object.getOwnPropertySymbols(owner)) {
          if (symbol.description?.endsWith('timeout') === true)
            limits[symbol.description] = (owner as unknown as Record<symbol, unknown>)[symbol]
        }
      }
    }
    const bench = await startBench(longPoll)
    subscribe('undici:client:connected', look)
    await bench.client().subscribe()
    unsubscribe('undici:client:connected', look)
    assert.deepEqual([limits['headers timeout'], limits['body timeout']], [0, 0])
    const { requestTimeout, timeout, keepAliveTimeout } = bench.server.app.server
    assert.deepEqual({ requestTimeout, timeout, keepAliveTimeout }, { requestTimeout: 0, timeout: 0, keepAliveTimeout: 72_000 })
    await bench.end()
  })
})

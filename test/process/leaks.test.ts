import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { sleepMs } from '../../src/core/clock.ts'
import type { ClientHostControl } from '../../src/core/client-host-control.ts'
import type { ServerControl } from '../../src/core/server-control.ts'
import { paths, publishBody } from '../../src/core/wire.ts'
import { Child } from '../../src/machine/child.ts'
import { descriptorCount } from '../../src/machine/proc.ts'
import { clientHostSpec, serverSpec } from '../../src/trial/trial-spec.ts'
import type { Contender } from '../../src/core/transport.ts'
import { contenderOf } from '../../src/core/transports/registry.ts'
import { hostModules, transportModules } from '../../src/trial/transport-modules.ts'

const clientCount = 500
const cycles = 3
const messageCount = 5
/** "Leak" is said of an after-value that grows by more in each cycle. */
const leakRatio = 1.05
/** A quarter of the 8 KiB that the planted leak keeps. */
const mostKeptPerClient = 2_048

/** One server process; clients join, receive and leave in three cycles. Live heap after each, in bytes, after forced GC. */
async function heapAfterCycles(transport: string, serverUrl = transportModules(transport).serverUrl): Promise<number[]> {
  const options = contenderOf(transport, transport === 'short-poll' ? { pollIntervalMs: 100 } : {})
  const server = new Child<ServerControl>(`${transport} server`, [process.execPath, '--expose-gc', hostModules.server])
  try {
    const ready = await server.ask('start', serverSpec({ moduleUrl: serverUrl, options }))
    const found = [await liveHeap(server)]
    const baseCount = descriptorCount(server.pid)
    for (let cycle = 0; cycle < cycles; cycle++) {
      await oneCycle(transport, options, ready)
      for (let tries = 0; descriptorCount(server.pid)! > baseCount! && tries < 200; tries++) await sleepMs(25)
      assert.equal(descriptorCount(server.pid), baseCount)
      found.push(await liveHeap(server))
    }
    return found
  } finally {
    server.kill()
  }
}

async function liveHeap(server: Child<ServerControl>): Promise<number> {
  const { heapUsedBytes, externalBytes } = await server.ask('memory', undefined)
  return heapUsedBytes + externalBytes
}

async function oneCycle(transport: string, options: Contender, ready: { host: string; port: number }): Promise<void> {
  const host = new Child<ClientHostControl>('client host', [process.execPath, hostModules.clients])
  try {
    await host.ask(
      'start',
      clientHostSpec({
        moduleUrl: transportModules(transport).clientUrl,
        options,
        ...ready,
        channels: new Array<string>(clientCount).fill('c0'),
        channelRatePerSecond: 1,
      }),
    )
    const { subscribedCount } = await host.ask('connect', { count: clientCount }, 30_000)
    assert.equal(subscribedCount, clientCount)
    const already = (await host.ask('progress', undefined)).deliveryCount
    const messages = Array.from({ length: messageCount }, (_, index) => ({ channel: 'c0', data: `message ${index}` }))
    const published = await fetch(`http://${ready.host}:${ready.port}${paths.publish}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', connection: 'close' },
      body: publishBody(messages),
    })
    assert.equal(published.status, 204)
    const expected = already + clientCount * messageCount
    for (let tries = 0; (await host.ask('progress', undefined)).deliveryCount < expected && tries < 200; tries++) await sleepMs(25)
    assert.equal((await host.ask('progress', undefined)).deliveryCount, expected)
    await host.ask('disconnect', undefined)
  } finally {
    host.kill()
    await host.ended(2_000)
  }
}

function isLeak(afters: readonly number[]): boolean {
  return afters.slice(1).every((bytes, cycle) => bytes > afters[cycle]! * leakRatio)
}

// Resident memory stays after clients left, and is no leak; live heap that grows with every cycle is one.
suite('500 clients join, work and leave, three times', () => {
  test('no server of the four keeps what its clients needed', async () => {
    await Promise.all(
      ['short-poll', 'long-poll', 'sse', 'websocket'].map(async (transport) => {
        const afters = await heapAfterCycles(transport)
        assert.equal(isLeak(afters), false, `${transport}: ${afters.join(', ')} bytes`)
        // What stays after the first cycle is code and caches, which settle at their own time, so the bound is per client.
        const keptPerClient = (afters[3]! - afters[1]!) / (2 * clientCount)
        assert.ok(keptPerClient <= mostKeptPerClient, `${transport}: ${keptPerClient} bytes a client; ${afters.join(', ')} bytes`)
      }),
    )
  })

  test('a server that keeps 8 KiB a client is found', async () => {
    const afters = await heapAfterCycles('sse', new URL('../helpers/leaking-server.js', import.meta.url).href)
    assert.equal(isLeak(afters), true, `${afters.join(', ')} bytes`)
  })
})

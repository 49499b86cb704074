import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { packageRoot } from '../../src/core/package-root.ts'
import { complexityOf } from '../../src/run/complexity.ts'
import { registry } from '../../src/core/transports/registry.ts'

/** Lines that are neither blank nor comment, counted line by line and not as the harness does it. */
function linesOf(file: string): number {
  let isInBlock = false
  let count = 0
  for (const line of readFileSync(join(packageRoot(), file), 'utf8').split('\n')) {
    const text = line.trim()
    if (text.startsWith('/*')) isInBlock = true
    if (!isInBlock && text !== '' && !text.startsWith('//')) count++
    if (isInBlock && text.endsWith('*/')) isInBlock = false
  }
  return count
}

test('a server that imports only what all servers import counts as its own file', () => {
  assert.equal(complexityOf('short-poll').serverLines, linesOf('servers/short-poll.ts'))
})

test('both polls pay for the exchange that they share, and so do both streams for what they share; WebSocket also for its own second file', () => {
  const shared = (a: string, b: string, half: 'clients' | 'servers', key: 'clientLines' | 'serverLines'): number[] =>
    [a, b].map((id) => complexityOf(id)[key] - linesOf(`${half}/${id}.ts`))
  const [short, long] = shared('short-poll', 'long-poll', 'clients', 'clientLines')
  assert.equal(short, long)
  assert.ok(short! >= linesOf('clients/poll-exchange.ts') + linesOf('clients/poll-client.ts'))
  const [sse, websocket] = shared('sse', 'websocket', 'servers', 'serverLines')
  const ofBoth = linesOf('servers/heartbeat.ts') + linesOf('servers/backlog-writer.ts')
  assert.equal(sse, ofBoth)
  assert.equal(websocket, ofBoth + linesOf('servers/websocket-peer.ts'))
})

test('the packages that a transport needs are those that its files import', () => {
  for (const { id, traits } of registry) {
    const files = [`servers/${id}.ts`, `clients/${id}.ts`, ...(id === 'sse' ? ['clients/event-stream.ts'] : [])]
    const text = files.map((file) => readFileSync(join(packageRoot(), file), 'utf8')).join('')
    const imported = ['ws', 'eventsource-parser'].filter((name) => text.includes(`from '${name}'`))
    assert.deepEqual(traits.dependencies, imported, id)
  }
})

import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Script } from 'node:vm'
import { suite, test } from 'node:test'
import { packageRoot } from '../../src/core/package-root.ts'
import { contenderOf, registry, transportOf } from '../../src/core/transports/registry.ts'
import { hostModules, transportModules } from '../../src/trial/transport-modules.ts'

const compresses = (id: string, options: object): boolean => transportOf(id).mayCompress(contenderOf(id, { ...options }))
const slotMs = (id: string, options = {}): number | undefined => transportOf(id).slotMs(contenderOf(id, options))

suite('a transport descriptor', () => {
  test('says whether its connections may be compressed, whatever the option is called', () => {
    assert.deepEqual([compresses('sse', { compression: true }), compresses('websocket', { perMessageDeflate: true })], [true, true])
    for (const { id } of registry) assert.equal(compresses(id, {}), false, id)
  })

  test('has a grid of instants only where clients ask by the clock', () => {
    assert.equal(slotMs('short-poll', { pollIntervalMs: 250 }), 250)
    for (const id of ['long-poll', 'sse', 'websocket']) assert.equal(slotMs(id), undefined, id)
  })

  test('puts heartbeats off beyond a trial with options that it takes itself', () => {
    for (const { id, withoutHeartbeats } of registry) {
      assert.deepEqual(contenderOf(id, withoutHeartbeats), { ...contenderOf(id), ...withoutHeartbeats }, id)
    }
    for (const id of ['sse', 'websocket']) assert.deepEqual(Object.keys(transportOf(id).withoutHeartbeats), ['heartbeatMs'], id)
  })

  test('has both halves under its id', () => {
    for (const { id } of registry) {
      for (const url of Object.values(transportModules(id))) assert.ok(existsSync(fileURLToPath(url)), url)
    }
    for (const path of Object.values(hostModules)) assert.ok(existsSync(path), path)
  })

  test('makes a contender of its defaults, and refuses what it does not have', () => {
    const { transport, label, holdTimeMs, batchWindowMs } = contenderOf('long-poll', { holdTimeMs: 100 })
    assert.deepEqual([transport, label, holdTimeMs, batchWindowMs], ['long-poll', 'long-poll', 100, 0])
    assert.equal(contenderOf('sse', { label: 'A' }).label, 'A')
    assert.throws(() => contenderOf('sse', { holdTimeMs: 100 }), /holdTimeMs/)
  })

  test('serves with every option that its server reads, and with none that it does not have', () => {
    for (const { id, options, servedOptions } of registry) {
      const source = readFileSync(join(packageRoot(), `servers/${id}.ts`), 'utf8')
      const read = [...source.matchAll(/\boptions\.(\w+)/g)].map(([, option]) => option!)
      assert.deepEqual(
        [...new Set(read)].filter((option) => !servedOptions.includes(option)),
        [],
        id,
      )
      for (const option of servedOptions) assert.ok(option in options.shape, `${id} ${option}`)
    }
  })

  test('gives a command line for its URL, and a script that a browser can read as a module', () => {
    for (const { id, readCommand, browserScript } of registry) {
      const url = `http://127.0.0.1:8080/${id}?channel=news`
      assert.ok(readCommand(url).includes(url.replace('http', id === 'websocket' ? 'ws' : 'http')), id)
      // No module: that a script parses is what can be asked of it here. The page itself is tried in test/browser.
      assert.doesNotThrow(() => new Script(`async () => { ${browserScript(contenderOf(id))} }`), id)
      assert.ok(!browserScript(contenderOf(id)).includes('</script'), id)
    }
  })
})

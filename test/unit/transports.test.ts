import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { suite, test } from 'node:test'
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
    assert.deepEqual(
      registry.map(({ withoutHeartbeats }) => Object.keys(withoutHeartbeats)),
      [[], [], ['heartbeatMs'], ['heartbeatMs']],
    )
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
})

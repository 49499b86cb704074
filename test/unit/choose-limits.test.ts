import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import type { z } from 'zod'
import { packageRoot } from '../../src/core/package-root.ts'
import { profileSchema } from '../../src/core/profile-result.ts'
import { requirementSchema } from '../../src/core/requirement.ts'
import { choose } from '../../src/advisor/model/choose.ts'
import type { ModelTransport } from '../../src/advisor/model/predict.ts'
import { fixtureProfile } from '../golden/fixture-profile.ts'

type Stated = z.input<typeof requirementSchema>

const wanted = { clients: 1_000, messagesPerSecond: 1, staleness: 1_000 } satisfies Stated

/** Transports with a constraint whose text says this. */
function constrained(stated: Partial<Stated>, text: RegExp): ModelTransport[] {
  const { constraints } = choose(fixtureProfile(), requirementSchema.parse({ ...wanted, ...stated }))
  return constraints.filter((entry) => entry.kind === 'caveat' && text.test(entry.text)).map(({ transport }) => transport)
}

const reference = profileSchema.parse(JSON.parse(readFileSync(join(packageRoot(), 'results/profiles/reference.json'), 'utf8')))

test('a larger request head never makes fewer bytes, and what clients send stays in them', () => {
  const stated = { clients: 1_000, messagesPerSecond: 0.1, staleness: 10_000, upstream: 1, upstreamPayload: 1_000 }
  const up = (transport: ModelTransport, requestHead?: number): number => {
    const { predictions } = choose(reference, requirementSchema.parse({ ...stated, requestHead }))
    return predictions.find((entry) => entry.transport === transport)!.figures.bytesUpPerSecond.value!
  }
  // 100 polls/s, and 1,000 requests/s with 1,000 bytes in a body of 1,011.
  const known: readonly [ModelTransport, number | undefined, number][] = [
    ['short-poll', undefined, 100 * 162.8 + 1_000 * (210.7 + 1_000)],
    ['short-poll', 300, 100 * 300 + 1_000 * (300 + 1_011)],
    ['short-poll', 2_000, 100 * 2_000 + 1_000 * (2_000 + 1_011)],
    ['sse', 300, 1_000 * (300 + 1_011)],
    ['sse', 2_000, 1_000 * (2_000 + 1_011)],
  ]
  for (const [transport, head, expected] of known) {
    const value = up(transport, head)
    assert.ok(Math.abs(value - expected) < 0.05 * expected, `${transport} with ${head}: ${value} for ${expected}`)
  }
  assert.equal(up('websocket', 2_000), up('websocket'))
})

test("a head above the 16,384 bytes that Node's parser takes is a caveat for all that send one", () => {
  const said = /16,384/
  assert.deepEqual(constrained({ requestHead: 16_384 }, said), [])
  assert.deepEqual(constrained({ requestHead: 20_000 }, said), ['short-poll', 'long-poll', 'sse', 'websocket'])
})

test('a hundred held streams fill a connection of HTTP/2, in browsers', () => {
  const said = /100 streams/
  assert.deepEqual(constrained({ http: '2', tabs: 99 }, said), [])
  assert.deepEqual(constrained({ http: '2', tabs: 150 }, said), ['long-poll', 'sse'])
  assert.deepEqual(constrained({ http: '2', tabs: 150, client: 'service' }, said), [])
})

test('two hundred WebSockets are all that Firefox opens', () => {
  const said = /200 WebSockets/
  assert.deepEqual(constrained({ http: '2', tabs: 200 }, said), [])
  assert.deepEqual(constrained({ http: '2', tabs: 300 }, said), ['websocket'])
  assert.deepEqual(constrained({ tabs: 300 }, said), ['websocket'])
  assert.deepEqual(constrained({ tabs: 300, client: 'service' }, said), [])
})

test('polls that come after the keep-alive are said to open a connection each', () => {
  const said = /after 72 s/
  assert.deepEqual(constrained({ staleness: 72_000 }, said), [])
  assert.deepEqual(constrained({ staleness: 300_000 }, said), ['short-poll'])
  assert.deepEqual(constrained({ staleness: 300_000, pollInterval: 60_000 }, said), [])
  assert.deepEqual(constrained({ staleness: 60_000, proxyIdle: 30_000 }, /after 30 s/), ['short-poll'])
})

test('connections of an instance are those that are open, when polls are rare', () => {
  const { plan } = choose(
    fixtureProfile(),
    requirementSchema.parse({ ...wanted, messagesPerSecond: 0.001, pollInterval: 288_000, staleness: 300_000 }),
  )
  const line = plan.find(({ what }) => what === 'connections per instance')!
  assert.deepEqual([line.value, /keep-alive/.test(line.assumption)], [250, true])
})

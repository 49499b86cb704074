import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { clientP99 } from '../../src/metrics/spread.ts'
import { assertHonest } from './metrics-trial.ts'

/** Clients whose i-th delivery took base + i µs, dealt out in turn as a real block of records is. */
function dealt(shape: { base: number; delivered: number }[]): [Float64Array, Uint32Array] {
  const rows = shape.flatMap(({ base, delivered }, client) =>
    Array.from({ length: delivered }, (_, index) => ({ client, index, latencyUs: base + index + 1 })),
  )
  rows.sort((a, b) => a.index - b.index || b.client - a.client)
  return [Float64Array.from(rows, (row) => row.latencyUs), Uint32Array.from(rows, (row) => row.client)]
}

describe('spread over clients', () => {
  it('takes the p99 of each client alone, then median and maximum', () => {
    const [latencies, clients] = dealt([0, 1_000, 50_000].map((base) => ({ base, delivered: 400 })))
    assert.deepEqual(clientP99(latencies, clients, Uint32Array.of(400, 400, 400)), { median: 1_396, max: 50_396, reasons: {} })
  })

  it('leaves out clients of whom nothing was expected', () => {
    const [latencies, clients] = dealt([
      { base: 0, delivered: 400 },
      { base: 0, delivered: 0 },
      { base: 100, delivered: 400 },
    ])
    assert.deepEqual(clientP99(latencies, clients, Uint32Array.of(400, 0, 400)), { median: 446, max: 496, reasons: {} })
  })

  it('counts what a client did not get as +∞', () => {
    const [latencies, clients] = dealt([
      { base: 0, delivered: 396 },
      { base: 0, delivered: 395 },
      { base: 0, delivered: 400 },
    ])
    const found = clientP99(latencies, clients, Uint32Array.of(400, 400, 400))
    assert.deepEqual([found.median, found.max], [396, null])
    assert.deepEqual(found.reasons, { max: '∞ (1 of 3 clients had more than 1 % undelivered)' })
    const silent = clientP99(new Float64Array(0), new Uint32Array(0), Uint32Array.of(400))
    assert.deepEqual([silent.median, silent.max], [null, null])
    assertHonest(silent)
  })

  it('is null with the reason when a client has too few, and when there is none', () => {
    const [latencies, clients] = dealt([
      { base: 0, delivered: 399 },
      { base: 0, delivered: 900 },
    ])
    const found = clientP99(latencies, clients, Uint32Array.of(399, 900))
    assert.equal(found.reasons['median'], 'per client: needs at least 400, got 399')
    assertHonest(found)
    assertHonest(clientP99(new Float64Array(0), new Uint32Array(0), new Uint32Array(3)))
  })
})

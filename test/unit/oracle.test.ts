import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import type { ClientContext } from '../../clients/contract.ts'
import { SimulatedClient, type ClientHostState } from '../../clients/simulated-client.ts'
import { createClient } from '../../clients/short-poll.ts'
import { expectedLatencyUs, overheadOf, overheadsUs, pollPhaseUs, type OracleInput } from '../../src/calibrate/oracle.ts'
import { quantileOf } from '../../src/calibrate/known-trial.ts'
import { defaultBehaviour } from '../../src/core/scenario.ts'

const ms = 1_000

/** Expected latencies in ms of messages due at these ms, for one client. */
function latenciesMs(dueMs: readonly number[], input: Omit<OracleInput, 'dueAtUs'>): number[] {
  const expected = expectedLatencyUs({ dueAtUs: Float64Array.from(dueMs, (at) => at * ms), ...input })
  return dueMs.map((_, message) => expected(message, 0) / ms)
}

suite('the oracle of push and long polling', () => {
  test('expects nothing of a server that runs', () => {
    assert.deepEqual(latenciesMs([0, 17, 1_000], {}), [0, 0, 0])
  })

  test('expects the rest of the stop of what is due in it, and nothing on its far edge', () => {
    const stops = [
      { stoppedAtUs: 1_000 * ms, resumedAtUs: 2_000 * ms },
      { stoppedAtUs: 5_000 * ms, resumedAtUs: 5_100 * ms },
    ]
    assert.deepEqual(latenciesMs([999, 1_000, 1_250, 1_999, 2_000, 5_050, 5_100], { stops }), [0, 1_000, 750, 1, 0, 50, 0])
  })

  // Q(q) = max(0, S − (1 − q) × D), mean S² / 2D.
  for (const [stopMs, durationMs, perSecond, p99Ms, p999Ms] of [
    [1_000, 60_000, 50, 400, 940],
    [1_000, 20_000, 500, 800, 980],
    [1_400, 19_750, 2_000, 1_202.5, 1_380.25],
  ] as const) {
    test(`meets the closed form of a stop of ${stopMs} ms in ${durationMs} ms: p99 ${p99Ms} ms, p99.9 ${p999Ms} ms`, () => {
      const gapMs = 1_000 / perSecond
      const dueMs = Array.from({ length: durationMs / gapMs }, (_, k) => (k + 0.5) * gapMs)
      const latencies = latenciesMs(dueMs, { stops: [{ stoppedAtUs: 5_000 * ms, resumedAtUs: (5_000 + stopMs) * ms }] })
      assert.ok(Math.abs(quantileOf(latencies, 0.99) - p99Ms) <= gapMs, `p99 ${quantileOf(latencies, 0.99)}`)
      assert.ok(Math.abs(quantileOf(latencies, 0.999) - p999Ms) <= gapMs, `p99.9 ${quantileOf(latencies, 0.999)}`)
      assert.equal(Math.max(...latencies), stopMs - gapMs / 2)
      const mean = latencies.reduce((sum, latency) => sum + latency, 0) / latencies.length
      assert.ok(Math.abs(mean - stopMs ** 2 / (2 * durationMs)) < 1e-6, `mean ${mean}`)
    })
  }
})

suite('the oracle of short polling', () => {
  const poll = { intervalMs: 100, phasesUs: [30 * ms] }

  test('expects the time to the next slot at or after due', () => {
    assert.deepEqual(latenciesMs([0, 29, 30, 31, 129.5, 130], { poll }), [30, 1, 0, 99, 0.5, 0])
  })

  test('gives each client its own slots', () => {
    const expected = expectedLatencyUs({ dueAtUs: Float64Array.of(100 * ms), poll: { intervalMs: 100, phasesUs: [0, 1 * ms, 99 * ms] } })
    assert.deepEqual(
      [0, 1, 2].map((client) => expected(0, client) / ms),
      [0, 1, 99],
    )
  })

  test('answers the first slot of a stop at its end, with all that is due by then', () => {
    // Slots at 30, 130, 230, 330, 430: 230 waits in the stop, 330 is an overrun.
    const stops = [{ stoppedAtUs: 200 * ms, resumedAtUs: 400 * ms }]
    const dueMs = [120, 130, 131, 200, 229, 231, 329, 331, 399, 400, 431]
    assert.deepEqual(latenciesMs(dueMs, { poll, stops }), [10, 0, 269, 200, 171, 169, 71, 69, 1, 30, 99])
  })

  test('a stop between two slots costs nothing', () => {
    const stops = [{ stoppedAtUs: 140 * ms, resumedAtUs: 220 * ms }]
    assert.deepEqual(latenciesMs([135, 150, 219, 225], { poll, stops }), [95, 80, 11, 5])
  })

  // U(0, T): mean T/2, p50 T/2, p90 0.9 T, p99 0.99 T, sd T/√12.
  test('is U(0, T) over all phases', () => {
    const dueMs = Array.from({ length: 10_000 }, (_, k) => k * 0.1)
    const latencies = latenciesMs(dueMs, { poll: { intervalMs: 1_000, phasesUs: [0] } })
    const mean = latencies.reduce((sum, latency) => sum + latency, 0) / latencies.length
    const sd = Math.sqrt(latencies.reduce((sum, latency) => sum + (latency - mean) ** 2, 0) / latencies.length)
    for (const [name, got, wanted] of [
      ['mean', mean, 500],
      ['p50', quantileOf(latencies, 0.5), 500],
      ['p90', quantileOf(latencies, 0.9), 900],
      ['p99', quantileOf(latencies, 0.99), 990],
      ['sd', sd, 1_000 / Math.sqrt(12)],
    ] as const) {
      assert.ok(Math.abs(got - wanted) <= 0.11, `${name} ${got}, expected ${wanted}`)
    }
  })

  test('knows the phases that clients of this seed draw', () => {
    const seed = 7
    const drawn: number[] = []
    const state = {
      seed,
      behaviour: defaultBehaviour,
      options: { pollIntervalMs: 90, timeoutMarginMs: 1_000 },
      timers: {
        every: (intervalMs: number, phaseRatio: number) => {
          drawn.push(Math.floor(phaseRatio * intervalMs * ms))
          return () => undefined
        },
      },
      createClient: (context: ClientContext) => {
        const client = createClient(context as ClientContext<ShortPollOptions>)
        // The answer that subscribes, without a server: from here on the client is on its grid.
        ;(client as unknown as { onAnswer(): void }).onAnswer()
        client.close()
        return client
      },
      onConnectEnd: () => undefined,
    } as unknown as ClientHostState
    const clients = Array.from({ length: 100 }, (_, index) => new SimulatedClient({ ...state, host: '127.0.0.1', port: 1 }, index, 'c0'))
    assert.deepEqual(
      drawn,
      clients.map(({ index }) => pollPhaseUs(index, 90, seed)),
    )
    assert.equal(new Set(drawn).size, 100)
  })
})

suite('measured − expected', () => {
  const known = { dueAtUs: Float64Array.of(10, 20, 30, 40), fromAtUs: 20, untilAtUs: 40 }

  test('counts first receipts of the measured window', () => {
    const deliveries = [
      { message: 0, client: 0, receivedAtUs: 11 },
      { message: 1, client: 0, receivedAtUs: 25 },
      { message: 1, client: 1, receivedAtUs: 27 },
      { message: 1, client: 0, receivedAtUs: 99 },
      { message: 2, client: 0, receivedAtUs: 33 },
      { message: 3, client: 0, receivedAtUs: 41 },
      // A damaged copy carries the corrupted flag and a cursor, and names no message.
      { message: 0x8000_0002, client: 1, receivedAtUs: 34 },
    ]
    const overheads = overheadsUs({ ...known, deliveries }, (message) => (message === 2 ? 3 : 0))
    assert.deepEqual(overheads, [5, 7, 0])
    assert.deepEqual(overheadOf(overheads), { count: 3, minUs: 0, meanUs: 4, p50Us: 5, p99Us: 7, maxUs: 7 })
  })

  test('shows what an oracle that expects too much would hide: a negative overhead', () => {
    const overheads = overheadsUs({ ...known, deliveries: [{ message: 1, client: 0, receivedAtUs: 25 }] }, () => 6)
    assert.equal(overheadOf(overheads).minUs, -1)
  })

  test('of no pair is nothing', () => {
    assert.deepEqual(overheadOf([]), { count: 0, minUs: null, meanUs: null, p50Us: null, p99Us: null, maxUs: null })
  })
})
import type { ShortPollOptions } from '../../src/core/transports/short-poll.ts'

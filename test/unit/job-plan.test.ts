import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { ClientHostReport } from '../../src/core/client-host-control.ts'
import { seededRandom } from '../../src/core/random.ts'
import { corruptedFlag, DeliveryRecorder, readDeliveries } from '../../src/core/recorder.ts'
import { meanJobSeconds, traffic as schema, type Traffic } from '../../src/core/traffic.ts'
import { drawDurationMs, planJobs, sessionShare } from '../../src/traffic/job-plan.ts'
import { completeSchedule } from '../../src/traffic/job-schedule.ts'

const randomOf = (purpose: string) => seededRandom(5, purpose)

function jobsOf(given: Record<string, unknown>): Traffic {
  return schema.parse({ pattern: 'jobs', jobsPerSecond: 50, jobDurationMs: { median: 1_000, sigma: 0.5 }, ...given })
}

describe('durations of jobs', () => {
  it('have the quantiles of their log-normal law', () => {
    const random = seededRandom(1, 'durations')
    const law = { median: 4_000, sigma: 0.6, min: 0, max: 3_600_000 }
    const drawn = Array.from({ length: 100_000 }, () => drawDurationMs(law, random)).sort((a, b) => a - b)
    // Quantiles of the standard normal distribution, from a table.
    for (const [q, z] of [
      [0.025, -1.959964],
      [0.25, -0.67449],
      [0.5, 0],
      [0.84134, 1],
      [0.99, 2.326348],
    ] as const) {
      const exact = 4_000 * Math.exp(0.6 * z)
      const found = drawn[Math.floor(q * drawn.length)]!
      assert.ok(Math.abs(found / exact - 1) < 0.015, `q ${q}: ${found}, ${exact}`)
    }
    const mean = drawn.reduce((a, b) => a + b) / drawn.length
    assert.ok(Math.abs(mean / (1_000 * meanJobSeconds(jobsOf({ jobDurationMs: law }))) - 1) < 0.01)
  })

  it('lie within their bounds, and take the median where nothing spreads them', () => {
    const random = seededRandom(2, 'durations')
    for (let n = 0; n < 5_000; n++) {
      const ms = drawDurationMs({ median: 1_000, sigma: 1, min: 900, max: 1_200 }, random)
      assert.ok(ms >= 900 && ms <= 1_200)
    }
    assert.equal(drawDurationMs({ median: 700, sigma: 0, min: 0, max: 1_000 }, random), 700)
  })
})

describe('the plan of sessions', () => {
  it('has Poisson arrivals: the planned rate, and gaps whose coefficient of variation is 1', () => {
    const { arrivalsUs } = planJobs(jobsOf({}), 200e6, randomOf)
    assert.ok(Math.abs(arrivalsUs.length - 10_000) < 4 * 100, String(arrivalsUs.length))
    const gaps = [...arrivalsUs.subarray(1)].map((atUs, at) => atUs - arrivalsUs[at]!)
    const mean = gaps.reduce((a, b) => a + b) / gaps.length
    const deviation = Math.sqrt(gaps.reduce((sum, gap) => sum + (gap - mean) ** 2, 0) / gaps.length)
    assert.ok(Math.abs(deviation / mean - 1) < 0.05)
  })

  it('is shared out to hosts without a session lost or doubled, each with its own durations', () => {
    const plan = planJobs(jobsOf({ jobsInRow: 3, messagesPerJob: 4, messagesPerSecondOfJob: 40 }), 1e6, randomOf)
    const shares = [0, 1].map((host) => sessionShare(plan, host, 2, 100))
    assert.deepEqual(
      shares.flatMap(({ sessions }) => [...sessions]).sort((a, b) => a - b),
      [...plan.arrivalsUs.keys()],
    )
    for (const { sessions, arrivalsUs, durationsUs, gapUs, firstSequence } of shares) {
      assert.deepEqual([gapUs, firstSequence], [25_000, 100])
      for (const [at, session] of sessions.entries()) {
        assert.equal(arrivalsUs[at], plan.arrivalsUs[session])
        assert.deepEqual(durationsUs.subarray(at * 3, at * 3 + 3), plan.durationsUs.subarray(session * 3, session * 3 + 3))
      }
    }
  })
})

describe('the schedule that is completed after the run', () => {
  const startAtUs = 1_000_000
  const plan = {
    arrivalsUs: Float64Array.of(0, 500),
    jobsInRow: 2,
    messagesPerJob: 2,
    gapUs: 100,
    durationsUs: Float64Array.of(1_000, 2_000, 300, 400),
  }
  const none = { deliveries: new Uint8Array(0), subscribed: new Uint32Array(0), requests: {} }

  function deliveriesOf(messages: readonly number[]): Uint8Array {
    const recorder = new DeliveryRecorder()
    for (const message of messages) recorder.add(message, 0, 0)
    return recorder.bytes()
  }

  // One probe message has sequence 0; then jobs 0 to 3 with two messages each. Job 3 was never asked for.
  const host = {
    ...none,
    deliveries: deliveriesOf([1, 2, 5, 0, 8, corruptedFlag + 3]),
    probe: { ...none, deliveries: deliveriesOf([0]) },
    jobs: {
      jobs: Uint32Array.of(2, 0, 1),
      dueAtUs: Float64Array.of(startAtUs + 500, startAtUs, startAtUs + 1_250),
      sentAtUs: Float64Array.of(startAtUs + 520, startAtUs + 7, startAtUs + 1_250),
      subscribedAfterUs: Float64Array.of(1, 2, Number.NaN),
      requestCounts: Uint32Array.of(3, 1, 2),
    },
  } as unknown as ClientHostReport
  const completed = completeSchedule(
    {
      schedule: { offsetsUs: Float64Array.of(850), channels: Uint32Array.of(4) },
      publisher: {
        publishedAtUs: Float64Array.of(startAtUs + 851),
        acknowledgedCount: 1,
        refusedAtUs: [],
        outages: [],
      },
      clientHosts: [host],
      probeHost: undefined,
    },
    plan,
    startAtUs,
  )

  it('has each message at request + duration + k × gap, in due order, and none of a job that nobody asked for', () => {
    assert.deepEqual([...completed.schedule.offsetsUs], [800, 850, 900, 1_000, 1_100, 3_250, 3_350])
    assert.deepEqual([...completed.schedule.channels], [2, 4, 2, 0, 0, 1, 1])
    assert.deepEqual([...completed.jobs.placeOfMessage], [0, 0, 1, 0, 1, 0, 1])
  })

  it('calls a message as late as its request was', () => {
    const lags = completed.publisher.publishedAtUs.map((atUs, at) => atUs - startAtUs - completed.schedule.offsetsUs[at]!)
    assert.deepEqual([...lags], [20, 1, 20, 7, 7, 0, 0])
  })

  it('gives deliveries their new sequences, damaged ones keep their cursor, others are expected by nobody', () => {
    const messages = (bytes: Uint8Array) => [...readDeliveries(bytes)].map(({ message }) => message)
    assert.deepEqual(messages(completed.clientHosts[0]!.deliveries), [3, 4, 0, 1, corruptedFlag - 1, corruptedFlag + 3])
    assert.deepEqual(messages(completed.clientHosts[0]!.probe.deliveries), [1])
  })

  it('has its jobs in their order, whichever host asked for them', () => {
    const { jobs, requestCounts, subscribedAfterUs } = completed.jobs
    assert.deepEqual(
      [[...jobs], [...requestCounts], [...subscribedAfterUs]],
      [
        [0, 1, 2],
        [1, 2, 3],
        [2, Number.NaN, 1],
      ],
    )
  })
})

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { metricIds, type MetricId } from '../../src/core/metric.ts'
import type { TrialResult } from '../../src/core/result.ts'
import { emptyLedger } from '../../src/metrics/ledger.ts'
import { metricsOf, metricValue, whyNoValue } from '../../src/metrics/metric-value.ts'
import { histogramQuantile } from '../../src/metrics/quantiles.ts'
import { summarise } from '../../src/metrics/summary.ts'
import { assertHonest, traits, trialOf } from './metrics-trial.ts'

const contenders = ['sse', 'long-poll'].map((label) => ({ label, transport: label, traits }))
const summary = (trials: TrialResult[], failedTrials: Parameters<typeof summarise>[0]['failedTrials'] = []) =>
  summarise({ contenders, trials, failedTrials })
const slopeOf = (value: number) => ({ value, low: 1, high: 2, level: 0.95, n: 5, reasons: {} })
const oneTo = (n: number): Float64Array => Float64Array.from({ length: n }, (_, index) => index + 1)

describe('metric value', () => {
  it('reads each figure from its place', () => {
    const base = trialOf({ contender: 'sse', block: 0, latenciesUs: oneTo(1_000), cpuMsPerSecond: 12 })
    const trial: TrialResult = {
      ...base,
      ledger: { ...base.ledger, expectedCount: 100, lostCount: 2 },
      jobs: {
        askedCount: 4,
        doneCount: 4,
        requestCountPerJob: 1,
        allRequestCountPerJob: 2,
        firstMessageUs: { ...base.deliveryLatencyUs, p99: 3_000 },
        gapUs: { ...base.deliveryLatencyUs, p99: 40_000 },
        stallCount: 0,
        stallRatio: 0,
        chainAddedUs: { ...base.deliveryLatencyUs, p90: 7_000 },
        reasons: {},
      },
      requests: { ...base.requests, perDelivery: 1.5, window: { ...base.requests.window, sentPerSecond: 44 } },
      bytes: { ...base.bytes, wirePerDeliveryBytes: 218, applicationPerDeliveryBytes: 114 },
      server: {
        ...base.server,
        memory: { ...base.server.memory, perClientBytes: slopeOf(9_000), kernelPerClientBytes: slopeOf(2_100) },
        descriptors: { ...base.server.descriptors, perClient: 1 },
        processor: { cpuMsPerSecond: 12, cpuUsPerDelivery: 13.5, involuntarySwitchCount: 3, reasons: {} },
      },
      connections: {
        ...base.connections,
        timeToSubscribedUs: { ...base.deliveryLatencyUs, p99: 77 },
        perConnect: { timeUs: 250, serverCpuUs: 180, wireBytes: 700, reasons: {} },
      },
    }
    assert.deepEqual(
      metricIds.map((id) => metricValue(trial, id)),
      [500, 900, 990, 3_000, 40_000, 7_000, 0.02, 1.5, 44, 218, 114, 9_000, 2_100, 1, 12, 13.5, 77, 250, 180, 700],
    )
  })

  it('says why there is none', () => {
    const trial = trialOf({ contender: 'sse', block: 0 })
    // A trial of an earlier version has none of these, and no reason either.
    const later = [
      'firstMessageP99',
      'messageGapP99',
      'addedToSessionP90',
      'requestsPerSecond',
      'connectTimePerClient',
      'serverCpuPerConnect',
      'wireBytesPerConnect',
    ]
    for (const id of later) assert.equal(whyNoValue(trial, id as MetricId), 'not measured')
    for (const id of metricIds.filter((name) => name !== 'requestsPerDelivery' && name !== 'lostRatio' && !later.includes(name))) {
      assert.equal(metricValue(trial, id), null)
      assert.equal(whyNoValue(trial, id), 'not in this test')
    }
    assert.equal(whyNoValue(trial, 'lostRatio'), 'no delivery was expected')
  })

  it('has those of jobs only where clients ask for some', () => {
    const trial = trialOf({ contender: 'sse', block: 0 })
    const ofJobs = ['firstMessageP99', 'messageGapP99', 'addedToSessionP90']
    assert.deepEqual(
      metricIds.filter((id) => !metricsOf([trial]).includes(id)),
      ofJobs,
    )
    assert.deepEqual(
      Object.keys(summary([trial])[0]!.metrics),
      metricIds.filter((id) => !ofJobs.includes(id)),
    )
  })
})

describe('summary', () => {
  it('takes medians over counted trials in block order, and leaves the others out but listed', () => {
    const rows = summary(
      [
        trialOf({ contender: 'sse', block: 2, cpuMsPerSecond: 30 }),
        trialOf({ contender: 'sse', block: 0, cpuMsPerSecond: 10, status: 'tainted' }),
        trialOf({ contender: 'sse', block: 1, cpuMsPerSecond: 1, status: 'invalid' }),
        trialOf({ contender: 'sse', block: 3, cpuMsPerSecond: 1, status: 'unknown' }),
        trialOf({ contender: 'long-poll', block: 0, cpuMsPerSecond: 90 }),
      ],
      [{ contender: 'sse', block: 4, position: 0, message: 'died' }],
    )
    const [sse, poll] = rows
    assert.deepEqual(sse?.validity, { valid: 1, tainted: 1, invalid: 1, unknown: 1, failed: 1 })
    assert.deepEqual([sse?.trialCount, sse?.countedTrialCount], [5, 2])
    assert.deepEqual(sse?.metrics.serverCpu?.values, [10, 30])
    assert.deepEqual(sse?.metrics.serverCpu?.blocks, [0, 2])
    assert.equal(sse?.metrics.serverCpu?.median, 20)
    assert.equal(poll?.metrics.serverCpu?.reasons['low'], '1 block')
    assertHonest(rows)
  })

  it('has a row without a number for a contender whose trials all failed', () => {
    const rows = summary([trialOf({ contender: 'sse', block: 0, cpuMsPerSecond: 0.1, latenciesUs: oneTo(1_000), status: 'invalid' })])
    for (const row of rows) {
      assert.equal(row.countedTrialCount, 0)
      assert.deepEqual(row.ledger, emptyLedger)
      for (const metric of Object.values(row.metrics))
        assert.deepEqual([metric.values, metric.median, metric.reasons['median']], [[], null, 'no counted trial'])
    }
    assertHonest(rows)
  })

  it('adds ledgers and merges histograms', () => {
    const ledger = { expectedCount: 1_000, deliveredCount: 1_000 }
    const [row] = summary([
      trialOf({ contender: 'sse', block: 0, latenciesUs: new Float64Array(1_000).fill(10), ledger }),
      trialOf({ contender: 'sse', block: 1, latenciesUs: new Float64Array(1_000).fill(900), ledger: { ...ledger, duplicatedCount: 3 } }),
    ])
    assert.ok(row !== undefined)
    assert.equal(row.ledger.expectedCount, 2_000)
    assert.equal(row.ledger.duplicatedCount, 3)
    assert.deepEqual([row.deliveryCount, row.effectiveDeliveryCount], [2_000, 2_000])
    assert.deepEqual(
      [0.5, 0.51].map((q) => histogramQuantile(row.latencyHistogram, q)),
      [10, 900],
    )
  })

  it('lets a block at +∞ stand above all others, instead of leaving it out', () => {
    const good = (block: number) => trialOf({ contender: 'sse', block, latenciesUs: new Float64Array(1_000).fill(100 * (block + 1)) })
    const bad = (block: number) =>
      trialOf({
        contender: 'sse',
        block,
        latenciesUs: new Float64Array(900).fill(1),
        ledger: { expectedCount: 1_000, deliveredCount: 900, lostCount: 100, censoredCount: 100 },
      })
    const oneBad = summary([good(0), good(1), bad(2)])[0]?.metrics.deliveryLatencyP99
    assert.equal(oneBad?.median, 200)
    assert.deepEqual(oneBad?.reasons, { low: '∞ in 1 of 3 blocks', high: '∞ in 1 of 3 blocks', values: 'block 3: ∞ (10.0 % undelivered)' })
    const rows = summary([good(0), bad(1), bad(2)])
    assert.equal(rows[0]?.metrics.deliveryLatencyP99?.median, null)
    assert.equal(rows[0]?.metrics.deliveryLatencyP50?.median, 1)
    assertHonest(rows)
  })
})

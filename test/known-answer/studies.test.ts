import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { resultSchema, type TrialResult } from '../../src/core/result.ts'
import type { StudyDocument } from '../../src/core/study-result.ts'
import { studyOf } from '../helpers/study-run.ts'

/** The one trial of a contender at a point, whether it counts or not. */
function trialAt({ document, dir }: { document: StudyDocument; dir: string }, value: number, contender: string): TrialResult {
  const point = document.points.find(({ values }) => values[0] === value)!
  const { trials } = resultSchema.parse(JSON.parse(readFileSync(join(dir, point.folder!, 'result.json'), 'utf8')))
  return trials.find((trial) => trial.contender === contender)!
}

test('every poll interval of a sweep has clients × slots requests, and the contender without one runs at each point', async () => {
  const clientCount = 50
  const study = await studyOf('intervals', {
    clientCount,
    traffic: { pattern: 'broadcast', arrivals: 'constant', messagesPerSecondPerChannel: 25 },
    contenders: [{ transport: 'short-poll', pollIntervalMs: 100 }, { transport: 'sse' }],
    sweep: { 'contenders.*.pollIntervalMs': [100, 250, { value: 1_000, with: { 'phases.measuredMs': 2_000 } }] },
    phases: { warmUpMs: 0, measuredMs: 1_000 },
    blockCount: 1,
  })
  for (const intervalMs of [100, 250, 1_000]) {
    // The window is a whole number of intervals, so each client has exactly so many slots in it, whatever its phase.
    const { sentCount, overrunCount } = trialAt(study, intervalMs, 'short-poll').requests.window
    const slotCount = (clientCount * (intervalMs === 1_000 ? 2_000 : 1_000)) / intervalMs
    assert.equal(sentCount + overrunCount, slotCount, `${sentCount} requests and ${overrunCount} overruns at ${intervalMs} ms`)
    assert.equal(trialAt(study, intervalMs, 'sse').requests.window.sentCount, 0)
  }
  const { document, dir } = study
  // The default of each point is its own: the third measured for two seconds, the others for one.
  const measuredMs = document.points.map(({ folder: place }) => {
    const { scenario } = resultSchema.parse(JSON.parse(readFileSync(join(dir, place!, 'result.json'), 'utf8')))
    return (scenario.resolved['phases'] as { measuredMs: number }).measuredMs
  })
  assert.deepEqual(measuredMs, [1_000, 1_000, 2_000])
  assert.deepEqual(JSON.parse(readFileSync(join(dir, 'study.json'), 'utf8')), document)
})

test('every hold time of a sweep has 1 / (1 − e^(−rate × hold)) requests per delivery', async () => {
  const clientCount = 400
  const rate = 2
  const study = await studyOf('holds', {
    clientCount,
    traffic: { pattern: 'unicast', arrivals: 'poisson', messagesPerSecondPerChannel: rate },
    contenders: [{ transport: 'long-poll', holdTimeMs: 500 }],
    sweep: { 'contenders.*.holdTimeMs': [250, 500, 2_000] },
    phases: { warmUpMs: 500, measuredMs: 3_000 },
    blockCount: 1,
  })
  for (const holdMs of [250, 500, 2_000]) {
    const value = trialAt(study, holdMs, 'long-poll').requests.perDelivery
    const expected = 1 / (1 - Math.exp((-rate * holdMs) / 1_000))
    // 2,400 deliveries: their number has a standard deviation of 2 %, that of the empty polls is of the same order.
    assert.ok(Math.abs(value! / expected - 1) <= 0.06, `${value} requests per delivery at ${holdMs} ms, expected ${expected}`)
  }
})

test('a scenario without messages is judged by what it is about: its trials count, its latencies are null with the reason', async () => {
  const { document, dir } = await studyOf('idle', {
    clientCount: 100,
    traffic: { pattern: 'broadcast', messagesPerSecondPerChannel: 0 },
    contenders: [{ transport: 'long-poll' }, { transport: 'websocket' }],
    sweep: { clientCount: [50, 200] },
    phases: { warmUpMs: 0, measuredMs: 500 },
    blockCount: 1,
  })
  for (const { rows } of document.points) {
    for (const row of rows.filter(({ countedTrialCount }) => countedTrialCount > 0)) {
      assert.equal(row.metrics.deliveryLatencyP99!.median, null)
      assert.match(row.metrics.deliveryLatencyP99!.reasons['median']!, /no messages are offered/)
      assert.match(row.metrics.requestsPerDelivery!.reasons['median']!, /no messages are offered/)
      // One connection a client, and nothing else that stays open.
      assert.equal(row.metrics.serverDescriptorsPerClient!.median, 1)
      for (const metric of ['serverMemoryPerClient', 'connectTimePerClient', 'serverCpuPerConnect'] as const)
        assert.ok(row.metrics[metric]!.median! > 0, metric)
    }
  }
  const result = resultSchema.parse(JSON.parse(readFileSync(join(dir, 'points/01/result.json'), 'utf8')))
  assert.match(result.calibration.reasons['control']!, /no messages are offered/)
})

test('a search ends at the last value where nothing is a limit, and says "at least"', async () => {
  const { document } = await studyOf('search', {
    clientCount: 20,
    traffic: { pattern: 'broadcast', arrivals: 'constant', messagesPerSecondPerChannel: 50 },
    contenders: [{ transport: 'sse' }],
    search: { axis: 'clientCount', from: 20, to: 40, limits: { lostCount: 0 } },
    phases: { warmUpMs: 0, measuredMs: 500 },
  })
  const [answer] = document.search
  assert.deepEqual([answer!.verdict, answer!.value], ['at least', 40], JSON.stringify(answer))
  assert.deepEqual(
    answer!.steps.map(({ value, purpose, outcome }) => [value, purpose, outcome]),
    [
      [20, 'grow', 'pass'],
      [40, 'grow', 'pass'],
      [40, 'confirm', 'pass'],
      [40, 'confirm', 'pass'],
    ],
  )
})

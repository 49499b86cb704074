import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ProfilePoint } from '../../src/core/profile-result.ts'
import { normal, seededRandom } from '../../src/core/random.ts'
import { activityOf, instanceLoad } from '../../src/advisor/model/activity.ts'
import { predictTransport, type ModelTransport } from '../../src/advisor/model/predict.ts'
import { modelTransports } from '../../src/advisor/model/workload.ts'
import { designPoints, profileSeconds } from '../../src/advisor/profile/design.ts'
import { fitTransport } from '../../src/advisor/profile/fit-profile.ts'
import { accuracyOf, distrust, validate } from '../../src/advisor/profile/validate.ts'
import { fixtureProfile } from '../golden/fixture-profile.ts'

/** What the fixture's prices make of the points of the full design, with a relative error of each figure. */
function pointsOf(transport: ModelTransport, scatter: number, seed = 3): ProfilePoint[] {
  const random = seededRandom(seed)
  const noisy = (value: number) => value * (1 + scatter * normal(random))
  const profile = fixtureProfile().transports.find((entry) => entry.transport === transport)!
  return designPoints(false, 1, [transport])
    .filter(({ workload }) => workload.upstreamPerSecondPerClient === 0)
    .map(({ name, role, workload }) => {
      const { figures } = predictTransport(transport, profile, workload)
      const activity = activityOf(transport, workload, instanceLoad(workload, 1), profile.spans)
      return {
        transport,
        name,
        role,
        status: 'valid',
        workload: { ...workload },
        measured: {
          serverCpu: noisy(figures.utilisationRatio.value! * 1e6),
          connectCpu: noisy(300),
          liveHeap: noisy(figures.liveHeapBytes.value!),
          resident: noisy(figures.residentBytes.value!),
          kernel: noisy(figures.kernelBytes.value!),
          descriptors: figures.descriptorCount.value,
          bytesUp: noisy(figures.bytesUpPerSecond.value!),
          bytesDown: noisy(figures.bytesDownPerSecond.value!),
          requests: figures.requestsPerSecond.value,
          emptyPolls: activity.emptyPolls,
          deliveries: activity.deliveries,
          deliveryLatencyP50Us: figures.deliveryLatencyP50Us.value,
          deliveryLatencyP99Us: figures.deliveryLatencyP99Us.value,
        },
        reasons: {},
      }
    })
}

function fitted(transport: ModelTransport, points: ProfilePoint[]) {
  const found = fitTransport(transport, points)
  assert.ok(!('reason' in found))
  return found
}

for (const transport of ['short-poll', 'long-poll', 'sse', 'websocket'] as const) {
  test(`${transport}: prices that are known come back within their intervals, at a scatter of 2 %`, () => {
    const truth = fixtureProfile().transports.find((entry) => entry.transport === transport)!
    const { fits } = fitted(transport, pointsOf(transport, 0.02))
    for (const figure of ['serverCpu', 'liveHeap', 'resident', 'kernel'] as const) {
      for (const { id, value } of truth.fits[figure].terms) {
        const found = fits[figure].terms.find((term) => term.id === id)
        if (found === undefined || id === 'upstream') continue
        const half = (found.high - found.low) / 2
        // Eleven to fifteen intervals at 95 %: one and a half half-widths leave room for all of them.
        assert.ok(Math.abs(found.value - value) <= 1.5 * half + 1e-6 * value, `${figure} ${id}: ${found.value} ± ${half} for ${value}`)
      }
    }
  })

  test(`${transport}: without scatter the held-out points are predicted to 2 %`, () => {
    const points = pointsOf(transport, 0)
    for (const { figures } of validate(fitted(transport, points), points))
      for (const { figure, errorRatio } of figures.filter((entry) => entry.errorRatio !== null && entry.figure !== 'connectCpu'))
        assert.ok(errorRatio! < 0.02, `${figure}: ${errorRatio}`)
  })
}

test('a machine that behaves differently at the held-out points is not trusted, and the sentence names the worst', () => {
  const points = pointsOf('sse', 0.01)
  for (const point of points) if (point.role === 'held out') point.measured['serverCpu']! *= 1.5
  const rows = validate(fitted('sse', points), points)
  const accuracy = accuracyOf(rows)
  const processor = accuracy.find(({ figure }) => figure === 'serverCpu')!
  assert.equal(processor.isTrusted, false)
  assert.ok(Math.abs(processor.medianErrorRatio! - 1 / 3) < 0.05, String(processor.medianErrorRatio))
  assert.equal(accuracy.find(({ figure }) => figure === 'liveHeap')!.isTrusted, true)
  assert.match(distrust(accuracy, rows)[0]!, /^serverCpu of sse: median error 3\d %, worst 3\d % \(\d+ clients/)
})

test('a point that was measured twice is compared with the mean of both', () => {
  const points = pointsOf('sse', 0)
  const first = points.find(({ role }) => role === 'held out')!
  const [one, other] = points.filter(({ name }) => name === first.name)
  const honest = one!.measured['liveHeap']!
  one!.measured['liveHeap'] = honest * 1.3
  other!.measured['liveHeap'] = honest * 0.7
  const { figures } = validate(fitted('sse', points), points).find(({ point }) => point === first.name)!
  const { measured, errorRatio } = figures.find(({ figure }) => figure === 'liveHeap')!
  assert.ok(Math.abs(measured! / honest - 1) < 1e-12 && errorRatio! < 0.02)
})

test('a warm poll is separated from a wake-up by polls in phase: both unit costs come back', () => {
  const truth = fixtureProfile().transports.find((entry) => entry.transport === 'short-poll')!
  const { fits } = fitted('short-poll', pointsOf('short-poll', 0.05))
  const priceOf = (terms: { id: string; value: number }[]): number => terms.find(({ id }) => id === 'polls')!.value
  assert.ok(Math.abs(priceOf(fits.serverCpu.terms) / priceOf(truth.fits.serverCpu.terms) - 1) < 0.2)
})

test('one bad point of six is enough: the worst error binds too', () => {
  const points = pointsOf('websocket', 0)
  const bad = points.find(({ role }) => role === 'held out')!.name
  for (const point of points) if (point.name === bad) point.measured['liveHeap']! *= 1.4
  const found = accuracyOf(validate(fitted('websocket', points), points)).find(({ figure }) => figure === 'liveHeap')!
  assert.equal(found.isTrusted, false)
  assert.ok(found.medianErrorRatio! < 0.02)
})

test('held-out and failed points are in no fit', () => {
  const points = pointsOf('sse', 0)
  const before = fitted('sse', points)
  for (const point of points) if (point.role === 'held out') point.measured['serverCpu'] = 1e9
  points.push({ ...points.find(({ role }) => role === 'fitted')!, status: 'failed', measured: {} })
  points.push({ ...points.find(({ role }) => role === 'fitted')!, status: 'invalid', measured: { serverCpu: 1e9 } })
  assert.deepEqual(fitted('sse', points), before)
})

test('too few points are a reason and not a fit', () => {
  const found = fitTransport(
    'sse',
    pointsOf('sse', 0)
      .filter(({ role }) => role === 'fitted')
      .slice(0, 3),
  )
  assert.ok('reason' in found)
  assert.match(found.reason, /sse: 3 points are too few/)
})

test('the ranges are those of the fitted points', () => {
  const { ranges } = fitted('sse', pointsOf('sse', 0))
  assert.deepEqual(ranges.clientCount, { low: 20, high: 8_000 })
  assert.deepEqual(ranges.payloadBytes, { low: 64, high: 4_096 })
})

test('the design: about 15 minutes and about 4; the same seed gives the same order, and every transport has the same points', () => {
  const full = designPoints(false, 1)
  const quick = designPoints(true, 1)
  assert.ok(profileSeconds(full) < 18 * 60, String(profileSeconds(full)))
  assert.ok(profileSeconds(quick) < 4.75 * 60, String(profileSeconds(quick)))
  assert.deepEqual(designPoints(false, 1), full)
  assert.notDeepEqual(designPoints(false, 2), full)
  // 14 + 6 rows, each twice; polls in phase are two rows of short polling.
  const counts = modelTransports.map((transport) => full.filter((point) => point.transport === transport).length)
  assert.deepEqual(counts, [44, 40, 40, 40])
  assert.deepEqual(
    full
      .slice(0, 82)
      .map(({ transport, name }) => `${transport} ${name}`)
      .toSorted(),
    full
      .slice(82)
      .map(({ transport, name }) => `${transport} ${name}`)
      .toSorted(),
  )
  const held = full.filter(({ role }) => role === 'held out').map(({ workload }) => JSON.stringify(workload))
  const seen = new Set(full.filter(({ role }) => role === 'fitted').map(({ workload }) => JSON.stringify(workload)))
  assert.ok(held.every((workload) => !seen.has(workload)))
})

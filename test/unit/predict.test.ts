import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { build } from 'esbuild'
import { packageRoot } from '../../src/core/package-root.ts'
import { profileSchema, type Profile } from '../../src/core/profile-result.ts'
import { activityOf, instanceLoad, longPolling, longPollWaitMs, shortPolling, wakesOf } from '../../src/advisor/model/activity.ts'
import { predict, workloadOf, type ModelTransport, type PredictedFigure, type WorkloadOutline } from '../../src/advisor/model/predict.ts'
import { modelTransports } from '../../src/advisor/model/workload.ts'
import { exponential, seededRandom } from '../../src/core/random.ts'
import { fixtureProfile } from '../golden/fixture-profile.ts'

function figure(transport: ModelTransport, name: PredictedFigure, outline: WorkloadOutline) {
  return predict(fixtureProfile(), workloadOf(outline)).find((entry) => entry.transport === transport)!.figures[name]
}

function near(actual: number | null, expected: number, tolerance = 1e-9): void {
  assert.ok(actual !== null && Math.abs(actual - expected) <= Math.abs(expected) * tolerance, `${actual} for ${expected}`)
}

const cold = { batchUs: 0, wakeUs: 0 }
const thousand = { clientCount: 1_000, messagesPerSecondPerClient: 1, payloadBytes: 100, fanOut: 'broadcast' } as const

test('the fixture is a profile', () => {
  assert.deepEqual(profileSchema.parse(fixtureProfile()), fixtureProfile())
})

test('processor of SSE: 10,000 base + 50 × 1 message + 20 × 1000 deliveries + 0.01 × 100,000 bytes + 10 × 66.7 heartbeats', () => {
  const { value, low, high } = figure('sse', 'serverCores', thousand)
  near(value, (10_000 + 50 + 20_000 + 1_000 + 10 * (1_000 / 15)) / 1e6)
  const deviation = 0.05 * Math.hypot(10_000, 50, 20_000, 1_000, 10 * (1_000 / 15))
  near(low, value! - (2 * deviation) / 1e6)
  near(high, value! + (2 * deviation) / 1e6)
})

test('short polling: clients ÷ interval requests; empty polls are e^(−rate × interval) of them', () => {
  near(figure('short-poll', 'requestsPerSecond', { ...thousand, pollIntervalMs: 4_000 }).value, 250)
  near(shortPolling(1, 1_000).answeredRatio, 1 - Math.exp(-1))
  near(figure('short-poll', 'bytesUpPerSecond', { ...thousand, pollIntervalMs: 4_000 }).value, 250 * 80)
})

test('a profile from a time of shorter cursors: each request has the 5 bytes more of an epoch, a stream has none', () => {
  const { cursorBytes: _, ...older } = fixtureProfile()
  const figuresOf = (profile: Profile) => {
    const predictions = predict(profile, workloadOf({ ...thousand, pollIntervalMs: 4_000 }))
    return Object.fromEntries(predictions.map(({ transport, figures }) => [transport, figures]))
  }
  const [now, before] = [figuresOf(fixtureProfile()), figuresOf(older)]
  near(before['short-poll']!.bytesUpPerSecond.value, 250 * (80 + 5))
  assert.match(before['short-poll']!.bytesUpPerSecond.source, /5 bytes more of cursor × 250 \(exact\)$/)
  near(
    before['long-poll']!.bytesUpPerSecond.value! - now['long-poll']!.bytesUpPerSecond.value!,
    5 * now['long-poll']!.requestsPerSecond.value!,
  )
  // What goes down is arithmetic, whatever the trials had.
  for (const transport of ['short-poll', 'long-poll', 'sse', 'websocket'])
    assert.deepEqual(before[transport]!.bytesDownPerSecond, now[transport]!.bytesDownPerSecond)
  for (const transport of ['sse', 'websocket']) assert.deepEqual(before[transport]!.bytesUpPerSecond, now[transport]!.bytesUpPerSecond)
})

test('long polling: requests per delivery are 1 / (1 − e^(−rate × hold)), and 1/hold without a message', () => {
  near(longPolling(0.1, 10_000, 0).perSecond / 0.1, 1 / (1 - Math.exp(-1)))
  near(longPolling(0, 25_000, 0).perSecond, 1 / 25)
})

test('long polling over a road: a round trip passes between two polls, and what came meanwhile is there at once', () => {
  const { perSecond, answeredRatio } = longPolling(10, 1_000, 100)
  near(perSecond, 1 / ((Math.exp(-1) * (1 - Math.exp(-10))) / 10 + 0.1))
  near(answeredRatio, 1 - Math.exp(-11))
})

test('what clients send is a request each, but for WebSocket', () => {
  const sending = { ...thousand, upstreamPerSecondPerClient: 0.5 }
  near(figure('sse', 'requestsPerSecond', sending).value, 500)
  near(figure('short-poll', 'requestsPerSecond', { ...sending, pollIntervalMs: 4_000 }).value, 750)
  near(figure('websocket', 'requestsPerSecond', sending).value, 0)
})

test('a stated head is that of each request, added to what clients send: 100 polls/s, and 1,000 messages/s of 1,000 bytes in 11', () => {
  const sending = { ...thousand, pollIntervalMs: 10_000, upstreamPerSecondPerClient: 1, upstreamBytes: 1_000 }
  const up = (transport: ModelTransport, requestHeadBytes: number | null) =>
    figure(transport, 'bytesUpPerSecond', { ...sending, requestHeadBytes }).value!
  near(up('short-poll', 300), 100 * 300 + 1_000 * (300 + 1_000 + 11))
  near(up('sse', 300), 1_000 * (300 + 1_000 + 11))
  near(up('websocket', 300), up('websocket', null))
  for (const transport of modelTransports) {
    const grown = [1, 300, 2_000, 20_000].map((head) => up(transport, head))
    assert.deepEqual(
      grown,
      grown.toSorted((a, b) => a - b),
      transport,
    )
  }
})

test('polls rarer than the keep-alive open a connection each, and one is open for 72 of 300 s', () => {
  const rare = { ...thousand, messagesPerSecondPerClient: 0, pollIntervalMs: 300_000 }
  const held = (1_000 * 72) / 300
  near(figure('short-poll', 'descriptorCount', rare).value, 24 + held)
  near(figure('short-poll', 'kernelBytes', rare).value, 4_000 * held)
  near(figure('short-poll', 'serverCores', rare).value, (10_000 + (100 + 200) * (1_000 / 300)) / 1e6)
  // A stay of a client begins with a poll like all others.
  near(figure('short-poll', 'serverCores', { ...rare, sessionSeconds: 600 }).value, (10_000 + (100 + 200) * (1_000 / 300)) / 1e6)
  const kept = { ...rare, pollIntervalMs: 60_000 }
  near(figure('short-poll', 'descriptorCount', kept).value, 24 + 1_000)
  near(figure('short-poll', 'serverCores', kept).value, (10_000 + 100 * (1_000 / 60)) / 1e6)
  // Something on the way that cuts silence after 15 s is a shorter keep-alive.
  near(figure('short-poll', 'descriptorCount', { ...kept, keepAliveMs: 15_000 }).value, 24 + 250)
  near(figure('long-poll', 'descriptorCount', rare).value, 24 + 1_000)
})

test('egress is bytes down, 22 bytes of TLS a piece, and 52 bytes a packet; answers to what clients send are pieces too', () => {
  const month = 2_629_800
  const part = (name: PredictedFigure, outline: WorkloadOutline, transport: ModelTransport = 'sse') =>
    figure(transport, name, outline).value!
  const down = part('bytesDownPerSecond', thousand)
  const pieces = 1_000 + 1_000 / 15
  near(part('egressTlsBytesPerMonth', thousand), 22 * pieces * month)
  near(part('egressPacketBytesPerMonth', thousand), 52 * (pieces + down / 1_448) * month)
  near(
    part('egressBytesPerMonth', thousand),
    down * month + part('egressTlsBytesPerMonth', thousand) + part('egressPacketBytesPerMonth', thousand),
  )
  const sending = { ...thousand, upstreamPerSecondPerClient: 0.5 }
  near(part('egressTlsBytesPerMonth', sending), 22 * (pieces + 500) * month)
  near(part('egressTlsBytesPerMonth', { ...sending, pollIntervalMs: 4_000 }, 'short-poll'), 22 * (250 + 500) * month)
  near(part('egressTlsBytesPerMonth', sending, 'websocket'), 22 * pieces * month)
})

test('by default an instance holds no more clients than one that was measured', () => {
  const profile = fixtureProfile()
  for (const { ranges } of profile.transports) ranges.clientCount!.high = 8_000
  const planned = (more: Partial<WorkloadOutline>) =>
    predict(profile, workloadOf({ clientCount: 50_000, messagesPerSecondPerClient: 0.1, ...more })).map(({ figures }) => figures)
  for (const { instanceCount, residentBytes } of planned({})) {
    assert.equal(instanceCount.value, 7)
    assert.match(instanceCount.source, /8,?000 clients per instance, the largest number measured/)
    assert.equal(residentBytes.beyond, null)
  }
  assert.deepEqual(
    planned({ mostClientsPerInstance: 10_000 }).map(({ instanceCount, residentBytes }) => [instanceCount.value, residentBytes.beyond]),
    modelTransports.map(() => [5, { setting: 'clientCount', ratio: 1.25 }]),
  )
})

test('memory and descriptors grow with clients', () => {
  near(figure('websocket', 'liveHeapBytes', thousand).value, 10e6 + 3_000 * 1_000)
  near(figure('sse', 'residentBytes', thousand).value, 80e6 + 12_000 * 1_000)
  near(figure('sse', 'kernelBytes', thousand).value, 4_000 * 1_000)
  near(figure('sse', 'descriptorCount', thousand).value, 1_024)
})

test('bytes of a WebSocket: frame head 4 beyond 125, 31 around a payload of 100, and pings of 2 bytes', () => {
  near(figure('websocket', 'bytesDownPerSecond', { ...thousand, payloadBytes: 100 }).value, 1_000 * (4 + 31 + 100) + (1_000 / 15) * 2)
  near(figure('websocket', 'bytesUpPerSecond', thousand).value, (1_000 / 15) * 6)
})

test('bytes of SSE: `id: abcd-ddd\\ndata: …\\n\\n` in a chunk, and heartbeats of 8 bytes', () => {
  // 21 around a line of 131 = 152 = 98 in hex: 2 digits and 4 of line ends.
  near(figure('sse', 'bytesDownPerSecond', thousand).value, 1_000 * (152 + 2 + 4) + (1_000 / 15) * 8)
})

test('latency of short polling is the wait for the poll: half an interval, and 99 % of it', () => {
  const quiet = { ...thousand, messagesPerSecondPerClient: 0, pollIntervalMs: 10_000 }
  near(figure('short-poll', 'deliveryLatencyP50Us', quiet).value, 5_000_000 + 1_000)
  // Utilisation 0.02: of a hundred messages one waits ln(2) of the mean wait behind the 100 polls/s of 100 µs each.
  const p99 = figure('short-poll', 'deliveryLatencyP99Us', quiet).value!
  const meanUs = (1e-4 * 100 ** 2) / (2 * 0.98)
  near(p99, 9_900_000 + 5_000 + (meanUs / 0.02) * Math.log(2))
})

test('latency of a broadcast is the place in the fan-out: 10 µs a reader', () => {
  near(figure('sse', 'deliveryLatencyP50Us', thousand).value, 1_000 + 10 * 1_000)
})

test('a road of 80 ms adds 40 ms to everyone', () => {
  const added = (transport: ModelTransport) =>
    figure(transport, 'deliveryLatencyP50Us', { ...thousand, roundTripMs: 80 }).value! -
    figure(transport, 'deliveryLatencyP50Us', thousand).value!
  near(added('websocket'), 40_000)
  near(added('sse'), 40_000)
})

test('long polling over a road: what comes between two polls waits for the next, up to a third transit (RFC 6202 §2.2)', () => {
  // Rare messages, long holds: a poll is away for 0.1 of 25.1 s, for less than a message in a hundred.
  near(longPollWaitMs(0.99, 0, 25_000, 100), 0)
  // At 1/s a cycle takes 0.1 + e^−0.1 s, and 9.95 % of the messages come in the 0.1 s in which no poll is held.
  const away = 0.1 / (0.1 + Math.exp(-0.1))
  near(longPollWaitMs(0.99, 1, 25_000, 100), (100 * (away - 0.01)) / away, 1e-6)
  near(longPollWaitMs(0.5, 1, 25_000, 100), 0)
  // Dense messages: a poll is never held for long, and the wait is anything up to the whole way there and back.
  near(longPollWaitMs(0.5, 10_000, 25_000, 100), 50, 0.01)
  near(longPollWaitMs(0.99, 10_000, 25_000, 100), 99, 0.01)
  near(longPollWaitMs(0.99, 10_000, 25_000, 0), 0)
  const over = (roundTripMs: number) =>
    figure('long-poll', 'deliveryLatencyP99Us', { clientCount: 100, messagesPerSecondPerClient: 1, roundTripMs, instanceCount: 1 }).value!
  // 50 ms of the way itself and 89.95 ms of waiting; fewer polls leave a little less of a queue.
  near(over(100) - over(0), 50_000 + 89_949, 0.001)
})

test('the wait for a poll is that of a simulated client', () => {
  const [rate, holdMs, roundTripMs, count] = [2, 1_000, 200, 200_000]
  const random = seededRandom(5, 'long poll')
  const waits: number[] = []
  // The next poll is at the server from `heldAt` on; what came before it waits.
  let [at, heldAt, isAnyWaiting] = [0, 0, false]
  for (let message = 0; message < count; message++) {
    at += exponential(random, 1_000 / rate)
    while (at >= heldAt && (isAnyWaiting || at >= heldAt + holdMs)) {
      heldAt += roundTripMs + (isAnyWaiting ? 0 : holdMs)
      isAnyWaiting = false
    }
    waits.push(Math.max(0, heldAt - at))
    if (at < heldAt) isAnyWaiting = true
    else heldAt = at + roundTripMs
  }
  waits.sort((a, b) => a - b)
  for (const quantile of [0.8, 0.9, 0.99])
    near(longPollWaitMs(quantile, rate, holdMs, roundTripMs), waits[Math.floor(quantile * count)]!, 0.02)
})

test('fifty thousand clients at 0.2/s of broadcast: by clients five instances, and each gets every message', () => {
  const wide = { clientCount: 50_000, messagesPerSecondPerClient: 0.2, payloadBytes: 300, fanOut: 'broadcast' } as const
  near(figure('sse', 'instanceCount', wide).value, 5)
  near(figure('sse', 'serverCores', wide).value, (5 * (10_000 + 50 * 0.2 + 20 * 2_000 + 0.01 * 2_000 * 300 + 10 * (10_000 / 15))) / 1e6)
  assert.equal(figure('sse', 'serverCores', wide).beyond, null)
})

test('the utilisation of an instance stays below the target, with the fewest instances', () => {
  const busy = { clientCount: 10_000, messagesPerSecondPerClient: 10, payloadBytes: 100, fanOut: 'broadcast' } as const
  const { instanceCount, utilisationRatio } = predict(fixtureProfile(), workloadOf(busy))[2]!.figures
  // A client costs 10 × (20 + 1) + 10 / 15 µs a second; an instance 10,500 beside.
  const each = 10 * 21 + 10 / 15
  assert.equal(instanceCount.value, Math.ceil((10_000 * each) / (600_000 - 10_500)))
  assert.ok(utilisationRatio.value! <= 0.6)
})

test('where every instance has to take in more messages than it can, no number is enough, and it says so', () => {
  const cores = figure('sse', 'serverCores', { clientCount: 100, messagesPerSecondPerClient: 20_000, fanOut: 'broadcast' })
  assert.equal(cores.value, null)
  assert.match(cores.reason!, /messages alone/)
})

test('one instance that is asked for more than it can do has no latency', () => {
  const latency = figure('sse', 'deliveryLatencyP99Us', { ...thousand, messagesPerSecondPerClient: 60, instanceCount: 1 })
  assert.equal(latency.value, null)
  assert.match(latency.reason!, /queue keeps growing/)
})

test('nothing is predicted beyond the fitted range without saying how far', () => {
  assert.deepEqual(figure('sse', 'serverCores', { ...thousand, payloadBytes: 8_192 }).beyond, { setting: 'payloadBytes', ratio: 2 })
  assert.deepEqual(figure('sse', 'liveHeapBytes', { ...thousand, clientCount: 50, payloadBytes: 100 }).beyond, {
    setting: 'clientCount',
    ratio: 2,
  })
  assert.deepEqual(
    figure('sse', 'serverCores', { ...thousand, clientCount: 1_000, instanceCount: 1, messagesPerSecondPerClient: 20 }).beyond,
    {
      setting: 'deliveriesPerSecond',
      ratio: 2,
    },
  )
  assert.equal(figure('sse', 'serverCores', thousand).beyond, null)
})

test('a setting that was never varied is said to be so', () => {
  const profile = fixtureProfile()
  delete profile.transports[3]!.ranges.upstreamPerSecond
  const [, , , websocket] = predict(profile, workloadOf({ ...thousand, upstreamPerSecondPerClient: 1 }))
  assert.deepEqual(websocket!.figures.serverCores.beyond, { setting: 'upstreamPerSecond', ratio: null })
})

test('readers of a message at random over two instances: of two, one instance is spared half of the time', () => {
  const load = instanceLoad(workloadOf({ clientCount: 100, messagesPerSecondPerClient: 1, fanOut: 2 }), 2)
  near(load.fanOutCount, 2 / 1.5)
  near(load.messagesPerSecond, 50 / (2 / 1.5))
})

test('a wake-up is paid by what comes when nothing came for a while: 1,000 turns/s and a span of 1 ms make 500', () => {
  const profile = fixtureProfile()
  const { serverCpu } = profile.transports[0]!.fits
  serverCpu.terms.push({ id: 'wakes', unit: 'µs', value: 300, low: 300, high: 300, origin: 'fitted' })
  serverCpu.covariance = serverCpu.covariance.map((row) => [...row, 0]).concat([[0, 0, 0, 0, 0, 0]])
  const outline = workloadOf({ clientCount: 1_000, messagesPerSecondPerClient: 0, pollIntervalMs: 1_000, instanceCount: 1 })
  near(wakesOf(1_000, 1_000), 500)
  near(predict(profile, outline)[0]!.figures.utilisationRatio.value, (10_000 + 100 * 1_000 + 300 * 500) / 1e6)
})

test('channels: one for a broadcast, one each for unicast', () => {
  const workload = workloadOf({ clientCount: 100, messagesPerSecondPerClient: 1 })
  assert.equal(activityOf('sse', workload, instanceLoad(workload, 1), cold).channels, 100)
  assert.equal(
    activityOf('sse', { ...workload, fanOut: 'broadcast' }, instanceLoad({ ...workload, fanOut: 'broadcast' }, 1), cold).channels,
    1,
  )
})

test('the model takes nothing at run time but itself, the form of a cursor and units: it is bundled into a page', async () => {
  const { metafile } = await build({
    entryPoints: ['predict', 'choose'].map((name) => join(packageRoot(), `src/advisor/model/${name}.ts`)),
    outdir: 'dist',
    bundle: true,
    write: false,
    metafile: true,
    platform: 'browser',
    absWorkingDir: packageRoot(),
  })
  assert.deepEqual(
    Object.keys(metafile.inputs)
      .filter((file) => !file.startsWith('src/advisor/model/'))
      .toSorted(),
    ['src/answer/dominance.ts', 'src/core/cursor.ts', 'src/core/library-timeouts.ts', 'src/core/simplicity.ts', 'src/core/units.ts'],
  )
})

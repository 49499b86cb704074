import type { Distribution, TrialResult } from '../../src/core/result.ts'
import { exponential, seededRandom, type Random } from '../../src/core/random.ts'
import { deliveryDistribution } from '../../src/metrics/message-intervals.ts'
import { distribution } from '../../src/metrics/quantiles.ts'
import { steadyState } from '../../src/metrics/steady-state.ts'
import { timeline } from '../../src/metrics/timeline.ts'

/** What a made-up transport costs; times in µs, memory in bytes. */
export interface Nature {
  transport: string
  /** Uniform wait before a delivery: that of a poll grid. */
  waitUs: number
  latencyUs: number
  requestsPerDelivery: number
  emptyRatio: number | null
  wireBytes: number
  memoryBytes: number
  descriptors: number
  cpuMsPerSecond: number
}

/** Made-up costs by transport id. No resemblance to a real run is meant. */
export const natures: Readonly<Record<string, Nature>> = {
  'short-poll': {
    transport: 'short-poll',
    waitUs: 2_000_000,
    latencyUs: 900,
    requestsPerDelivery: 5.05,
    emptyRatio: 0.82,
    wireBytes: 2_950,
    memoryBytes: 4_100,
    descriptors: 1,
    cpuMsPerSecond: 96,
  },
  'long-poll': {
    transport: 'long-poll',
    waitUs: 0,
    latencyUs: 1_900,
    requestsPerDelivery: 1.09,
    emptyRatio: 0.08,
    wireBytes: 1_180,
    memoryBytes: 10_600,
    descriptors: 1,
    cpuMsPerSecond: 61,
  },
  sse: {
    transport: 'sse',
    waitUs: 0,
    latencyUs: 820,
    requestsPerDelivery: 0,
    emptyRatio: null,
    wireBytes: 470,
    memoryBytes: 10_100,
    descriptors: 1,
    cpuMsPerSecond: 33,
  },
  websocket: {
    transport: 'websocket',
    waitUs: 0,
    latencyUs: 800,
    requestsPerDelivery: 0,
    emptyRatio: null,
    wireBytes: 452,
    memoryBytes: 5_800,
    descriptors: 1,
    cpuMsPerSecond: 27,
  },
}

/** Which trial to make up, and how it went. */
export interface TrialAsk {
  label: string
  nature: Nature
  block: number
  position: number
  seed: number
  lostRatio?: number
  deliveryCount?: number
  status?: TrialResult['validity']['status']
}

const clientCount = 1_000
const measuredMs = 8_000
const rampSteps = 5

/** A distribution of seeded exponential times, in µs. */
export function someTimes(random: Random, count: number, meanUs: number): Distribution {
  return distribution(
    Float64Array.from({ length: count }, () => 50 + exponential(random, meanUs)),
    { censoredCount: 0 },
  )
}

function loop(random: Random): TrialResult['server']['loop'] {
  return {
    utilisationRatio: 0.05 + random() * 0.1,
    stallMaxUs: 900 + random() * 900,
    stallP95Us: 300,
    gcCount: 12,
    gcTotalUs: 9_000,
    gcMaxUs: 1_800,
    reasons: {},
  }
}

function memoryPoint(rssBytes: number, liveBytes: number): TrialResult['server']['memory']['idle'] {
  return { rssBytes, pssBytes: rssBytes - 2_000_000, heapUsedBytes: liveBytes, externalBytes: 2_400_000, reasons: {} }
}

function server(ask: TrialAsk, random: Random): TrialResult['server'] {
  const { memoryBytes, descriptors, cpuMsPerSecond } = ask.nature
  const perClient = memoryBytes * (0.98 + random() * 0.04)
  const notMeasured = 'not resolvable: needs a range of 8000 clients, had 800'
  return {
    memory: {
      perClientBytes: { value: perClient, low: perClient * 0.96, high: perClient * 1.04, level: 0.95, n: rampSteps, reasons: {} },
      kernelPerClientBytes: { value: 2_112, low: 2_090, high: 2_140, level: 0.95, n: rampSteps, reasons: {} },
      rssPerClientBytes: null,
      baseline: memoryPoint(78_000_000, 11_000_000),
      idle: memoryPoint(96_000_000, 11_000_000 + perClient * clientCount),
      after: memoryPoint(95_000_000, 11_400_000),
      peakRssBytes: 112_000_000,
      reasons: { rssPerClientBytes: notMeasured },
    },
    descriptors: {
      baselineCount: 24,
      idleCount: 24 + clientCount * descriptors,
      peakCount: 26 + clientCount * descriptors,
      afterCount: 24,
      perClient: descriptors,
      reasons: {},
    },
    processor: {
      cpuMsPerSecond: cpuMsPerSecond * (0.97 + random() * 0.06),
      cpuUsPerDelivery: null,
      involuntarySwitchCount: 40,
      reasons: { cpuUsPerDelivery: 'too little traffic: below 2000 deliveries/s most CPU goes into taking messages in' },
    },
    loop: loop(random),
    settings: { noDelaySocketCount: 16, delayedSocketCount: 0, keepAliveTimeoutMs: 72_000, backlog: 4_096, compressedCount: 0 },
    maxQueuedBytes: 0,
    counters: { requests: 4_200, closed: { clean: clientCount } },
  }
}

function ramp(ask: TrialAsk, random: Random): TrialResult['ramp'] {
  return Array.from({ length: rampSteps }, (_, step) => {
    const clients = (clientCount / rampSteps) * (step + 1)
    return {
      clientCount: clients,
      connectMs: 40 + random() * 20,
      memory: memoryPoint(80_000_000 + clients * 16_000, 11_000_000 + clients * ask.nature.memoryBytes * (0.97 + random() * 0.06)),
      kernelBytes: clients * 2_112,
      descriptorCount: 24 + clients * ask.nature.descriptors,
      reasons: {},
    }
  })
}

/** A trial of seeded made-up numbers; the same ask gives the same trial. */
export function madeUpTrial(ask: TrialAsk): TrialResult {
  const random = seededRandom(ask.seed, `${ask.label} ${ask.block}`)
  const { nature } = ask
  const expected = ask.deliveryCount ?? 800
  const lost = Math.round(expected * (ask.lostRatio ?? 0))
  const drift = 0.96 + random() * 0.08
  const delivered = expected - lost
  const latencies = Float64Array.from(
    { length: delivered },
    () => random() * nature.waitUs + (120 + exponential(random, nature.latencyUs)) * drift,
  )
  const due = Float64Array.from({ length: expected }, (_, at) => (at * measuredMs * 1_000) / Math.max(1, expected))
  const slices = timeline({
    dueAtUs: due,
    expectedOfMessage: new Uint32Array(expected).fill(1),
    messageOf: Uint32Array.from(latencies.keys()),
    receivedAtUs: due.slice(0, delivered).map((at, index) => at + latencies[index]!),
    latenciesUs: latencies,
    fromAtUs: 0,
    untilAtUs: measuredMs * 1_000,
  })
  const requests = Math.round(expected * nature.requestsPerDelivery)
  const empty = Math.round(requests * (nature.emptyRatio ?? 0))
  const none = delivered === 0 ? 'no delivery' : undefined
  const perDelivery = (value: number) => (none === undefined ? value : null)
  return {
    contender: ask.label,
    transport: nature.transport,
    block: ask.block,
    position: ask.position,
    startedAt: `2026-01-02T03:0${Math.min(9, ask.block)}:${String(ask.position * 2).padStart(2, '0')}.000Z`,
    phases: [
      { name: 'launch', atMs: 0, durationMs: 310 },
      { name: 'measure', atMs: 4_000, durationMs: measuredMs },
    ],
    clients: { askedCount: clientCount, subscribedCount: clientCount, failedCount: 0, faults: {} },
    ledger: {
      expectedCount: expected,
      deliveredCount: delivered,
      lostCount: lost,
      notReceivedCount: 0,
      duplicatedCount: 0,
      reorderedCount: 0,
      unexpectedCount: 0,
      corruptedCount: 0,
      censoredCount: lost,
      gapMessageCount: 0,
      warmUpExpectedCount: 200,
      warmUpDeliveredCount: 200,
    },
    // Unicast: each message has one delivery, and the last ones are lost.
    deliveryLatencyUs: deliveryDistribution(latencies, lost, {
      messageOf: Uint32Array.from(latencies.keys()),
      expectedOfMessage: new Uint32Array(expected).fill(1),
    }),
    serviceLatencyUs: distribution(
      latencies.map((value) => value * 0.9),
      { censoredCount: lost },
    ),
    publisherLagUs: someTimes(random, 800, 60),
    clientP99Us: {
      median: null,
      max: null,
      reasons: { median: 'per client: needs at least 400, got 1', max: 'per client: needs at least 400, got 1' },
    },
    requests: {
      sentCount: requests,
      completedCount: requests,
      failedCount: 0,
      timedOutCount: 0,
      inFlightAtEndCount: 0,
      emptyCount: empty,
      overrunCount: 0,
      staleSocketCount: 0,
      serverSeenCount: requests,
      window: { sentCount: requests, emptyCount: empty, overrunCount: 0, sentPerSecond: requests / 8 },
      perDelivery: perDelivery(nature.requestsPerDelivery * (nature.requestsPerDelivery === 0 ? 1 : drift)),
      emptyRatio: nature.emptyRatio,
      reasons: {
        ...(none === undefined ? {} : { perDelivery: none }),
        ...(nature.emptyRatio === null ? { emptyRatio: 'no request in the measured window' } : {}),
      },
    },
    connections: {
      timeToSubscribedUs: someTimes(random, clientCount, 9_000),
      connectMs: 260,
      perConnect: {
        timeUs: (260_000 / clientCount) * drift,
        serverCpuUs: 60 + nature.memoryBytes / 100,
        wireBytes: 480 + nature.memoryBytes / 50,
        reasons: {},
      },
      openedCount: clientCount,
      reconnectCount: 0,
      compressedCount: 0,
      faults: {},
      statuses: { 200: 800 },
      closeCodes: {},
      serverClosed: {},
      backlog: 4_096,
      acceptOverflowCount: 0,
      acceptDropCount: 0,
      reasons: {},
    },
    bytes: {
      applicationDownBytes: delivered * 300,
      applicationUpBytes: requests * 90,
      applicationPerDeliveryBytes: perDelivery(300 + nature.requestsPerDelivery * 90),
      wireBytes: delivered * nature.wireBytes,
      wireSegmentCount: delivered * 4,
      wirePerDeliveryBytes: perDelivery(nature.wireBytes * (0.995 + random() * 0.01)),
      wireSegmentsPerDelivery: perDelivery(4),
      retransmittedSegmentCount: 0,
      tcpTimeoutCount: 0,
      reasons: none === undefined ? {} : { applicationPerDeliveryBytes: none, wirePerDeliveryBytes: none, wireSegmentsPerDelivery: none },
    },
    server: server(ask, random),
    generator: (['publisher', 'client-host'] as const).map((role) => ({
      role,
      index: 0,
      peakRssBytes: 90_000_000,
      peakDescriptorCount: role === 'publisher' ? 21 : 1_021,
      processor: {
        cpuMsPerSecond: 40 + random() * 9,
        cpuUsPerDelivery: null,
        involuntarySwitchCount: 60,
        reasons: { cpuUsPerDelivery: 'kept for the server only' },
      },
      loop: loop(random),
      reasons: {},
    })),
    machine: {
      hiccups: [0, 1].map((cpu) => ({ cpu, maxUs: 2_100, p99Us: 400 })),
      competingServerCpuRatio: 0.01,
      competingGeneratorCpuRatio: 0.02,
      stealRatio: 0,
      reasons: {},
    },
    ramp: ramp(ask, random),
    timeline: slices.map((slice) => ({
      ...slice,
      requestCount: Math.round(requests / 32),
      serverCpuMsPerSecond: nature.cpuMsPerSecond * (0.8 + random() * 0.4),
      serverGcUs: 0,
    })),
    steadyState: steadyState({
      warmUpMs: 2_000,
      latencyP50Us: new Array<number>(40).fill(nature.latencyUs),
      cpuMsPerSecond: new Array<number>(32).fill(nature.cpuMsPerSecond),
    }),
    deliveries: null,
    schedule: null,
    validity: validity(ask.status ?? 'valid'),
  }
}

function validity(status: TrialResult['validity']['status']): TrialResult['validity'] {
  if (status === 'valid') return { status, reasons: [] }
  const message = 'client host 0 stalled for 412 ms; at most 250 ms is allowed: the generator, not the transport, was the limit.'
  return { status, reasons: [{ gate: 'generator-stall', status, message }] }
}

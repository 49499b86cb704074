import assert from 'node:assert/strict'
import type { Ledger, SummaryRow, TrialResult } from '../../src/core/result.ts'
import { emptyLedger } from '../../src/metrics/ledger.ts'
import { noMessageIntervals } from '../../src/metrics/message-intervals.ts'
import { distribution, noDistribution } from '../../src/metrics/quantiles.ts'
import { steadyState } from '../../src/metrics/steady-state.ts'

export const traits: SummaryRow['traits'] = {
  protocol: 'HTTP/1.1',
  direction: 'down',
  complexity: { serverLines: 1, clientLines: 1, branches: 0, dependencies: [] },
  proxies: 'pass',
  fits: 'tests',
  fitsAi: 'tests',
}

export interface TrialTraits {
  contender: string
  block: number
  status?: TrialResult['validity']['status']
  latenciesUs?: Float64Array
  ledger?: Partial<Ledger>
  cpuMsPerSecond?: number | null
}

/** A trial in which only what a test states has a value. */
export function trialOf({ contender, block, status = 'valid', latenciesUs, ledger, cpuMsPerSecond = null }: TrialTraits): TrialResult {
  const none = 'not in this test'
  const loop = {
    utilisationRatio: null,
    stallMaxUs: null,
    stallP95Us: null,
    gcCount: 0,
    gcTotalUs: 0,
    gcMaxUs: 0,
    reasons: { utilisationRatio: none, stallMaxUs: none, stallP95Us: none },
  }
  const point = { rssBytes: null, pssBytes: null, heapUsedBytes: null, externalBytes: null, reasons: {} }
  const book = { ...emptyLedger, ...ledger }
  return {
    contender,
    transport: 'sse',
    block,
    position: 0,
    startedAt: '2026-01-01T00:00:00Z',
    phases: [],
    clients: { askedCount: 0, subscribedCount: 0, failedCount: 0, faults: {} },
    ledger: book,
    deliveryLatencyUs: {
      ...(latenciesUs === undefined ? noDistribution(none) : distribution(latenciesUs, { censoredCount: book.censoredCount })),
      intervals: noMessageIntervals(none),
    },
    serviceLatencyUs: noDistribution(none),
    publisherLagUs: noDistribution(none),
    clientP99Us: { median: null, max: null, reasons: { median: none, max: none } },
    requests: {
      sentCount: 0,
      completedCount: 0,
      failedCount: 0,
      timedOutCount: 0,
      inFlightAtEndCount: 0,
      emptyCount: 0,
      overrunCount: 0,
      staleSocketCount: 0,
      serverSeenCount: 0,
      window: { sentCount: 0, emptyCount: 0, overrunCount: 0 },
      perDelivery: 0,
      emptyRatio: null,
      reasons: { emptyRatio: none },
    },
    connections: {
      timeToSubscribedUs: noDistribution(none),
      connectMs: 0,
      openedCount: 0,
      reconnectCount: 0,
      compressedCount: 0,
      faults: {},
      statuses: {},
      closeCodes: {},
      serverClosed: {},
      backlog: 511,
      acceptOverflowCount: null,
      acceptDropCount: null,
      reasons: { acceptOverflowCount: none, acceptDropCount: none },
    },
    bytes: {
      applicationDownBytes: 0,
      applicationUpBytes: 0,
      applicationPerDeliveryBytes: null,
      wireBytes: null,
      wireSegmentCount: null,
      wirePerDeliveryBytes: null,
      wireSegmentsPerDelivery: null,
      retransmittedSegmentCount: null,
      tcpTimeoutCount: null,
      reasons: { applicationPerDeliveryBytes: none, wirePerDeliveryBytes: none },
    },
    server: {
      memory: {
        perClientBytes: null,
        kernelPerClientBytes: null,
        rssPerClientBytes: null,
        baseline: point,
        idle: point,
        after: point,
        peakRssBytes: null,
        reasons: { kernelPerClientBytes: none, perClientBytes: none },
      },
      descriptors: {
        baselineCount: null,
        idleCount: null,
        peakCount: null,
        afterCount: null,
        perClient: null,
        reasons: { perClient: none },
      },
      processor: {
        cpuMsPerSecond,
        cpuUsPerDelivery: null,
        involuntarySwitchCount: null,
        reasons: { cpuMsPerSecond: none, cpuUsPerDelivery: none, involuntarySwitchCount: none },
      },
      loop,
      settings: { noDelaySocketCount: 0, delayedSocketCount: 0, keepAliveTimeoutMs: 72_000, backlog: 511, compressedCount: 0 },
      maxQueuedBytes: 0,
      counters: {},
    },
    generator: [],
    machine: {
      hiccups: null,
      competingServerCpuRatio: null,
      competingGeneratorCpuRatio: null,
      stealRatio: null,
      reasons: { hiccups: none, competingServerCpuRatio: none, competingGeneratorCpuRatio: none, stealRatio: none },
    },
    ramp: [],
    timeline: [],
    steadyState: steadyState({ warmUpMs: 0, latencyP50Us: [], cpuMsPerSecond: [] }),
    deliveries: null,
    schedule: null,
    validity: { status, reasons: [] },
  }
}

/** Finite numbers only, none a sentinel, and beside each null its reason in the same object. */
export function assertHonest(value: unknown, path = '$'): void {
  if (typeof value === 'number') assert.ok(Math.abs(value) < Number.MAX_SAFE_INTEGER, `${path} is ${value}`)
  if (typeof value !== 'object' || value === null) return
  for (const [key, inner] of Object.entries(value)) {
    if (inner === null) assert.ok((value as { reasons?: Record<string, string> }).reasons?.[key], `${path}.${key} is null without a reason`)
    else assertHonest(inner, `${path}.${key}`)
  }
}

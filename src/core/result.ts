import { z } from 'zod'
import { metricIds } from './metric.ts'
import { warningCodes } from './warnings.ts'

/** Raised when a reader of the previous version would misread a document. */
export const schemaVersion = 1

const count = z.int().min(0)
const amount = z.number()
const counts = z.record(z.string(), count)
/** Why each `null` of the same object is null, by its key. */
const reasons = z.record(z.string(), z.string())
const maybe = amount.nullable()
const label = z.string()

/** A value with the interval at its level (0 to 1); `n` is what the interval rests on. */
const estimate = z.strictObject({ value: amount, low: maybe, high: maybe, level: amount, n: count, reasons })

const distribution = z.strictObject({
  count: count.describe('Samples with a value.'),
  censoredCount: count.describe('Pairs without a delivery; they enter the quantiles as +∞.'),
  effectiveCount: maybe.describe('n / (1 + (m − 1) × ICC): what the samples are worth, since deliveries of one message are alike.'),
  mean: maybe,
  p50: maybe,
  p90: maybe,
  p99: maybe,
  p999: maybe,
  max: maybe,
  histogram: z.string().describe('HdrHistogram V2, compressed, base64; values in µs.'),
  reasons,
})

const ledger = z.strictObject({
  expectedCount: count,
  deliveredCount: count,
  lostCount: count,
  duplicatedCount: count,
  reorderedCount: count,
  unexpectedCount: count,
  corruptedCount: count,
  censoredCount: count.describe('lost + corrupted: expected pairs without an intact delivery.'),
  gapMessageCount: count.describe('Messages that the server itself reported as out of its window.'),
  warmUpExpectedCount: count,
  warmUpDeliveredCount: count,
})

const loop = z.strictObject({
  utilisationRatio: maybe,
  stallMaxUs: maybe.describe('Longest time in which the event loop did not turn, beyond its 10 ms tick.'),
  gcCount: count,
  gcTotalUs: amount,
  gcMaxUs: amount,
  reasons,
})

const processor = z.strictObject({
  cpuMsPerSecond: maybe.describe('CPU time of the process in the measured window, in ms per second.'),
  cpuUsPerDelivery: maybe,
  reasons,
})

const memoryPoint = z.strictObject({ rssBytes: maybe, pssBytes: maybe, heapUsedBytes: maybe, externalBytes: maybe, reasons })

const server = z.strictObject({
  memory: z.strictObject({
    perClientBytes: estimate.nullable().describe('Slope of live heap + external over the five ramp steps, after forced GC.'),
    kernelPerClientBytes: estimate.nullable().describe('Slope of kernel socket objects (slab), per socket.'),
    rssPerClientBytes: estimate.nullable(),
    baseline: memoryPoint,
    idle: memoryPoint,
    after: memoryPoint,
    peakRssBytes: maybe,
    reasons,
  }),
  descriptors: z.strictObject({ baselineCount: maybe, idleCount: maybe, peakCount: maybe, afterCount: maybe, perClient: maybe, reasons }),
  processor,
  loop,
  maxQueuedBytes: count,
  counters: z.record(z.string(), z.union([count, counts])).describe('The server counters as the server kept them over its whole life.'),
})

const generatorProcess = z.strictObject({
  role: z.enum(['publisher', 'client-host']),
  index: count,
  peakRssBytes: maybe,
  peakDescriptorCount: maybe,
  processor,
  loop,
  reasons,
})

const gateResult = z.strictObject({
  gate: z.string(),
  status: z.enum(['tainted', 'invalid', 'unknown']),
  message: z.string(),
})

const trial = z.strictObject({
  contender: label,
  transport: z.string(),
  block: count,
  position: count,
  startedAt: z.string(),
  phases: z.array(z.strictObject({ name: z.string(), atMs: amount, durationMs: amount })),
  clients: z.strictObject({ askedCount: count, subscribedCount: count, failedCount: count, faults: counts }),
  ledger,
  deliveryLatencyUs: distribution,
  serviceLatencyUs: distribution,
  publisherLagUs: distribution,
  clientP99Us: z.strictObject({ median: maybe, max: maybe, reasons }).describe('Spread over clients: the p99 of each client alone.'),
  requests: z.strictObject({
    sentCount: count,
    completedCount: count,
    failedCount: count,
    timedOutCount: count,
    inFlightAtEndCount: count,
    emptyCount: count,
    overrunCount: count,
    staleSocketCount: count,
    serverSeenCount: count,
    window: z.strictObject({ sentCount: count, emptyCount: count, overrunCount: count }),
    perDelivery: maybe,
    emptyRatio: maybe,
    reasons,
  }),
  connections: z.strictObject({
    timeToSubscribedUs: distribution,
    connectMs: amount.describe('Sum of the connect times of the five steps, without the pauses for samples.'),
    openedCount: count,
    reconnectCount: count,
    compressedCount: count,
    faults: counts,
    statuses: counts,
    closeCodes: counts,
    serverClosed: counts,
    backlog: count,
    acceptOverflowCount: maybe,
    reasons,
  }),
  bytes: z.strictObject({
    applicationDownBytes: count,
    applicationUpBytes: count,
    applicationPerDeliveryBytes: maybe,
    wireBytes: maybe,
    wireSegmentCount: maybe,
    wirePerDeliveryBytes: maybe,
    wireSegmentsPerDelivery: maybe,
    retransmittedSegmentCount: maybe,
    reasons,
  }),
  server,
  generator: z.array(generatorProcess),
  ramp: z.array(
    z.strictObject({
      clientCount: count,
      connectMs: amount,
      memory: memoryPoint,
      kernelBytes: maybe,
      descriptorCount: maybe,
      reasons,
    }),
  ),
  timeline: z.array(
    z.strictObject({
      atMs: amount,
      dueCount: count,
      deliveredCount: count,
      p50Us: maybe,
      maxUs: maybe,
      requestCount: count,
      serverCpuMsPerSecond: maybe,
      serverGcUs: amount,
      reasons,
    }),
  ),
  deliveries: z.strictObject({ file: z.string(), sha256: z.string(), count }).nullable(),
  validity: z.strictObject({ status: z.enum(['valid', 'tainted', 'invalid', 'unknown']), reasons: z.array(gateResult) }),
})

const metricSummary = z.strictObject({
  values: z.array(amount).describe('One value per block that counts, in block order.'),
  blocks: z.array(count),
  median: maybe,
  low: maybe,
  high: maybe,
  level: amount,
  reasons,
})

const summaryRow = z.strictObject({
  contender: label,
  transport: z.string(),
  trialCount: count,
  countedTrialCount: count.describe('Valid and tainted trials: those that enter medians and comparisons.'),
  validity: z.strictObject({ valid: count, tainted: count, invalid: count, unknown: count, failed: count }),
  metrics: z.partialRecord(z.enum(metricIds), metricSummary),
  ledger,
  deliveryCount: count,
  effectiveDeliveryCount: maybe,
  latencyHistogram: z.string().describe('Delivery latency of all counted trials, merged; HdrHistogram V2, µs.'),
  traits: z.strictObject({
    protocol: z.string(),
    direction: z.string(),
    complexity: z.strictObject({ serverLines: count, clientLines: count, branches: count, dependencies: z.array(z.string()) }),
    proxies: z.string(),
    fits: z.string(),
    fitsAi: z.string(),
  }),
  reasons,
})

/** What a comparison can end with; "undecided" is a result. */
export const verdicts = ['better', 'practicallyEqual', 'negligible', 'undecided'] as const

const pairVerdict = z.strictObject({
  a: label,
  b: label,
  scale: z.enum(['ratio', 'difference']).describe('ratio: a ÷ b from paired log-ratios. difference: a − b, where a value is 0.'),
  estimate: amount,
  low: maybe,
  high: maybe,
  level: amount.describe('Level of the interval that the verdict rests on, 0 to 1: that of Holm, or 0.9 for practicallyEqual (TOST).'),
  pValue: maybe,
  blockCount: count,
  verdict: z.enum(verdicts),
  better: label.nullable(),
  blocksToDecide: count.nullable(),
  reasons,
})

const comparison = z.strictObject({
  metrics: z.array(
    z.strictObject({
      metric: z.enum(metricIds),
      ratioThatMatters: amount,
      floorThatMatters: maybe,
      pairs: z.array(pairVerdict),
      reasons,
    }),
  ),
  limitBreaches: z.array(z.strictObject({ limit: z.string(), contender: label, block: count, measured: maybe, allowed: amount, reasons })),
})

const control = z.strictObject({
  messagesPerSecond: amount,
  durationMs: amount,
  serverCpuMsPerSecond: maybe,
  publisherLagP99Us: maybe,
  reasons,
})

/** The result document (design section 7). Finite numbers only; each null has its reason in the same object. */
export const resultSchema = z.strictObject({
  schemaVersion: z.literal(schemaVersion),
  harness: z.strictObject({
    version: z.string(),
    commit: z.string().nullable(),
    dirty: z.boolean().nullable(),
    command: z.string(),
    reasons,
  }),
  environment: z.record(z.string(), z.union([z.string(), amount, z.boolean(), z.null(), z.record(z.string(), z.string())])),
  scenario: z.strictObject({
    name: z.string(),
    resolved: z.record(z.string(), z.unknown()),
    sources: z.record(z.string(), z.enum(['default', 'file', 'flag'])),
  }),
  plan: z.strictObject({
    blockOrder: z.array(z.array(label)),
    channelCount: count,
    totalMessagesPerSecond: amount,
    clientHostCount: count,
    estimatedSeconds: amount,
  }),
  interrupted: z.boolean(),
  trials: z.array(trial),
  failedTrials: z.array(z.strictObject({ contender: label, block: count, position: count, message: z.string() })),
  summary: z.array(summaryRow),
  comparison,
  calibration: z.strictObject({ control: control.nullable(), reasons }),
  warnings: z.array(z.strictObject({ code: z.enum(warningCodes), message: z.string() })),
})

export type ResultDocument = z.output<typeof resultSchema>
export type TrialResult = z.output<typeof trial>
export type SummaryRow = z.output<typeof summaryRow>
export type MetricSummary = z.output<typeof metricSummary>
export type Comparison = z.output<typeof comparison>
export type PairVerdict = z.output<typeof pairVerdict>
export type Distribution = z.output<typeof distribution>
export type Estimate = z.output<typeof estimate>
export type Ledger = z.output<typeof ledger>
export type GateResult = z.output<typeof gateResult>

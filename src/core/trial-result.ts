import { z } from 'zod'
import { families } from './family.ts'
import { executedFault, recovery, serverLife } from './fault-result.ts'
import { linkResultShape } from './links.ts'
import { machine, generatorProcess, rampStep, server } from './process-result.ts'
import { amount, count, counts, estimate, label, maybe, maybeCount, reasons } from './result-parts.ts'

const distribution = z.strictObject({
  count: count.describe('Samples with a value.'),
  censoredCount: count.describe('Pairs without a delivery; they enter the quantiles as +∞.'),
  effectiveCount: maybe.describe(
    'n / (1 + (m − 1) × ICC): how many independent samples they are worth, since deliveries of one message are alike.',
  ),
  mean: maybe,
  p50: maybe.describe('Quantiles by nearest rank, with censored pairs as +∞; null where too few samples lie beyond.'),
  p90: maybe,
  p99: maybe,
  p999: maybe,
  max: maybe,
  histogram: z.string().describe('HdrHistogram V2, compressed, base64; values in µs.'),
  reasons,
})

const deliveryDistribution = distribution.extend({
  intervals: z
    .strictObject({ p50: estimate.nullable(), p90: estimate.nullable(), p99: estimate.nullable(), reasons })
    .describe('Interval within this trial, with each message and all its deliveries as one sample; n counts messages.'),
})

export const ledger = z.strictObject({
  expectedCount: count,
  deliveredCount: count,
  lostCount: count.describe('Expected pairs that were never received although a later message was, or that can no longer be received.'),
  notReceivedCount: count
    .default(0)
    .describe(
      'Expected pairs that had not been received by the end of the drain, with nothing later received either: late or lost. In a trial that counts, the contender stopped delivering. 0 in results of earlier versions.',
    ),
  duplicatedCount: count,
  reorderedCount: count,
  unexpectedCount: count,
  corruptedCount: count,
  censoredCount: count.describe('lost + not received + corrupted: expected pairs without an intact delivery.'),
  gapMessageCount: count.describe('Messages that the server itself reported as out of its window.'),
  warmUpExpectedCount: count,
  warmUpDeliveredCount: count,
})

const probe = z
  .strictObject({
    clientCount: count.describe('Clients of the probe host, and as many shadows in the client hosts; 0 = no probe in this trial.'),
    requestCount: count.describe('Requests that both sent during the trial.'),
    loadedCount: count.describe('Deliveries to the shadows in the measured window.'),
    probeCount: count.describe('Deliveries to the probe host in the measured window.'),
    loadedP99Us: maybe.describe('p99 of delivery latency in the client hosts, of the messages that the probe got too.'),
    probeP99Us: maybe.describe('The same messages in the probe host, which is nearly idle.'),
    reasons,
  })
  .describe('In no other count but requests.serverSeenCount, the server counters, wire bytes and wire segments.')

const jobs = z
  .strictObject({
    askedCount: count.describe('Jobs that were requested during the whole trial.'),
    doneCount: count.describe('Jobs whose last message was due in the measured window and was received.'),
    requestCountPerJob: maybe.describe('Requests of the transport from the first to the last message: polls, streams, upgrades.'),
    allRequestCountPerJob: maybe.describe('The same with the request of the job itself.'),
    firstMessageUs: distribution.describe('From the due instant of the request to the first message; the duration of the job is in it.'),
    gapUs: distribution.describe('Between two messages of a job, as received.'),
    stallCount: count.describe('Gaps above 250 ms.'),
    stallRatio: maybe.describe('Of all gaps.'),
    chainAddedUs: distribution.describe(
      'Time of a whole chain of jobs from the arrival of its session, minus the time of the jobs themselves.',
    ),
    reasons,
  })
  .describe('Where clients request jobs.')

/** Whose doing it can be that a trial is not as planned. The harness is clock, schedule and settings. */
export const owners = ['server', 'generator', 'machine', 'harness'] as const

const gateResult = z.strictObject({
  gate: z.string(),
  status: z
    .enum(['tainted', 'unranked', 'unknown', 'invalid'])
    .describe(
      'Status of the figures in families. tainted: they count, with this remark. unranked: they enter no median and no comparison, but limits are judged by them. unknown, invalid: they count nowhere.',
    ),
  families: z
    .array(z.enum(families))
    .optional()
    .describe('Kinds of figures that it affects. Absent in results of earlier versions: all where it is invalid or unknown.'),
  owner: z.enum(owners).optional().describe('Who caused it. Absent in results of earlier versions.'),
  message: z.string(),
})

/** One trial: what was seen, and whether it may be believed. */
export const trial = z.strictObject({
  contender: label,
  transport: z.string(),
  block: count,
  position: count,
  startedAt: z.string(),
  phases: z.array(z.strictObject({ name: z.string(), atMs: amount, durationMs: amount })),
  clients: z.strictObject({
    askedCount: count,
    subscribedCount: count,
    heldCount: count
      .optional()
      .describe(
        'Clients that the server reported holding when all had connected. Absent where it holds no state for waiting clients or does not report it, and in results of earlier versions.',
      ),
    failedCount: count,
    faults: counts,
  }),
  ledger,
  deliveryLatencyUs: deliveryDistribution.describe('Of live deliveries; those received by resuming are in recoveredLatencyUs.'),
  serviceLatencyUs: distribution,
  recoveredLatencyUs: distribution
    .optional()
    .describe(
      'Received − due of the deliveries received by resuming: published before their client was back from an absence, received after. count is their number. Absent where there are none, and in results of earlier versions.',
    ),
  echoLatencyUs: distribution.optional().describe('Where clients send: their own messages, from due to their own receipt.'),
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
    serverSeenCount: maybe.describe('As counted by the server, including those of the probe, which are also in probe.requestCount.'),
    window: z.strictObject({
      sentCount: count,
      emptyCount: count,
      overrunCount: count,
      sentPerSecond: amount.optional().describe('sentCount by the length of the measured window. Absent in results of earlier versions.'),
    }),
    upstream: z
      .strictObject({ sentCount: count, completedCount: count, failedCount: count, inFlightAtEndCount: count, serverSeenCount: maybeCount })
      .optional()
      .describe('What clients sent besides the requests of their transport: messages and job requests. In none of the other counts.'),
    perDelivery: maybe,
    emptyRatio: maybe,
    reasons,
  }),
  connections: z.strictObject({
    timeToSubscribedUs: distribution,
    connectMs: amount.describe('Sum of the connect times of the five steps, without the pauses for samples.'),
    perConnect: z
      .strictObject({
        timeUs: maybe.describe(
          'connectMs ÷ clients connected after it, in µs: 1,000,000 ÷ it is the number of clients accepted per second.',
        ),
        serverCpuUs: maybe.describe('CPU time of the server while clients connected, per client.'),
        wireBytes: maybe.describe(
          'On the wire while clients connected, per client; includes first polls, and polls of clients already connected.',
        ),
        reasons,
      })
      .optional()
      .describe('What it cost to connect a client, over all five steps. Absent in results of earlier versions.'),
    openedCount: count,
    reconnectCount: count,
    resumeAcrossLogsCount: count
      .optional()
      .describe(
        'Resumes with a cursor of another log than that of the server: the server cannot know how many messages these clients missed. Absent in results of earlier versions.',
      ),
    compressedCount: count,
    faults: counts,
    statuses: counts,
    closeCodes: counts,
    serverClosed: counts.nullable(),
    backlog: count,
    acceptOverflowCount: maybe,
    acceptDropCount: maybe.describe('Connections that the kernel dropped at the listener, for whatever reason (ListenDrops).'),
    timeWaitCount: maybe
      .optional()
      .describe('Connections in TIME_WAIT at the end of the measured window. Absent in results written before it was read.'),
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
    tcpTimeoutCount: maybe,
    reasons,
  }),
  server,
  generator: z.array(generatorProcess),
  machine,
  ramp: z.array(rampStep),
  timeline: z.array(
    z.strictObject({
      atMs: amount,
      dueCount: count,
      deliveredCount: count,
      arrivedCount: count
        .optional()
        .describe(
          'Of the deliveries due in the slice, those received by the end of the drain. Absent in results written before it was counted.',
        ),
      heldCount: count.optional().describe('Deliveries due before the slice and received after it. Absent as arrivedCount is.'),
      p50Us: maybe,
      maxUs: maybe,
      requestCount: count,
      serverCpuMsPerSecond: maybe,
      serverGcUs: maybe,
      reasons,
    }),
  ),
  jobs: jobs.optional(),
  probe: probe.optional().describe('Absent in results that were written before there was a probe.'),
  steadyState: z.strictObject({
    verdict: z.enum(['steady', 'no steady state', 'too short to tell']),
    cutMs: maybe.describe('From the first traffic, that is the start of the warm-up, to the instant from which on the trial is steady.'),
    unsteadyWindowMs: maybe.describe('Part of the measured window before the cut. It still counts in every figure.'),
    findings: z.array(z.string()).describe('What each series showed.'),
    reasons,
  }),
  deliveries: z.strictObject({ file: z.string(), sha256: z.string(), count }).nullable(),
  schedule: z
    .strictObject({
      file: z.string(),
      sha256: z.string(),
      messageCount: count,
      clientCount: count,
      hasSenders: z.boolean().optional().describe('True = a column says which client sent each message.'),
      hasSettledCounts: z
        .boolean()
        .optional()
        .describe('True = a last column says how many messages of its channel are settled for each client: received or lost.'),
      fromAtUs: amount.describe('Start of the measured window, on the clock of the instants in both files.'),
      untilAtUs: amount,
    })
    .nullable()
    .describe('What was expected: together with the deliveries, the ledger can be computed again.'),
  faults: z.array(executedFault).optional().describe('Faults as executed; absent where none was planned.'),
  serverLives: z.array(serverLife).optional().describe('Absent where one process served the whole trial.'),
  recovery: recovery.optional(),
  ...linkResultShape,
  overdueCount: count
    .optional()
    .describe(
      'Deliveries of the measured window that were received after its end although they were due at least 250 ms before it, plus any planned wait. Absent in results of earlier versions.',
    ),
  isRepeated: z
    .boolean()
    .optional()
    .describe(
      'True = the machine disturbed it, so it was repeated at the end of its block and the later attempt replaces it: nothing of this one counts.',
    ),
  validity: z.strictObject({
    status: z
      .enum(['valid', 'tainted', 'invalid', 'unknown'])
      .describe('invalid, unknown: no family of figures counts. tainted: some do, or all with a remark.'),
    reasons: z.array(gateResult),
  }),
})

export type TrialResult = z.output<typeof trial>
export type Distribution = z.output<typeof distribution>
export type DeliveryDistribution = z.output<typeof deliveryDistribution>
export type Estimate = z.output<typeof estimate>
export type JobFigures = z.output<typeof jobs>
export type Ledger = z.output<typeof ledger>
export type GateResult = z.output<typeof gateResult>
export type Owner = (typeof owners)[number]

/**
 * One line of `timeline.ndjson`: about a second of a measured window, written while the trial runs, so that a killed run
 * leaves what it saw. It holds what `/proc` shows from outside; requests and deliveries are known when the trial has ended.
 */
export const interval = z.strictObject({
  contender: label,
  block: count,
  position: count,
  atMs: amount.describe('Start of the interval, from the start of the measured window.'),
  durationMs: amount,
  serverCpuMsPerSecond: maybe,
  serverRssBytes: maybe,
  serverDescriptorCount: maybe,
  generatorCpuMsPerSecond: maybe.describe('Publisher and client hosts together.'),
  reasons,
})

export type Interval = z.output<typeof interval>

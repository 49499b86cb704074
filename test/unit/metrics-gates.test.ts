import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { gates, judge } from '../../src/metrics/gates.ts'
import type { GateFacts } from '../../src/metrics/gates.ts'
import { overduePairCount } from '../../src/metrics/saturation.ts'

const good: GateFacts = {
  interrupted: null,
  publisherLagP99Us: 400,
  publisherLagMaxUs: 900,
  deliveryLatencyP99Us: 5_000,
  generators: [
    { name: 'publisher', stallMaxUs: 2_000, stallP99Us: 1_000, utilisationRatio: 0.2 },
    { name: 'client host 1', stallMaxUs: 3_000, stallP99Us: 1_500, utilisationRatio: 0.4 },
  ],
  loadedP99Us: 5_000,
  probeP99Us: 4_800,
  plannedMessageCount: 10_000,
  publishedMessageCount: 10_000,
  earlyMessageCount: 0,
  unpublishedMessageCount: 0,
  refusedPublishCount: 0,
  expectedPairCount: 10_000,
  offersMessages: true,
  overduePairCount: 0,
  serverUtilisationRatio: 0.3,
  serverStallP99Us: 2_000,
  askedClientCount: 1_000,
  subscribedClientCount: 1_000,
  negativeLatencyCount: 0,
  notReceivedPairCount: 0,
  awayPairCount: 0,
  hasFaults: false,
  drain: null,
  clientRequestCount: 4_400,
  serverRequestCount: 4_400,
  pollSlotCount: 10_000,
  pollOverrunCount: 0,
  hiccups: [
    { cpu: 0, maxUs: 4_000 },
    { cpu: 1, maxUs: 300 },
  ],
  competingServerCpuRatio: 0.02,
  competingGeneratorCpuRatio: 0.01,
  stealRatio: 0,
  hasLock: true,
  acceptOverflowCount: 0,
  acceptDropCount: 0,
  clientFailures: {},
  settings: { noDelaySocketCount: 16, delayedSocketCount: 0, keepAliveTimeoutMs: 72_000, backlog: 4_096, compressedCount: 0 },
  askedBacklog: 4_096,
  mayCompress: false,
}

const settings = (own: Partial<NonNullable<GateFacts['settings']>>): Partial<GateFacts> => ({ settings: { ...good.settings!, ...own } })

const generator = (figures: { stallMaxUs?: number; stallP99Us?: number; utilisationRatio?: number }): Partial<GateFacts> => ({
  generators: [good.generators[0]!, { name: 'client host 1', stallMaxUs: null, stallP99Us: null, utilisationRatio: null, ...figures }],
})

/** One delivery that had not come when a drain ended in which nothing was disturbed but this. */
const open = (figures: Partial<NonNullable<GateFacts['drain']>> = {}): Partial<GateFacts> => ({
  notReceivedPairCount: 1,
  drain: { stallMaxUs: 4_000, competingServerCpuRatio: 0.1, competingGeneratorCpuRatio: 0.1, stealRatio: 0, ...figures },
})

/** What just passes and what just fails each gate. */
const edges: [gate: string, status: string, below: Partial<GateFacts>, above: Partial<GateFacts>][] = [
  ['interrupted', 'invalid', { interrupted: null }, { interrupted: { measuredUs: 3_000_000, plannedUs: 30_000_000 } }],
  ['publisher-lag', 'tainted', { publisherLagP99Us: 2_000 }, { publisherLagP99Us: 2_001 }],
  [
    'publisher-lag',
    'tainted',
    { publisherLagP99Us: 5_000, deliveryLatencyP99Us: 50_000 },
    { publisherLagP99Us: 5_001, deliveryLatencyP99Us: 50_000 },
  ],
  [
    'publisher-lag',
    'tainted',
    { publisherLagP99Us: 2_000, deliveryLatencyP99Us: null },
    { publisherLagP99Us: 2_001, deliveryLatencyP99Us: null },
  ],
  [
    'publisher-lag',
    'tainted',
    { publisherLagP99Us: null, publisherLagMaxUs: 2_000 },
    { publisherLagP99Us: null, publisherLagMaxUs: 2_001 },
  ],
  ['publisher-lag', 'invalid', { publisherLagMaxUs: 100_000 }, { publisherLagMaxUs: 100_001 }],
  ['generator-stall', 'tainted', generator({ stallMaxUs: 50_000 }), generator({ stallMaxUs: 50_001 })],
  ['generator-utilisation', 'tainted', generator({ utilisationRatio: 0.7 }), generator({ utilisationRatio: 0.701 })],
  ['offered-rate', 'tainted', { publishedMessageCount: 9_900 }, { publishedMessageCount: 9_899 }],
  ['offered-rate', 'tainted', { publishedMessageCount: 10_100 }, { publishedMessageCount: 10_101 }],
  [
    'offered-rate',
    'tainted',
    { plannedMessageCount: 50, publishedMessageCount: 49 },
    { plannedMessageCount: 50, publishedMessageCount: 48 },
  ],
  ['offered-rate', 'invalid', { plannedMessageCount: 0, publishedMessageCount: 0 }, { plannedMessageCount: 1, publishedMessageCount: 0 }],
  ['accept-overflow', 'tainted', { acceptOverflowCount: null }, { acceptOverflowCount: 1 }],
  ['ledger-not-exercised', 'unknown', { expectedPairCount: 500 }, { expectedPairCount: 499 }],
  ['ledger-not-exercised', 'unknown', { expectedPairCount: 0, offersMessages: false }, { expectedPairCount: 0 }],
  ['clients-missing', 'invalid', { clientFailures: { refused: 3 } }, { subscribedClientCount: 999 }],
  ['negative-latency', 'invalid', {}, { negativeLatencyCount: 1 }],
  ['count-mismatch', 'tainted', { clientRequestCount: null, serverRequestCount: 9 }, { serverRequestCount: 4_401 }],
  ['client-queueing', 'tainted', { loadedP99Us: 2_000, probeP99Us: 1_000 }, { loadedP99Us: 2_001, probeP99Us: 1_000 }],
  ['client-queueing', 'tainted', { loadedP99Us: 12_000, probeP99Us: 10_000 }, { loadedP99Us: 12_001, probeP99Us: 10_000 }],
  ['client-queueing', 'tainted', { loadedP99Us: null, probeP99Us: 1_000 }, { loadedP99Us: 1_000, probeP99Us: 2_001 }],
  ['poll-overrun', 'tainted', { pollOverrunCount: 100 }, { pollOverrunCount: 101 }],
  ['accept-overflow', 'tainted', { acceptDropCount: null }, { acceptDropCount: 1 }],
  ['accept-overflow', 'tainted', {}, { acceptOverflowCount: 1, acceptDropCount: 1 }],
  ['published-early', 'invalid', {}, { earlyMessageCount: 1 }],
  ['schedule-unmet', 'invalid', {}, { unpublishedMessageCount: 1 }],
  ['schedule-unmet', 'invalid', {}, { refusedPublishCount: 1 }],
  ['saturated', 'tainted', { expectedPairCount: 100_000, overduePairCount: 100 }, { expectedPairCount: 100_000, overduePairCount: 101 }],
  [
    'saturated',
    'tainted',
    { serverUtilisationRatio: 0.91, serverStallP99Us: 100_000 },
    { serverUtilisationRatio: 0.91, serverStallP99Us: 100_001 },
  ],
  // A server that was stopped is late and not busy: its latencies are what a reader is to see.
  [
    'saturated',
    'tainted',
    { serverUtilisationRatio: 0.9, serverStallP99Us: 900_000 },
    { serverUtilisationRatio: 0.901, serverStallP99Us: 900_000 },
  ],
  ['hiccup', 'tainted', { hiccups: [{ cpu: 1, maxUs: 20_000 }] }, { hiccups: [{ cpu: 1, maxUs: 20_001 }] }],
  ['competing-load', 'tainted', { competingServerCpuRatio: 0.3 }, { competingServerCpuRatio: 0.301 }],
  ['competing-load', 'tainted', { competingGeneratorCpuRatio: 0.3 }, { competingGeneratorCpuRatio: 0.301 }],
  ['competing-load', 'tainted', { competingGeneratorCpuRatio: null }, { competingServerCpuRatio: null, competingGeneratorCpuRatio: 1 }],
  ['steal', 'tainted', { stealRatio: 0.01 }, { stealRatio: 0.0101 }],
  ['no-lock', 'tainted', { hasLock: true }, { hasLock: false }],
  ['generator-fault', 'tainted', { clientFailures: { refused: 3 } }, { clientFailures: { localPortsExhausted: 1 } }],
  ['generator-fault', 'tainted', { clientFailures: { clientEMFILE: 0 } }, { clientFailures: { clientEMFILE: 1 } }],
  ['generator-fault', 'tainted', { clientFailures: { reset: 1 } }, { clientFailures: { clientENOBUFS: 1 } }],
  ['generator-fault', 'tainted', { clientFailures: { serverSilent: 1 } }, { clientFailures: { timedOut: 1 } }],
  ['not-received', 'invalid', open({ stallMaxUs: 50_000 }), open({ stallMaxUs: 50_001 })],
  ['not-received', 'invalid', open({ competingServerCpuRatio: 0.3 }), open({ competingServerCpuRatio: 0.301 })],
  ['not-received', 'invalid', open({ competingGeneratorCpuRatio: null }), open({ competingGeneratorCpuRatio: 1 })],
  ['not-received', 'invalid', open({ stealRatio: 0.01 }), open({ stealRatio: 0.0101 })],
  ['not-received', 'invalid', { ...open(), awayPairCount: 1 }, { ...open(), awayPairCount: 1, hasFaults: true }],
  ['not-received', 'invalid', { ...open(), hasFaults: true }, { ...open(), awayPairCount: 1, hasFaults: true, drain: null }],
  ['unequal-settings', 'invalid', { settings: null }, settings({ delayedSocketCount: 1 })],
  ['unequal-settings', 'invalid', {}, settings({ keepAliveTimeoutMs: 5_000 })],
  ['unequal-settings', 'invalid', { askedBacklog: 511, ...settings({ backlog: 511 }) }, settings({ backlog: 511 })],
  ['unequal-settings', 'invalid', { mayCompress: true, ...settings({ compressedCount: 9 }) }, settings({ compressedCount: 9 })],
  ['poll-overrun', 'tainted', { pollSlotCount: null, pollOverrunCount: null }, { pollSlotCount: 0, pollOverrunCount: 1 }],
]

/** Limits of the second kind: tainted on one side, invalid on the other. */
const grades: [gate: string, below: Partial<GateFacts>, above: Partial<GateFacts>][] = [
  ['generator-stall', generator({ stallMaxUs: 250_000 }), generator({ stallMaxUs: 250_001 })],
  ['generator-utilisation', generator({ utilisationRatio: 0.9 }), generator({ utilisationRatio: 0.901 })],
  ['offered-rate', { publishedMessageCount: 9_500 }, { publishedMessageCount: 9_499 }],
  ['offered-rate', { publishedMessageCount: 10_500 }, { publishedMessageCount: 10_501 }],
]

/** Facts as a test's name tells them: of several generators only the one that differs. */
const told = ({ generators, ...facts }: Partial<GateFacts>): string => JSON.stringify(generators?.[1] ?? facts).replaceAll('"', '')

const messageFor = (facts: Partial<GateFacts>): string | undefined => judge({ ...good, ...facts }).reasons[0]?.message

describe('gates', () => {
  it('let a good trial pass', () => {
    assert.deepEqual(judge(good), { status: 'valid', reasons: [] })
  })

  for (const [gate, status, below, above] of edges) {
    it(`${gate}: passes ${told(below)} and is ${status} at ${told(above)}`, () => {
      assert.equal(judge({ ...good, ...below }).status, 'valid')
      const found = judge({ ...good, ...above })
      assert.equal(found.status, status)
      assert.deepEqual(
        found.reasons.map((reason) => [reason.gate, reason.status]),
        [[gate, status]],
      )
    })

    it(`${gate}: nothing else finds ${told(above)}`, () => {
      assert.equal(
        judge(
          { ...good, ...above },
          gates.filter((entry) => entry.gate !== gate),
        ).status,
        'valid',
      )
    })
  }

  for (const [gate, below, above] of grades) {
    it(`${gate}: is tainted at ${told(below)} and invalid at ${told(above)}`, () => {
      assert.equal(judge({ ...good, ...below }).status, 'tainted')
      assert.equal(judge({ ...good, ...above }).status, 'invalid')
    })
  }

  it('are each shown to fail', () => {
    assert.deepEqual([...new Set(edges.map(([gate]) => gate))].sort(), gates.map(({ gate }) => gate).sort())
  })

  it('let pass what was not measured, but for what must be known', () => {
    const unmeasured = {
      publisherLagP99Us: null,
      publisherLagMaxUs: null,
      deliveryLatencyP99Us: null,
      generators: [],
      acceptOverflowCount: null,
      acceptDropCount: null,
      hiccups: [],
      competingServerCpuRatio: null,
      competingGeneratorCpuRatio: null,
      stealRatio: null,
      serverUtilisationRatio: null,
      settings: null,
      clientRequestCount: null,
      serverRequestCount: null,
      pollSlotCount: null,
      pollOverrunCount: null,
      loadedP99Us: null,
      probeP99Us: null,
    }
    assert.equal(judge({ ...good, ...unmeasured }).status, 'valid')
  })

  it('take the worst: invalid, unknown, tainted, valid', () => {
    const tainted = { acceptOverflowCount: 1 }
    const unknown = { expectedPairCount: 0 }
    assert.equal(judge({ ...good, ...tainted, ...unknown }).status, 'unknown')
    const all = judge({ ...good, ...tainted, ...unknown, negativeLatencyCount: 1 })
    assert.equal(all.status, 'invalid')
    assert.equal(all.reasons.length, 3)
  })

  it('hold what was not received against nobody while one of the machine or of the generator speaks, and else against the contender', () => {
    assert.equal(judge({ ...good, ...open() }).status, 'valid')
    // Of the server, or of the load that it could not bear.
    for (const facts of [{ serverRequestCount: 4_401 }, { pollOverrunCount: 101 }, { overduePairCount: 500 }, { acceptDropCount: 1 }])
      assert.equal(judge({ ...good, ...open(), ...facts }).status, 'tainted')
    const disturbances: [gate: string, Partial<GateFacts>][] = [
      ['publisher-lag', { publisherLagP99Us: 2_001 }],
      ['offered-rate', { publishedMessageCount: 9_899 }],
      ['generator-stall', generator({ stallMaxUs: 50_001 })],
      ['generator-utilisation', generator({ utilisationRatio: 0.701 })],
      ['client-queueing', { loadedP99Us: 2_001, probeP99Us: 1_000 }],
      ['hiccup', { hiccups: [{ cpu: 1, maxUs: 20_001 }] }],
      ['competing-load', { competingServerCpuRatio: 0.301 }],
      ['steal', { stealRatio: 0.0101 }],
      ['generator-fault', { clientFailures: { localPortsExhausted: 1 } }],
    ]
    for (const [gate, facts] of disturbances) {
      const found = judge({ ...good, ...open(), ...facts })
      assert.equal(found.status, 'invalid', gate)
      const { message } = found.reasons.find((reason) => reason.gate === 'not-received')!
      assert.match(message, new RegExp(`, and ${gate} found the machine or the generator unfit: nobody is blamed`))
    }
  })

  it('say what may have kept a delivery from coming', () => {
    assert.equal(
      messageFor({ ...open({ stallMaxUs: 812_300, competingServerCpuRatio: 0.5 }), awayPairCount: 1, hasFaults: true }),
      '1 of 10000 deliveries had neither come nor been passed by anything later when the drain ended, and in the drain the generator stood still for 812.3 ms; in the drain other processes used 50.0 % of the processors of the server, at most 30.0 % is allowed; the clients of 1 of them were not back from a planned fault: nobody is blamed for them, run it again',
    )
  })

  it('name the figures, the limit, the process and whose fault it was', () => {
    assert.equal(
      messageFor({ subscribedClientCount: 850, clientFailures: { refused: 50, localPortsExhausted: 100, reset: 0 } }),
      'asked for 1000 clients, 850 subscribed; faults: refused 50, localPortsExhausted 100 (of the generator, not of the server)',
    )
    assert.equal(messageFor({ subscribedClientCount: 999 }), 'asked for 1000 clients, 999 subscribed; no fault was recorded')
    assert.equal(messageFor(generator({ stallMaxUs: 512_300 })), 'client host 1 stood still for 512.3 ms, at most 50.0 ms is allowed')
    assert.equal(
      messageFor(generator({ utilisationRatio: 0.95 })),
      'the event loop of client host 1 was busy for 95.0 %, at most 70.0 % is allowed',
    )
    assert.equal(messageFor({ serverRequestCount: 4_401 }), 'clients counted 4400 requests, the server 4401')
    assert.equal(
      messageFor({
        hiccups: [
          { cpu: 0, maxUs: 4_000 },
          { cpu: 3, maxUs: 31_400 },
        ],
      }),
      'processor 3 let a waking thread wait for 31.4 ms, at most 20.0 ms is allowed',
    )
    assert.equal(
      messageFor({ competingServerCpuRatio: 0.5, competingGeneratorCpuRatio: 0.62 }),
      'other processes used 50.0 % of the processors of the server and 62.0 % of the processors of publisher and client hosts, at most 30.0 % is allowed',
    )
    assert.equal(
      messageFor({ clientFailures: { timedOut: 2, reset: 9 } }),
      'the generator failed by itself (timedOut 2): these are no errors of the server',
    )
    assert.equal(
      messageFor(settings({ delayedSocketCount: 4, noDelaySocketCount: 12 })),
      'the server runs with settings of its own: 4 of 16 sockets are without TCP_NODELAY',
    )
  })

  it('say which side a saturated trial was bound by', () => {
    const saturated = { overduePairCount: 500 }
    assert.equal(
      messageFor({ ...saturated, serverUtilisationRatio: 0.98 }),
      '500 of 10000 deliveries were overdue when the window closed, at most 0.1 % is allowed; server-bound: its event loop was busy for 98.0 %. Its latencies and its costs per second are not compared',
    )
    const both = judge({ ...good, ...saturated, ...generator({ utilisationRatio: 0.95 }) })
    assert.equal(both.status, 'invalid')
    assert.match(
      both.reasons.find(({ gate }) => gate === 'saturated')!.message,
      /; client-bound: the event loop of client host 1 was busy for 95.0 %\./,
    )
    assert.match(
      messageFor({ ...saturated, serverUtilisationRatio: 0.9 })!,
      /; no event loop was busy for more than 90\.0 %, the most that of the server with 90\.0 %\./,
    )
    const late = judge({ ...good, ...generator({ utilisationRatio: 0.95, stallP99Us: 131_000 }) })
    assert.match(
      late.reasons.find(({ gate }) => gate === 'saturated')!.message,
      /^the event loop of client host 1 was 131\.0 ms late at p99, at most 100\.0 ms is allowed; client-bound: /,
    )
  })

  it('count as overdue what came after the window and had been due 250 ms and a poll interval before its end', () => {
    const untilAtUs = 10_000_000
    const dueAtUs = [9_749_999, 9_749_999, 9_750_000, 7_749_999]
    const receivedAtUs = Float64Array.from([9_999_999, 10_000_000, 12_000_000, 10_000_001])
    const outcome = { receivedAtUs, latenciesUs: receivedAtUs.map((atUs, index) => atUs - dueAtUs[index]!) }
    assert.equal(overduePairCount(outcome, untilAtUs, 0), 2)
    assert.equal(overduePairCount(outcome, untilAtUs, 2_000), 1)
    assert.equal(overduePairCount(outcome, untilAtUs, 2_001), 0)
  })
})

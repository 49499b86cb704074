import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { families, type Family } from '../../src/core/family.ts'
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
  windowUs: 10_000_000,
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
  quota: null,
  acceptOverflowCount: 0,
  acceptDropCount: 0,
  clientFailures: {},
  settings: { noDelaySocketCount: 16, delayedSocketCount: 0, keepAliveTimeoutMs: 72_000, backlog: 4_096, compressedCount: 0 },
  askedBacklog: 4_096,
  mayCompress: false,
  faults: [],
  missingClients: [],
  heldClientCount: 1_000,
  unservedClients: [],
  descriptorTables: [],
}

/** A server whose table has room for 200, and 300 clients that were asked for, but for what is said otherwise. */
const table = (own: Partial<GateFacts['descriptorTables'][number]>): Partial<GateFacts> => ({
  descriptorTables: [{ name: 'the server', limitCount: 200, peakCount: 200, ownCount: 24, connectionCount: 300, ...own }],
})

/** A server that was killed 1 s into the window, to be away for 1 s, but for what is said otherwise. */
const fault = (own: Partial<GateFacts['faults'][number]>): Partial<GateFacts> => ({
  faults: [
    {
      kind: 'server-kill',
      plannedAtMs: 1_000,
      startMs: 1_000,
      endMs: 2_000,
      reachedCount: null,
      plannedMs: 1_000,
      plannedCount: null,
      reasons: {},
      ...own,
    },
  ],
})

const settings = (own: Partial<NonNullable<GateFacts['settings']>>): Partial<GateFacts> => ({ settings: { ...good.settings!, ...own } })

const generator = (figures: { stallMaxUs?: number; stallP99Us?: number; utilisationRatio?: number }): Partial<GateFacts> => ({
  generators: [good.generators[0]!, { name: 'client host 1', stallMaxUs: null, stallP99Us: null, utilisationRatio: null, ...figures }],
})

/** One delivery that had not come when a drain ended in which nothing was disturbed but this. */
const open = (figures: Partial<NonNullable<GateFacts['drain']>> = {}): Partial<GateFacts> => ({
  notReceivedPairCount: 1,
  drain: { stallMaxUs: 4_000, competingServerCpuRatio: 0.1, competingGeneratorCpuRatio: 0.1, stealRatio: 0, ...figures },
})

/** A group with half a processor, in the measured window. */
const stalled = (stalledPeriodCount: number): Partial<GateFacts> => ({
  quota: { cpuCount: 0.5, periodCount: 1_000, stalledPeriodCount, stalledUs: 1_234_500 },
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
  ['clients-missing', 'invalid', { clientFailures: { refused: 3 } }, { subscribedClientCount: 999, heldClientCount: 999 }],
  ['held-mismatch', 'tainted', { heldClientCount: null }, { heldClientCount: 999 }],
  ['held-mismatch', 'tainted', { heldClientCount: 1_000 }, { heldClientCount: 1_001 }],
  ['descriptors-full', 'tainted', table({ peakCount: 198 }), table({ peakCount: 199 })],
  // One that is full although all clients would fit closes nothing: that is its own doing.
  ['descriptors-full', 'tainted', table({ connectionCount: 176 }), table({ connectionCount: 177 })],
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
  ['saturated', 'unranked', { expectedPairCount: 100_000, overduePairCount: 100 }, { expectedPairCount: 100_000, overduePairCount: 101 }],
  [
    'saturated',
    'unranked',
    { serverUtilisationRatio: 0.91, serverStallP99Us: 100_000 },
    { serverUtilisationRatio: 0.91, serverStallP99Us: 100_001 },
  ],
  // A server that was stopped is late and not busy: its latencies are what a reader is to see.
  [
    'saturated',
    'unranked',
    { serverUtilisationRatio: 0.9, serverStallP99Us: 900_000 },
    { serverUtilisationRatio: 0.901, serverStallP99Us: 900_000 },
  ],
  ['hiccup', 'tainted', { hiccups: [{ cpu: 1, maxUs: 20_000 }] }, { hiccups: [{ cpu: 1, maxUs: 20_001 }] }],
  ['competing-load', 'tainted', { competingServerCpuRatio: 0.3 }, { competingServerCpuRatio: 0.301 }],
  ['competing-load', 'tainted', { competingGeneratorCpuRatio: 0.3 }, { competingGeneratorCpuRatio: 0.301 }],
  ['competing-load', 'tainted', { competingGeneratorCpuRatio: null }, { competingServerCpuRatio: null, competingGeneratorCpuRatio: 0.5 }],
  ['steal', 'tainted', { stealRatio: 0.01 }, { stealRatio: 0.0101 }],
  ['no-lock', 'tainted', { hasLock: true }, { hasLock: false }],
  ['processor-quota', 'tainted', stalled(0), stalled(1)],
  ['generator-fault', 'tainted', { clientFailures: { refused: 3 } }, { clientFailures: { localPortsExhausted: 1 } }],
  ['generator-fault', 'tainted', { clientFailures: { clientEMFILE: 0 } }, { clientFailures: { clientEMFILE: 1 } }],
  ['generator-fault', 'tainted', { clientFailures: { reset: 1 } }, { clientFailures: { clientENOBUFS: 1 } }],
  ['not-received', 'invalid', open({ stallMaxUs: 50_000 }), open({ stallMaxUs: 50_001 })],
  ['not-received', 'invalid', open({ competingServerCpuRatio: 0.3 }), open({ competingServerCpuRatio: 0.301 })],
  ['not-received', 'invalid', open({ competingGeneratorCpuRatio: null }), open({ competingGeneratorCpuRatio: 1 })],
  ['not-received', 'invalid', open({ stealRatio: 0.01 }), open({ stealRatio: 0.0101 })],
  ['not-received', 'invalid', { ...open(), awayPairCount: 1 }, { ...open(), awayPairCount: 1, hasFaults: true }],
  ['not-received', 'invalid', { ...open(), hasFaults: true }, { ...open(), awayPairCount: 1, hasFaults: true, drain: null }],
  // A poll that is left unanswered beyond its deadline is the server's.
  [
    'generator-fault',
    'tainted',
    { clientFailures: { serverSilent: 1, timedOut: 9 } },
    { clientFailures: { timedOut: 9, clientEMFILE: 1 } },
  ],
  ['fault-off-plan', 'unranked', fault({ endMs: 2_250 }), fault({ endMs: 2_251 })],
  ['fault-off-plan', 'unranked', fault({ endMs: 1_750 }), fault({ endMs: 1_749 })],
  ['fault-off-plan', 'unranked', fault({ plannedMs: 20, endMs: 1_030 }), fault({ plannedMs: 20, endMs: 1_030.1 })],
  ['fault-off-plan', 'unranked', fault({ plannedMs: null, startMs: 1_250 }), fault({ plannedMs: null, startMs: 1_251 })],
  [
    'fault-off-plan',
    'unranked',
    fault({ plannedMs: 4_000, startMs: 2_000, endMs: 6_000 }),
    fault({ plannedMs: 4_000, startMs: 2_001, endMs: 6_001 }),
  ],
  ['fault-off-plan', 'unranked', fault({ plannedCount: 100, reachedCount: 75 }), fault({ plannedCount: 100, reachedCount: 74 })],
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
  ['competing-load', { competingServerCpuRatio: 0.6 }, { competingServerCpuRatio: 0.601 }],
  ['competing-load', { competingGeneratorCpuRatio: 0.6 }, { competingGeneratorCpuRatio: 0.601 }],
  ['processor-quota', stalled(50), stalled(51)],
]

/** Facts as a test's name tells them: of several generators only the one that differs. */
const told = ({ generators, ...facts }: Partial<GateFacts>): string => JSON.stringify(generators?.[1] ?? facts).replaceAll('"', '')

const statusesOf = (facts: Partial<GateFacts>): [gate: string, status: string][] =>
  judge({ ...good, ...facts }).reasons.map(({ gate, status }) => [gate, status])

const messageFor = (facts: Partial<GateFacts>): string | undefined => judge({ ...good, ...facts }).reasons[0]?.message

describe('gates', () => {
  it('let a good trial pass', () => {
    assert.deepEqual(judge(good), { status: 'valid', reasons: [] })
  })

  for (const [gate, status, below, above] of edges) {
    it(`${gate}: passes ${told(below)} and is ${status} at ${told(above)}`, () => {
      assert.deepEqual(statusesOf(below), [])
      assert.deepEqual(statusesOf(above), [[gate, status]])
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
      assert.deepEqual(statusesOf(below), [[gate, 'tainted']])
      assert.deepEqual(statusesOf(above), [[gate, 'invalid']])
    })
  }

  it('are each shown to fail', () => {
    const shown = new Set([...edges.map(([gate]) => gate), 'machine-busy'])
    assert.deepEqual([...shown].sort(), gates.map(({ gate }) => gate).sort())
  })

  it('name the families of figures that they spoil', () => {
    const found: Record<string, Family[]> = Object.fromEntries(
      [...edges, ...grades.map(([gate, below, above]) => [gate, '', below, above] as const)].flatMap(([gate, , , above]) =>
        judge({ ...good, ...above }).reasons.map((reason) => [gate, reason.families!]),
      ),
    )
    const time: Family[] = ['latency', 'cpu', 'connecting']
    const ofTheWindow: Family[] = ['latency', 'cpu', 'throughput']
    for (const gate of ['competing-load', 'steal', 'hiccup', 'processor-quota', 'no-lock']) assert.deepEqual(found[gate], time, gate)
    for (const gate of ['saturated', 'offered-rate', 'poll-overrun', 'generator-utilisation'])
      assert.deepEqual(found[gate], ofTheWindow, gate)
    for (const gate of ['publisher-lag', 'generator-stall', 'client-queueing']) assert.deepEqual(found[gate], ['latency'], gate)
    assert.deepEqual(found['generator-fault'], families)
    assert.deepEqual([found['accept-overflow'], found['count-mismatch']], [['connecting'], ['throughput']])
    assert.deepEqual(found['fault-off-plan'], [...ofTheWindow, 'counts'])
    const whole = [
      'held-mismatch',
      'descriptors-full',
      'interrupted',
      'clients-missing',
      'negative-latency',
      'ledger-not-exercised',
      'published-early',
      'schedule-unmet',
      'unequal-settings',
    ]
    for (const gate of whole) assert.deepEqual(found[gate], families, gate)
  })

  it('let a stall of the generator spoil what the window carried when it was long', () => {
    const familiesAt = (stallMaxUs: number) => judge({ ...good, ...generator({ stallMaxUs }) }).reasons[0]!.families
    assert.deepEqual(familiesAt(500_000), ['latency'])
    assert.deepEqual(familiesAt(500_001), ['latency', 'cpu', 'throughput'])
  })

  it('make a trial invalid, or unknown, when no family counts, and tainted when one does', () => {
    assert.equal(judge({ ...good, negativeLatencyCount: 1 }).status, 'invalid')
    assert.equal(judge({ ...good, expectedPairCount: 499 }).status, 'unknown')
    for (const some of [{ competingServerCpuRatio: 0.9 }, { publisherLagMaxUs: 900_000 }, stalled(900), { overduePairCount: 5_000 }])
      assert.equal(judge({ ...good, ...some }).status, 'tainted', JSON.stringify(some))
  })

  for (const [gate, speaking] of [
    ['competing-load', { competingServerCpuRatio: 0.31 }],
    ['hiccup', { hiccups: [{ cpu: 0, maxUs: 21_000 }] }],
    ['steal', { stealRatio: 0.02 }],
    ['processor-quota', stalled(1)],
  ] as const) {
    it(`machine-busy: takes the place of saturated while ${gate} speaks`, () => {
      for (const behind of [{ overduePairCount: 5_000 }, { serverUtilisationRatio: 0.98, serverStallP99Us: 150_000 }]) {
        const { status, reasons } = judge({ ...good, ...behind, ...speaking })
        assert.equal(status, 'tainted')
        assert.deepEqual(
          reasons.map((reason) => reason.gate),
          [gate, 'machine-busy'],
        )
        const [, busy] = reasons
        assert.deepEqual([busy!.status, busy!.owner, busy!.families], ['invalid', 'machine', ['latency', 'cpu', 'throughput']])
        assert.ok(busy!.message.startsWith(`the machine was busy (${gate}): `), busy!.message)
        assert.match(busy!.message, /This says nothing about the contender; run it again /)
        assert.doesNotMatch(busy!.message, /-bound/)
      }
    })
  }

  it('machine-busy: is silent where the trial kept up', () => {
    assert.deepEqual(statusesOf({ competingServerCpuRatio: 0.31 }), [['competing-load', 'tainted']])
  })

  it('name the quota alone where it let the trial stand still: a thread that waited meanwhile is no sign of the machine', () => {
    const hiccups = [{ cpu: 0, maxUs: 90_000 }]
    const { reasons } = judge({ ...good, hiccups, ...stalled(410) })
    assert.deepEqual(
      reasons.map(({ gate, status, message }) => [gate, status, message]),
      [
        [
          'processor-quota',
          'invalid',
          'the CPU quota of the control group (0.5 CPUs) was used up in 410 of 1000 periods, and the trial was throttled for 1234.5 ms, summed over CPUs: raise the quota',
        ],
      ],
    )
    assert.deepEqual(statusesOf({ hiccups, ...stalled(0) }), [['hiccup', 'tainted']])
  })

  it("polls that overrun and connections that are dropped are the server's, unless the machine or the generator was disturbed", () => {
    const ownersFor = (disturbance: Partial<GateFacts>) =>
      judge({ ...good, pollOverrunCount: 101, acceptOverflowCount: 1, acceptDropCount: 1, expectedPairCount: 499, ...disturbance })
        .reasons.filter(({ gate }) => ['ledger-not-exercised', 'accept-overflow', 'poll-overrun'].includes(gate))
        .map(({ owner }) => owner)
    assert.deepEqual(ownersFor({}), ['harness', 'server', 'server'])
    assert.deepEqual(ownersFor({ competingServerCpuRatio: 0.31 }), ['machine', 'machine', 'machine'])
    assert.deepEqual(ownersFor({ hiccups: [{ cpu: 0, maxUs: 20_001 }] }), ['machine', 'machine', 'machine'])
    assert.deepEqual(ownersFor(generator({ stallMaxUs: 250_001 })), ['generator', 'generator', 'generator'])
    assert.deepEqual(ownersFor(generator({ stallMaxUs: 50_001 })), ['harness', 'server', 'server'])
  })

  it('lay missing clients on the side that failed', () => {
    const ownerFor = (clientFailures: Record<string, number>) =>
      judge({ ...good, subscribedClientCount: 9, clientFailures }).reasons[0]!.owner
    assert.deepEqual([ownerFor({ refused: 991 }), ownerFor({ localPortsExhausted: 991 })], ['server', 'generator'])
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
      heldClientCount: null,
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
      assert.match(message, new RegExp(`, and ${gate} found the machine or the generator disturbed: the contender is not blamed`))
    }
  })

  it('say what may have kept a delivery from coming', () => {
    assert.equal(
      messageFor({ ...open({ stallMaxUs: 812_300, competingServerCpuRatio: 0.5 }), awayPairCount: 1, hasFaults: true }),
      '1 of 10000 deliveries had neither arrived nor been overtaken by a later one when the drain ended, and during the drain the generator stalled for 812.3 ms; during the drain other processes used 50.0 % of the CPUs of the server; at most 30.0 % is allowed; the clients of 1 of them had not reconnected after a planned fault: the contender is not blamed for them; run it again',
    )
  })

  it('name the figures, the limit, the process and whose fault it was', () => {
    assert.equal(
      messageFor({ subscribedClientCount: 850, heldClientCount: 850, clientFailures: { refused: 50, localPortsExhausted: 100, reset: 0 } }),
      'asked for 1000 clients, 850 subscribed; faults: refused 50, localPortsExhausted 100 (caused by the generator, not by the server)',
    )
    assert.equal(
      messageFor({ subscribedClientCount: 999, heldClientCount: 999, missingClients: [17] }),
      'asked for 1000 clients, 999 subscribed, missing: client 17; no fault was recorded',
    )
    const cut = { subscribedClientCount: 176, heldClientCount: 176, clientFailures: { reset: 124, timedOut: 3 } }
    assert.equal(messageFor(cut), 'asked for 1000 clients, 176 subscribed; faults: reset 124, timedOut 3 (left unanswered by the server)')
    assert.match(
      messageFor({ ...cut, ...table({}) })!,
      /; faults: reset 124 \(cut at the full descriptor table of the server, not by the server\), timedOut 3 /,
    )
    assert.equal(
      messageFor(table({})),
      'the server had 200 descriptors open and its limit is 200 (ulimit -n), but it needs 324: 24 of its own and 300 for clients. The limit cut the connections beyond it; these are not server errors',
    )
    assert.equal(
      messageFor({ heldClientCount: 600, unservedClients: [3, 7, 8, 9, 12, 20, 21, 30, 40, 50] }),
      '1000 clients report being subscribed, but the server holds 600; no message reached clients 3, 7 to 9, 12, 20 to 21, 30 and 2 more; figures per client count the 600',
    )
    assert.equal(
      messageFor({ heldClientCount: 600 }),
      '1000 clients report being subscribed, but the server holds 600; which ones are missing is unknown; figures per client count the 600',
    )
    assert.equal(
      messageFor({ heldClientCount: 2_000 }),
      '1000 clients report being subscribed, but the server holds 2000; figures per client count the 1000',
    )
    assert.equal(messageFor(generator({ stallMaxUs: 512_300 })), 'client host 1 stalled for 512.3 ms; at most 50.0 ms is allowed')
    assert.equal(
      messageFor(generator({ utilisationRatio: 0.95 })),
      'the event loop of client host 1 was busy for 95.0 % of the time; at most 70.0 % is allowed',
    )
    assert.equal(messageFor({ serverRequestCount: 4_401 }), 'clients counted 4400 requests, but the server counted 4401')
    assert.equal(
      messageFor({
        hiccups: [
          { cpu: 0, maxUs: 4_000 },
          { cpu: 3, maxUs: 31_400 },
        ],
      }),
      'the OS delayed a ready thread by 31.4 ms on CPU 3; at most 20.0 ms is allowed',
    )
    assert.equal(
      messageFor({ competingServerCpuRatio: 0.5, competingGeneratorCpuRatio: 0.62 }),
      'other processes used 50.0 % of the CPUs of the server and 62.0 % of the CPUs of publisher and client hosts; at most 30.0 % is allowed',
    )
    assert.equal(
      messageFor({ clientFailures: { localPortsExhausted: 2, timedOut: 4, reset: 9 } }),
      'the generator ran out of local resources (localPortsExhausted 2): these are not server errors',
    )
    assert.equal(
      messageFor(fault({ endMs: 4_400 })),
      'server-kill at 1.0 s: it lasted 3.4 s where 1.0 s was planned; at most 25.0 % is allowed: the other trials had a different fault, and the figures that it affects are not ranked',
    )
    assert.equal(
      messageFor(settings({ delayedSocketCount: 4, noDelaySocketCount: 12 })),
      'the server settings differ from those of the others: 4 of 16 sockets lack TCP_NODELAY',
    )
  })

  it('say which side a saturated trial was bound by', () => {
    const saturated = { overduePairCount: 500 }
    assert.equal(
      messageFor({ ...saturated, serverUtilisationRatio: 0.98 }),
      '500 of 10000 deliveries were overdue when the window closed; at most 0.1 % is allowed; server-bound: its event loop was busy for 98.0 % of the time. The figures of the window are not ranked',
    )
    const both = judge({ ...good, ...saturated, ...generator({ utilisationRatio: 0.95 }) })
    assert.match(
      both.reasons.find(({ gate }) => gate === 'saturated')!.message,
      /; client-bound: the event loop of client host 1 was busy for 95.0 % of the time\./,
    )
    // One cause for one trial: a server that was busy too is not named beside a generator that could not do more.
    const together = judge({ ...good, ...saturated, serverUtilisationRatio: 0.98, ...generator({ utilisationRatio: 0.95 }) })
    assert.doesNotMatch(together.reasons.find(({ gate }) => gate === 'saturated')!.message, /server-bound/)
    const frozen = judge({ ...good, ...saturated, serverUtilisationRatio: 0.98, ...generator({ stallMaxUs: 900_000 }) })
    assert.match(
      frozen.reasons.find(({ gate }) => gate === 'saturated')!.message,
      /; client-bound: the generator was disturbed \(generator-stall\)\./,
    )
    assert.match(
      messageFor({ ...saturated, serverUtilisationRatio: 0.9 })!,
      /; no event loop was busy for more than 90\.0 % of the time; the busiest was that of the server with 90\.0 %\./,
    )
    const late = judge({ ...good, ...generator({ utilisationRatio: 0.95, stallP99Us: 131_000 }) })
    assert.match(
      late.reasons.find(({ gate }) => gate === 'saturated')!.message,
      /^the event loop of client host 1 was 131\.0 ms late at p99; at most 100\.0 ms is allowed; client-bound: /,
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

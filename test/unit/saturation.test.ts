import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { studyExitCodeOf } from '../../src/cli/outcome.ts'
import type { GateResult, ResultDocument, TrialResult } from '../../src/core/result.ts'
import type { Scenario } from '../../src/core/scenario.ts'
import { studySchema, type StudyDocument } from '../../src/core/study-result.ts'
import { contenderOf } from '../../src/core/transports/registry.ts'
import { deliveriesInTimePerSecond, loadOf } from '../../src/metrics/saturation.ts'
import { limitLines } from '../../src/report/study/load-table.ts'
import { fullStudyTerminalReport } from '../../src/report/study/terminal-full.ts'
import { studyHtml } from '../../src/report/html.ts'
import { studyMarkdown } from '../../src/report/markdown.ts'
import { StudyRecord } from '../../src/run/study-record.ts'
import { trialOf } from './metrics-trial.ts'
import { fourContenders, madeUpDocument } from '../golden/fixture-document.ts'

/** Everybody speaks every 5 s, all hear it: N × N / 5 deliveries a second. */
const expectedAt = (clientCount: number): number => clientCount ** 2 / 5

const saturation: GateResult = {
  gate: 'saturated',
  status: 'unranked',
  families: ['latency', 'cpu', 'throughput'],
  owner: 'server',
  message: 'half of the deliveries were overdue',
}

/** A trial that was asked for 128,000 deliveries/s for 8 s, of which 64,000/s came in time. */
function overloaded(trial: TrialResult, status: 'tainted' | 'invalid', isServer: boolean): TrialResult {
  const due = expectedAt(800) * 8
  const busy = <Process extends { loop: TrialResult['server']['loop'] }>(process: Process): Process => ({
    ...process,
    loop: { ...process.loop, utilisationRatio: 0.99 },
  })
  return {
    ...trial,
    ledger: { ...trial.ledger, expectedCount: due, deliveredCount: due - 1_000, lostCount: 1_000, censoredCount: 1_000 },
    overdueCount: due / 2 - 1_000,
    server: isServer ? busy(trial.server) : trial.server,
    generator: isServer ? trial.generator : trial.generator.map((one) => (one.role === 'client-host' ? busy(one) : one)),
    validity: { status, reasons: [saturation] },
  }
}

const scenario = {
  title: 'Everyone speaks',
  question: 'Who gives in first?',
  clientCount: 100,
  traffic: { pattern: 'broadcast', sender: 'clients', arrivals: 'constant', messagesPerSecondPerChannel: 20, messageBytes: 128 },
  contenders: fourContenders,
  phases: { warmUpMs: 0, measuredMs: 8_000 },
  blockCount: 2,
  seed: 7,
  matters: {},
  limits: {},
} as unknown as Scenario

/** Two points; at 800 clients the contenders named are overloaded. */
function study(change: (trial: TrialResult) => TrialResult): StudyDocument {
  const axis = { path: 'clientCount', label: 'Clients', unit: '' as const, values: [100, 800] }
  const record = new StudyRecord({
    kind: 'sweep',
    name: 'everyone-speaks',
    scenario,
    sources: {},
    startedAt: '2026-01-02T03:04:05.000Z',
    axes: [axis],
    estimatedSeconds: 60,
    warnings: [],
  })
  const points = axis.values.map((clientCount) => {
    const messagesPerSecondPerChannel = clientCount / 5
    const contenders = scenario.contenders.map(({ transport }) => contenderOf(transport))
    const at = { ...scenario, contenders, clientCount, traffic: { ...scenario.traffic, messagesPerSecondPerChannel } }
    return record.plan([clientCount], { 'traffic.messagesPerSecondPerChannel': messagesPerSecondPerChannel }, at)
  })
  const runs: ResultDocument[] = [madeUpDocument({ blockCount: 2 }), madeUpDocument({ blockCount: 2, change })]
  for (const [at, point] of points.entries()) {
    record.begin(point, `points/0${at + 1}`)
    record.end(point, runs[at]!)
  }
  return studySchema.parse(record.whole())
}

/** Stream and socket at the server's limit, still counted; long polls at that of a client host, and invalid. */
const overload = (trial: TrialResult): TrialResult => {
  if (trial.contender === 'short-poll') return trial
  return trial.contender === 'long-poll' ? overloaded(trial, 'invalid', false) : overloaded(trial, 'tainted', true)
}

suite('what came in time', () => {
  test('is delivered less overdue, per second of the measured window', () => {
    const trial = overloaded(madeUpDocument({ blockCount: 1 }).trials[0]!, 'tainted', true)
    assert.equal(deliveriesInTimePerSecond(trial), 64_000)
    const { deliveriesPerSecond, reasons } = loadOf({ ...trial, phases: [], schedule: null })
    assert.deepEqual([deliveriesPerSecond, reasons], [null, { deliveriesPerSecond: 'the trial has no measured window' }])
  })

  test('is reported with its cause: of processes at their limit only those of that side', () => {
    const [trial] = madeUpDocument({ blockCount: 1 }).trials
    const both = overloaded(overloaded(trial!, 'tainted', true), 'tainted', false)
    assert.deepEqual([loadOf(both).cause, loadOf(both).boundBy], ['generator', ['client host 1']])
    const competing: GateResult = { gate: 'competing-load', status: 'tainted', families: ['latency'], owner: 'machine', message: '31 %' }
    const busy = { ...both, validity: { status: 'tainted' as const, reasons: [competing, { ...saturation, gate: 'machine-busy' }] } }
    assert.deepEqual([loadOf(busy).cause, loadOf(busy).boundBy, loadOf(busy).isSaturated], ['machine', [], true])
  })

  test('is reported with the processes that were at their limit; one that was not measured is none of them', () => {
    const [trial] = madeUpDocument({ blockCount: 1 }).trials
    assert.deepEqual(loadOf(overloaded(trial!, 'tainted', true)).boundBy, ['server'])
    assert.deepEqual(loadOf(overloaded(trial!, 'tainted', false)).boundBy, ['client host 1'])
    assert.deepEqual([loadOf(trial!).isSaturated, loadOf(trial!).boundBy], [false, []])
    assert.deepEqual(loadOf(trialOf({ contender: 'sse', block: 0 })).boundBy, [])
  })
})

suite('a study in which a load was too much', () => {
  const document = study(overload)
  const [small, large] = document.points

  test('expects N × N / 5 deliveries a second', () => {
    assert.deepEqual(
      document.points.map(({ expectedDeliveriesPerSecond }) => expectedDeliveriesPerSecond),
      [2_000, 128_000],
    )
  })

  test('ranks nothing that the window measured: no latency, no processor time, and no bytes or requests of messages that came together', () => {
    const row = large!.rows.find(({ contender }) => contender === 'sse')!
    assert.equal(row.countedTrialCount, 2)
    const ofTheWindow = [
      'deliveryLatencyP50',
      'deliveryLatencyP99',
      'serverCpu',
      'serverCpuPerDelivery',
      'requestsPerSecond',
      'requestsPerDelivery',
      'wireBytesPerDelivery',
      'applicationBytesPerDelivery',
    ] as const
    for (const metric of ofTheWindow) {
      assert.deepEqual([row.metrics[metric]!.values, row.metrics[metric]!.median], [[], null], metric)
      assert.match(row.metrics[metric]!.reasons['median']!, /saturated: /)
    }
    // What was measured before the window, and what was lost in it, is as true as ever.
    for (const metric of ['serverMemoryPerClient', 'serverDescriptorsPerClient', 'timeToSubscribedP99', 'lostRatio'] as const)
      assert.equal(row.metrics[metric]!.values.length, 2, metric)
    assert.equal(small!.rows.find(({ contender }) => contender === 'sse')!.metrics.serverCpu!.values.length, 2)
    // Of each pair with a saturated contender one point is left, which is no line.
    const ranked = document.breakEven.filter(({ metric }) => metric === 'deliveryLatencyP99')
    assert.deepEqual(ranked, [])
  })

  test('says so in all three reports, with the process, what came and what was expected', async () => {
    assert.deepEqual(limitLines(document), [
      'At clients 800: long-poll saturated in 2 of 2 trials (client host 1 at the limit); sse saturated in 2 of 2 trials (server at the limit); websocket saturated in 2 of 2 trials (server at the limit). Saturated contenders are not ranked in latency, CPU and throughput there.',
    ])
    const terminal = fullStudyTerminalReport(document, { columns: 100, colour: false }).replaceAll(/\s+/g, ' ')
    for (const text of [terminal, studyMarkdown(document), await studyHtml(document)]) {
      const plain = text.replaceAll(/<[^>]*>|\\/g, ' ').replaceAll(/\s+/g, ' ')
      assert.match(plain, /Deliveries\/s in time, of those expected/)
      assert.match(plain, /128,000/)
      assert.match(plain, /64,000/)
      assert.match(plain, /sse saturated in 2 of 2 trials \(server at the limit\)/)
    }
    assert.match(terminal, /not compared: saturated: it could not keep up with the load/)
  })

  test('is done: a load that is too much is what was asked; a trial that is invalid for another reason is not', () => {
    assert.equal(large!.rows.find(({ contender }) => contender === 'long-poll')!.countedTrialCount, 0)
    assert.equal(studyExitCodeOf(document), 0)
    const other = study((trial) =>
      trial.contender === 'long-poll'
        ? { ...trial, validity: { status: 'invalid', reasons: [{ gate: 'clients-missing', status: 'invalid', message: 'made up' }] } }
        : trial,
    )
    assert.equal(studyExitCodeOf(other), 5)
    // One block of two for another reason, and none counted: nothing was found.
    const mixed = study((trial) =>
      trial.contender !== 'long-poll'
        ? trial
        : trial.block === 0
          ? overloaded(trial, 'invalid', false)
          : { ...trial, validity: { status: 'invalid', reasons: [{ gate: 'clients-missing', status: 'invalid', message: 'made up' }] } },
    )
    assert.equal(studyExitCodeOf(mixed), 5)
  })

  test('says of one that kept up that a process had no room left, and has nothing to say where all had', () => {
    const busy = study((trial) => {
      const { validity: _, overdueCount: __, ...rest } = overloaded(trial, 'tainted', false)
      return trial.contender === 'sse' ? { ...trial, generator: rest.generator } : trial
    })
    assert.deepEqual(limitLines(busy), ['At clients 800: sse kept up (client host 1 at the limit).'])
    assert.deepEqual(limitLines(study((trial) => trial)), [])
  })
})

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { exitCodeOf } from '../../src/cli/outcome.ts'
import { families, type Family } from '../../src/core/family.ts'
import { metricIds, metrics, type MetricId } from '../../src/core/metric.ts'
import type { GateResult, ResultDocument, TrialResult } from '../../src/core/result.ts'
import type { Workload } from '../../src/advisor/model/workload.ts'
import { figuresOf } from '../../src/advisor/profile/measure-point.ts'
import { gates } from '../../src/metrics/gates.ts'
import { metricValue, whyNoValue } from '../../src/metrics/metric-value.ts'
import { compareResults } from '../../src/metrics/result-comparison.ts'
import { loadOf } from '../../src/metrics/saturation.ts'
import { causeOf, counts, isCounted, isWhyOut } from '../../src/metrics/validity.ts'
import { csvReport } from '../../src/report/csv.ts'
import { markdownReport } from '../../src/report/markdown.ts'
import { fullTerminalReport } from '../../src/report/terminal-full.ts'
import { tiers, winnerOf } from '../../src/report/verdicts.ts'
import { busyMachineText } from '../../src/run/result-builder.ts'
import { outcomeOf } from '../../src/run/search-steps.ts'
import { madeUpDocument, type DocumentAsk } from '../golden/fixture-document.ts'
import { machine } from '../helpers/two-runs.ts'

/** A finding as its gate makes it. */
function finding(gate: string, status: GateResult['status'], own: Partial<GateResult> = {}): GateResult {
  const { families: named, owner } = gates.find((entry) => entry.gate === gate)!
  return { gate, status, families: [...named], owner, message: `${gate} was made up`, ...own }
}

const judgedBy = (...reasons: GateResult[]) => ({ validity: { status: 'tainted' as const, reasons } })

const busy = finding('competing-load', 'invalid')
const behind = [finding('competing-load', 'tainted'), finding('machine-busy', 'invalid')]
const saturated = finding('saturated', 'unranked')

/** Documents of the two streams in which every trial of sse has these findings. */
function documentOf(reasons: readonly GateResult[], ask: DocumentAsk = {}, change: (trial: TrialResult) => TrialResult = (trial) => trial) {
  const labels = ['sse', 'websocket'].map((transport) => ({ label: transport, transport }))
  return madeUpDocument({
    labels,
    ...ask,
    change: (trial) => (trial.contender === 'sse' ? change({ ...trial, ...judgedBy(...reasons) }) : trial),
  })
}

function rowOf({ summary }: ResultDocument, label = 'sse'): ResultDocument['summary'][number] {
  return summary.find(({ contender }) => contender === label)!
}

/** The metrics of a contender that have a value, and those that a gate keeps out. */
function metricsWith(document: ResultDocument): { valued: MetricId[]; out: MetricId[] } {
  const row = rowOf(document)
  const ids = metricIds.filter((id) => row.metrics[id] !== undefined)
  return {
    valued: ids.filter((id) => row.metrics[id]!.values.length > 0),
    out: ids.filter((id) => row.metrics[id]!.values.length === 0 && isWhyOut(row.metrics[id]!.reasons['median'] ?? '')),
  }
}

const familiesOfMetrics = (ids: readonly MetricId[]): Set<Family> => new Set(ids.map((id) => metrics[id].family))

describe('what counts of a trial', () => {
  it('is every family but those that an invalid or unknown finding names; limits are judged by unranked ones too', () => {
    const trial = judgedBy(busy, saturated)
    assert.deepEqual(
      families.map((family) => counts(trial, family)),
      [false, false, false, true, true, false],
    )
    assert.deepEqual(
      families.map((family) => counts(trial, family, 'limits')),
      [false, false, true, true, true, false],
    )
    assert.ok(families.every((family) => counts(judgedBy(finding('competing-load', 'tainted')), family)))
  })

  it('is nothing of a trial that is invalid or unknown, whatever its reasons are', () => {
    for (const status of ['invalid', 'unknown'] as const) {
      const trial = { validity: { status, reasons: [] } }
      assert.ok(!isCounted(trial))
      assert.ok(families.every((family) => !counts(trial, family, 'limits')))
    }
  })

  it('is in a result of an earlier version what it was: a saturated trial had its latency left out, and a tainted one nothing', () => {
    const told = (gate: string) => judgedBy({ gate, status: 'tainted', message: 'made up' })
    assert.deepEqual([counts(told('saturated'), 'latency'), counts(told('saturated'), 'memory')], [false, true])
    assert.ok(counts(told('saturated'), 'latency', 'limits'))
    assert.ok(families.every((family) => counts(told('hiccup'), family)))
  })

  it('says why a figure does not count, in words that cannot be taken for a figure that was not measured', () => {
    const [trial] = madeUpDocument({ blockCount: 1 }).trials
    const spoilt = { ...trial!, ...judgedBy(busy) }
    assert.equal(metricValue(spoilt, 'serverCpu'), null)
    assert.equal(whyNoValue(spoilt, 'serverCpu'), 'competing-load: other processes used its CPUs')
    assert.ok(isWhyOut(`block 1: ${whyNoValue(spoilt, 'serverCpu')}`))
    assert.ok(!isWhyOut('not resolvable: needs 400 samples'))
    // Who was late because others had the processors is not the one to name.
    const late = { ...trial!, ...judgedBy(finding('publisher-lag', 'invalid'), busy) }
    assert.equal(whyNoValue(late, 'deliveryLatencyP99'), 'competing-load: other processes used its CPUs')
    assert.notEqual(metricValue(spoilt, 'wireBytesPerDelivery'), null)
  })
})

describe('a contender that a busy machine was unkind to', () => {
  it('has no latency and no processor time, and keeps bytes, requests, descriptors, memory and losses', () => {
    const document = documentOf([busy], { ask: () => ({ lostRatio: 0.03 }) })
    const row = rowOf(document)
    const { valued, out } = metricsWith(document)
    assert.deepEqual(familiesOfMetrics(valued), new Set(['counts', 'throughput', 'memory']))
    assert.deepEqual(familiesOfMetrics(out), new Set(['latency', 'cpu', 'connecting']))
    assert.deepEqual([row.countedTrialCount, row.validity.tainted], [3, 3])
    assert.equal(row.ledger.expectedCount, rowOf(document, 'websocket').ledger.expectedCount)
    assert.equal(row.effectiveDeliveryCount, null)
    assert.equal(document.comparison.metrics.find(({ metric }) => metric === 'wireBytesPerDelivery')!.pairs.length, 1)
    for (const metric of ['deliveryLatencyP99', 'serverCpu'])
      assert.deepEqual(document.comparison.metrics.find((entry) => entry.metric === metric)!.pairs, [], metric)
  })

  it('has no figure of the window where it fell behind', () => {
    const { valued } = metricsWith(documentOf(behind))
    assert.deepEqual(familiesOfMetrics(valued), new Set(['counts', 'memory', 'connecting']))
  })

  it('is not named better for what it could not do: 2.7 times fewer bytes, since its chunks came together', () => {
    const leaner = (trial: TrialResult): TrialResult => {
      const { wirePerDeliveryBytes: wire, applicationPerDeliveryBytes: own } = trial.bytes
      return { ...trial, bytes: { ...trial.bytes, wirePerDeliveryBytes: wire! / 27, applicationPerDeliveryBytes: own! / 27 } }
    }
    const winners = (reasons: GateResult[]) => {
      const { comparison } = documentOf(reasons, { blockCount: 4 }, leaner)
      return comparison.metrics
        .filter(({ metric }) => metrics[metric].family === 'throughput')
        .flatMap(({ pairs }) => pairs.flatMap((pair) => winnerOf(pair) ?? []))
    }
    assert.ok(winners([]).includes('sse'))
    assert.ok(!winners(behind).includes('sse'))
    assert.ok(!winners([saturated]).includes('sse'))
  })

  it('ends a run with 0; with 5 where a limit is never judged, and where nothing of it counts', () => {
    assert.equal(exitCodeOf(documentOf([busy])), 0)
    assert.equal(exitCodeOf(documentOf([busy], { limits: { lostCount: 0 } })), 0)
    assert.equal(exitCodeOf(documentOf([busy], { limits: { deliveryLatencyP99Ms: 60_000 } })), 5)
    const whole = finding('clients-missing', 'invalid')
    const nothing = documentOf([], {}, (trial) => ({ ...trial, validity: { status: 'invalid', reasons: [whole] } }))
    assert.equal(exitCodeOf(nothing), 5)
  })

  it('breaks no latency limit by it, and a limit of losses all the same', () => {
    const limits = { lostCount: 0, deliveryLatencyP99Ms: 0.000_1 }
    const broken = (reasons: GateResult[]) =>
      documentOf(reasons, { limits, ask: () => ({ lostRatio: 0.001 }) })
        .comparison.limitBreaches.filter(({ contender }) => contender === 'sse')
        .map(({ limit }) => limit)
    assert.deepEqual(new Set(broken([busy])), new Set(['lostCount']))
    assert.deepEqual(new Set(broken(behind)), new Set(['lostCount']))
    // Who cannot keep up with its load on a quiet machine breaks its limits.
    assert.deepEqual(new Set(broken([saturated])), new Set(['lostCount', 'deliveryLatencyP99Ms']))
  })

  it('is compared with another run by the figures that count', () => {
    const of = (reasons: GateResult[], factor: number): ResultDocument => {
      const slower = (trial: TrialResult): TrialResult => {
        const { deliveryLatencyUs: latency, bytes } = trial
        return {
          ...trial,
          deliveryLatencyUs: { ...latency, p99: latency.p99! * factor },
          bytes: { ...bytes, wirePerDeliveryBytes: bytes.wirePerDeliveryBytes! * factor },
        }
      }
      return { ...documentOf(reasons, { blockCount: 5 }, slower), environment: machine }
    }
    const verdictsAfter = (reasons: GateResult[]) => {
      const { verdicts } = compareResults({ file: 'a', document: of([], 1) }, { file: 'b', document: of(reasons, 50) })
      const verdictOf = (id: MetricId) => verdicts.find(({ contender, metric }) => contender === 'sse' && metric === id)!
      return [verdictOf('deliveryLatencyP99'), verdictOf('wireBytesPerDelivery')]
    }
    assert.deepEqual(
      verdictsAfter([]).map(({ verdict }) => verdict),
      ['regression', 'regression'],
    )
    const [latency, bytes] = verdictsAfter([busy])
    assert.deepEqual([latency!.verdict, latency!.after, bytes!.verdict], ['notJudged', null, 'regression'])
    assert.match(latency!.reasons['after']!, /competing-load/)
  })

  it('verifies no prediction by figures that do not count', () => {
    const [trial] = documentOf([busy]).trials
    const { measured, reasons } = figuresOf(trial!, { clientCount: 1_000 } as unknown as Workload, 8_000)
    assert.deepEqual([measured['serverCpu'], measured['deliveryLatencyP50Us']], [null, null])
    assert.match(reasons['serverCpu']!, /^competing-load: /)
    const { bytes, server } = trial!
    const { heapUsedBytes, externalBytes } = server.memory.idle
    assert.deepEqual([measured['liveHeap'], measured['bytesDown']], [heapUsedBytes! + externalBytes!, bytes.applicationDownBytes / 8])
  })

  it('is named as such in one sentence, with what does not count', () => {
    const quiet = madeUpDocument().trials
    assert.equal(busyMachineText(quiet), null)
    assert.equal(
      busyMachineText(documentOf([busy]).trials),
      'the machine was busy in 3 of 6 trials (competing-load): latency, CPU, connecting of these trials do not count; their other figures do. Run again when the machine is quiet.',
    )
  })

  it('is shown so in the reports, at the figures and at the trials', () => {
    const document = documentOf([busy, saturated])
    const terminal = fullTerminalReport(document, { columns: 120, colour: false }).replaceAll(/\s+/g, ' ')
    for (const text of [terminal, markdownReport(document).replaceAll('\\', '')]) {
      assert.match(text, /not compared: competing-load: other processes used its CPUs/)
      assert.match(text, /invalid for latency, CPU and connecting, competing-load: competing-load was made up/)
      assert.match(text, /unranked for latency, CPU and throughput, saturated: saturated was made up/)
    }
    assert.ok(
      tiers(document)
        .find(({ metric }) => metric === 'deliveryLatencyP99')!
        .sentence.includes('nothing to compare with'),
    )
    const [head, ...lines] = csvReport(document).trimEnd().split('\n')
    assert.ok(head!.endsWith(',spoilt'))
    const spoilt = (label: string) => new Set(lines.filter((line) => line.includes(`,${label},`)).map((line) => line.split(',').at(-1)))
    assert.deepEqual([spoilt('sse'), spoilt('websocket')], [new Set(['latency cpu throughput connecting']), new Set([''])])
  })
})

describe('the cause of what came of a trial', () => {
  const [made] = madeUpDocument({ blockCount: 1 }).trials
  const atLimit = <Process extends { loop: TrialResult['server']['loop'] }>(one: Process): Process => ({
    ...one,
    loop: { ...one.loop, utilisationRatio: 0.97 },
  })
  const server = { server: atLimit(made!.server) }
  const generator = { generator: made!.generator.map((one) => (one.role === 'client-host' ? atLimit(one) : one)) }
  const cases: [what: string, trial: Partial<TrialResult>, cause: string][] = [
    ['nobody spoke', {}, 'server'],
    ['a saturated server', { ...server, ...judgedBy(saturated) }, 'server'],
    [
      'a saturated server, and a publisher that was a little late beside it',
      { ...server, ...judgedBy(finding('publisher-lag', 'tainted'), saturated) },
      'server',
    ],
    ['a publisher that was a little late, and no server at its limit', judgedBy(finding('publisher-lag', 'tainted')), 'generator'],
    ['a server at its limit behind a client host at its own', { ...server, ...generator, ...judgedBy(saturated) }, 'generator'],
    [
      'a server at its limit, and a client host that stalled',
      { ...server, ...judgedBy(finding('generator-stall', 'invalid')) },
      'generator',
    ],
    ['a server at its limit on a busy machine', { ...server, ...generator, ...judgedBy(...behind) }, 'machine'],
    ['a server at its limit while the quota was used up', { ...server, ...judgedBy(finding('processor-quota', 'tainted')) }, 'machine'],
    ['messages that never left', judgedBy(finding('schedule-unmet', 'invalid')), 'harness'],
    ['clients that ran out of ports', judgedBy(finding('clients-missing', 'invalid', { owner: 'generator' })), 'generator'],
    ['clients that the server refused', judgedBy(finding('clients-missing', 'invalid')), 'server'],
  ]
  const breach = { limit: 'deliveryLatencyP99Ms', contender: made!.contender, block: 0, measured: 300, allowed: 250, reasons: {} }

  for (const [what, own, cause] of cases) {
    it(`${what}: ${cause}, for the outcome of a search step and for the load of its point`, () => {
      const trial = { ...made!, ...own }
      assert.equal(causeOf(trial), cause)
      const document = { ...madeUpDocument({ blockCount: 1 }), trials: [trial] }
      const found = outcomeOf({ ...document, comparison: { metrics: [], limitBreaches: [breach] } })
      const load = loadOf(trial)
      assert.deepEqual([found.outcome, found.cause, load.cause], [cause === 'server' ? 'fail' : 'generator', cause, cause])
      // Only who is the cause is said to be at its limit.
      assert.equal(load.boundBy.includes('server'), cause === 'server' && own.server !== undefined)
    })
  }

  it('lets no step pass whose limit could not be judged', () => {
    const stepOf = (limits: object) => {
      const document = madeUpDocument({ blockCount: 1, limits, change: (trial) => ({ ...trial, ...judgedBy(busy) }) })
      return outcomeOf({ ...document, trials: document.trials.slice(0, 1) })
    }
    assert.deepEqual(stepOf({ lostCount: 0 }), { outcome: 'pass', why: [] })
    const found = stepOf({ deliveryLatencyP99Ms: 60_000 })
    assert.deepEqual([found.outcome, found.cause], ['generator', 'machine'])
  })
})

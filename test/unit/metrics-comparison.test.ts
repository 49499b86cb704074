import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import type { MetricId } from '../../src/core/metric.ts'
import type { PairVerdict, TrialResult } from '../../src/core/result.ts'
import type { Scenario } from '../../src/core/scenario.ts'
import { metricIds, metrics as coreMetrics } from '../../src/core/metric.ts'
import { compare } from '../../src/metrics/comparison.ts'
import { readingOf } from '../../src/metrics/metric-value.ts'
import { summarise } from '../../src/metrics/summary.ts'
import { madeUpFaults } from '../golden/fixture-faults.ts'
import { assertHonest, traits, trialOf } from './metrics-trial.ts'

const lost = (share: number) => ({ expectedCount: 1_000, deliveredCount: 1_000 - share, lostCount: share, censoredCount: share })

function comparisonOf(trials: TrialResult[], matters: Scenario['matters'] = {}, limits: Scenario['limits'] = {}) {
  const labels = [...new Set(trials.map((trial) => trial.contender))]
  const summary = summarise({ contenders: labels.map((label) => ({ label, transport: 'sse', traits })), trials, failedTrials: [] })
  const comparison = compare(summary, matters, trials, limits)
  assertHonest(comparison)
  return comparison
}

function trialsOf(byLabel: Record<string, (number | null)[]>, more: Partial<Parameters<typeof trialOf>[0]> = {}): TrialResult[] {
  return Object.entries(byLabel).flatMap(([contender, values]) =>
    values.map((cpuMsPerSecond, block) => trialOf({ contender, block, cpuMsPerSecond, ...more })),
  )
}

function pairsOf(trials: TrialResult[], matters: Scenario['matters'] = {}, id: MetricId = 'serverCpu'): PairVerdict[] {
  return comparisonOf(trials, matters).metrics.find((entry) => entry.metric === id)!.pairs
}

/** Floors are keys that the schema adds at run time; its static type knows the ratio only. */
const cpuMatters = (ratio: number, floorMsPerSecond: number): Scenario['matters'] => ({
  serverCpu: Object.assign({ ratio }, { floorMsPerSecond }),
})

const verdictOn = (a: number[], b: number[], matters: Scenario['matters'] = {}): PairVerdict => pairsOf(trialsOf({ a, b }), matters)[0]!

describe('comparison', () => {
  it('names the cheaper one better, with the interval by hand arithmetic', () => {
    // ln(a ÷ b) is −ln 2 ± ln 1.1, twice each.
    const found = verdictOn([100, 100, 100, 100], [220, 200 / 1.1, 220, 200 / 1.1])
    assert.deepEqual([found.verdict, found.better, found.scale, found.blockCount, found.level], ['better', 'a', 'ratio', 4, 0.95])
    assert.ok(Math.abs(found.estimate - 1 / 2) < 1e-12)
    // s = ln 1.1 × √(4/3), half-width = 3.1824 × s / 2.
    const half = (3.182446 * Math.log(1.1) * Math.sqrt(4 / 3)) / 2
    assert.ok(Math.abs(Math.log(found.high! / found.estimate) - half) < 1e-6)
    assert.ok(found.pValue! < 0.05 && found.blocksToDecide === null)
    assert.equal(verdictOn([220, 180, 220, 180], [100, 100, 100, 100]).better, 'b')
  })

  it('calls alike what lies inside the difference that matters, and not merely what is not different', () => {
    const found = verdictOn([100, 101, 99, 100], [100.5, 100, 100, 99.5])
    assert.deepEqual([found.verdict, found.better], ['practicallyEqual', null])
  })

  it('calls a real difference below what matters negligible', () => {
    const found = verdictOn([100, 101, 99, 100], [103, 104.1, 102, 103])
    assert.equal(found.verdict, 'negligible')
    assert.equal(verdictOn([100, 101, 99, 100], [103, 104.1, 102, 103], { serverCpu: { ratio: 1.02 } }).better, 'a')
  })

  it('leaves undecided what the blocks leave open, with the blocks that would decide', () => {
    const found = verdictOn([100, 150, 100], [150, 120, 140])
    assert.equal(found.verdict, 'undecided')
    assert.ok(found.blocksToDecide! > 3 && found.blocksToDecide! < 100, `${found.blocksToDecide}`)
  })

  it('decides from two blocks on, and nothing on one', () => {
    assert.equal(verdictOn([100, 101], [1_000, 1_011]).better, 'a')
    const single = verdictOn([100], [100_000])
    assert.deepEqual([single.verdict, single.low, single.pValue, single.blocksToDecide], ['undecided', null, null, null])
    assert.equal(single.reasons['low'], '1 block')
  })

  it('puts Hodges–Lehmann and sign-flip beside the verdict from eight blocks on, and lets neither decide', () => {
    const seven = verdictOn([1, 1, 1, 1, 1, 1, 1], [2, 2, 2, 2, 2, 2, 2.1])
    assert.deepEqual([seven.hodgesLehmann, seven.signFlipPValue, seven.reasons['signFlipPValue']], [null, null, '8 blocks at least'])
    // A block far off the others: all agree in sign, so sign-flip is sure, while the t interval is not.
    const eight = verdictOn([1, 1, 1, 1, 1, 1, 1, 1], [2, 2, 2, 2, 2, 2, 2, 1e6])
    assert.equal(eight.signFlipPValue, 0.0078125)
    assert.ok(Math.abs(eight.hodgesLehmann! - 0.5) < 1e-12, `${eight.hodgesLehmann}`)
    assert.equal(eight.verdict, 'undecided')
  })

  it('decides exactly where blocks do not differ', () => {
    const equal = verdictOn([114, 114], [114, 114])
    assert.deepEqual([equal.verdict, equal.estimate, equal.low, equal.high, equal.pValue], ['practicallyEqual', 1, 1, 1, null])
    const small = verdictOn([114, 114], [116, 116])
    assert.deepEqual([small.verdict, small.low, small.high], ['negligible', small.estimate, small.estimate])
    assert.equal(verdictOn([114, 114], [228, 228]).better, 'a')
  })

  it('does not let a difference below the floor matter', () => {
    const [a, b] = [
      [1, 1.01, 0.99],
      [1.5, 1.49, 1.51],
    ]
    assert.equal(verdictOn(a, b).better, 'a')
    assert.equal(verdictOn(a, b, cpuMatters(1.1, 0.4)).better, 'a')
    assert.equal(verdictOn(a, b, cpuMatters(1.1, 0.6)).verdict, 'negligible')
  })

  it('reads a floor in the unit of its key', () => {
    const at = (us: number, contender: string) =>
      [0, 1].map((block) => trialOf({ contender, block, latenciesUs: new Float64Array(1_000).fill(us) }))
    const trials = [...at(1_000, 'a'), ...at(1_900, 'b')]
    const matters = { deliveryLatencyP99: { ratio: 1.1, floorMs: 1 } }
    assert.equal(pairsOf(trials, {}, 'deliveryLatencyP99')[0]?.better, 'a')
    assert.equal(pairsOf(trials, matters, 'deliveryLatencyP99')[0]?.verdict, 'negligible')
    assert.equal(comparisonOf(trials, matters).metrics.find((entry) => entry.metric === 'deliveryLatencyP99')?.floorThatMatters, 1_000)
  })

  it('compares differences where a value is 0', () => {
    const found = verdictOn([0, 0.1, 0], [5, 5.2, 5.1])
    assert.deepEqual([found.scale, found.better], ['difference', 'a'])
    assert.ok(Math.abs(found.estimate + 5.0666666667) < 1e-6)
    assert.equal(verdictOn([0, 0, 0], [0, 0, 0]).verdict, 'practicallyEqual')
    // 10 % of the larger median of 0.1 is less than the floor of 1.
    assert.equal(verdictOn([0, 0.1, 0], [0.1, 0.1, 0.2], cpuMatters(1.1, 1)).verdict, 'practicallyEqual')
  })

  it('pairs by block and uses common blocks only', () => {
    const trials = trialsOf({ a: [10, null, 30, 40], b: [20, 40, 60, null] })
    const [found] = pairsOf(trials)
    assert.deepEqual([found?.blockCount, found?.estimate, found?.better], [2, 0.5, 'a'])
  })

  it('holds all pairs of a metric together by Holm', () => {
    const pairs = pairsOf(trialsOf({ a: [100, 101, 99, 100], b: [200, 210, 190, 205], c: [203, 200, 198, 200] }))
    assert.deepEqual(
      pairs.map(({ a, b }) => a + b),
      ['ab', 'ac', 'bc'],
    )
    assert.deepEqual(
      pairs.map(({ better }) => better),
      ['a', 'a', null],
    )
    const shares = pairs.map(({ level }) => 1 - level).sort((x, y) => x - y)
    // b and c are practically equal, which is judged and shown at 90 %.
    for (const [index, share] of [0.05 / 3, 0.025, 0.1].entries()) assert.ok(Math.abs(shares[index]! - share) < 1e-12)
  })

  it('lists a metric without a pair, with the reason', () => {
    const { metrics } = comparisonOf(trialsOf({ a: [1, 1], b: [null, null] }))
    const cpu = metrics.find((entry) => entry.metric === 'serverCpu')
    assert.deepEqual(cpu, {
      metric: 'serverCpu',
      ratioThatMatters: 1.1,
      floorThatMatters: null,
      pairs: [],
      reasons: { floorThatMatters: 'no floor declared', pairs: 'no two contenders have a value in the same block' },
    })
    assert.deepEqual(
      metrics.map(({ metric }) => metric),
      metricIds.filter((id) => coreMetrics[id].needs === undefined),
    )
  })

  it('never names a contender better that does not deliver, however little it costs', () => {
    const cheap = [1, 1.01, 0.99]
    const dear = [50, 51, 49]
    const withLedger = (share: number) => [
      ...trialsOf({ failing: cheap }, { ledger: lost(share) }),
      ...trialsOf({ working: dear }, { ledger: lost(0) }),
    ]
    const [excluded] = pairsOf(withLedger(11))
    assert.deepEqual([excluded?.verdict, excluded?.better], ['undecided', null])
    assert.equal(excluded?.reasons['better'], 'failing left 1.1 % of its deliveries undelivered')
    assert.equal(pairsOf(withLedger(10))[0]?.better, 'failing')
    const invalid = [...trialsOf({ failing: cheap }, { status: 'invalid' }), ...trialsOf({ working: dear })]
    assert.deepEqual(pairsOf(invalid), [])
  })

  it('bars nobody for requests that failed by a planned fault, and everybody for others', () => {
    const killed = madeUpFaults(trialOf({ contender: 'a', block: 0 }))
    // 1,000 and 10 clients lost the server and 2,000 attempts found none: 3,010 of 10,000 requests that had to fail.
    const withFailures = (failedCount: number) =>
      trialsOf({ a: [1, 1, 1], b: [2, 2, 2] }).map((trial) => ({
        ...trial,
        recovery: killed.recovery,
        requests: { ...trial.requests, sentCount: 10_000, failedCount },
      }))
    assert.equal(pairsOf(withFailures(3_110))[0]?.better, 'a')
    assert.equal(pairsOf(withFailures(3_111))[0]?.reasons['better'], 'a had 1.0 % of its requests fail')
  })

  it('never names better what is at +∞ in a block, on the strength of the others', () => {
    const trials = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11].flatMap((block) => [
      trialOf({
        contender: 'a',
        block,
        latenciesUs: new Float64Array(block === 5 ? 989 : 1_000).fill(100 + block),
        ledger: block === 5 ? lost(11) : lost(0),
      }),
      trialOf({ contender: 'b', block, latenciesUs: new Float64Array(1_000).fill(300), ledger: lost(0) }),
    ])
    const [found] = pairsOf(trials, {}, 'deliveryLatencyP99')
    assert.deepEqual([found?.verdict, found?.blockCount], ['undecided', 11])
    assert.match(found?.reasons['better'] ?? '', /∞ \(1\.1 % undelivered\) in block 6/)
    assert.equal(pairsOf(trials, {}, 'deliveryLatencyP50')[0]?.better, 'a')
    // An invalid trial is no trial: it bars nobody either.
    const uncounted = trials.map((trial) =>
      trial.ledger.lostCount === 0 ? trial : { ...trial, validity: { status: 'invalid' as const, reasons: [] } },
    )
    assert.equal(pairsOf(uncounted, {}, 'deliveryLatencyP99')[0]?.better, 'a')
  })

  it('stays finite and gives the same verdict with sides swapped, for any values', () => {
    const value = fc.oneof(fc.constant(0), fc.double({ min: 1e-6, max: 1e6, noNaN: true }))
    fc.assert(
      fc.property(fc.array(fc.tuple(value, value), { minLength: 1, maxLength: 6 }), (blocks) => {
        const a = blocks.map(([first]) => first)
        const b = blocks.map(([, second]) => second)
        const one = verdictOn(a, b)
        const other = pairsOf(trialsOf({ b, a }))[0]!
        assert.deepEqual([one.verdict, one.better, one.blocksToDecide], [other.verdict, other.better, other.blocksToDecide])
      }),
    )
  })
})

describe('limits', () => {
  const breaches = (trials: TrialResult[], limits: Scenario['limits']) => comparisonOf(trials, {}, limits).limitBreaches

  it('are broken above the allowed count and not at it', () => {
    const trials = [trialOf({ contender: 'a', block: 0, ledger: { ...lost(3), duplicatedCount: 2 } })]
    assert.deepEqual(breaches(trials, { lostCount: 3, duplicatedCount: 2 }), [])
    assert.deepEqual(
      breaches(trials, { lostCount: 2, duplicatedCount: 0 }).map(({ limit, measured, allowed }) => [limit, measured, allowed]),
      [
        ['lostCount', 3, 2],
        ['duplicatedCount', 2, 0],
      ],
    )
  })

  it('hold what a contender stopped delivering against it as what it lost', () => {
    const ledger = { ...lost(3), deliveredCount: 985, notReceivedCount: 12, censoredCount: 15 }
    const trials = [trialOf({ contender: 'a', block: 0, ledger })]
    assert.deepEqual(breaches(trials, { lostCount: 15 }), [])
    assert.equal(breaches(trials, { lostCount: 14 })[0]?.measured, 15)
    assert.deepEqual(comparisonOf(trials).limitBreaches, [])
    assert.equal(readingOf(trials[0]!, 'lostRatio').value, 0.015)
    // What was not received in a trial that counts nowhere counts against no contender.
    assert.deepEqual(breaches([trialOf({ contender: 'a', block: 0, ledger, status: 'invalid' })], { lostCount: 0 }), [])
  })

  it('look at counted trials only', () => {
    assert.deepEqual(breaches([trialOf({ contender: 'a', block: 0, ledger: lost(3), status: 'invalid' })], { lostCount: 0 }), [])
  })

  it('hold the p99 of latency in ms, and take +∞ for a breach', () => {
    const trial = (us: number, censored = 0) => [
      trialOf({ contender: 'a', block: 0, latenciesUs: new Float64Array(1_000 - censored).fill(us), ledger: lost(censored) }),
    ]
    assert.deepEqual(breaches(trial(20_000), { deliveryLatencyP99Ms: 20 }), [])
    assert.equal(breaches(trial(20_001), { deliveryLatencyP99Ms: 20 })[0]?.measured, 20.001)
    assert.equal(breaches(trial(1, 500), { deliveryLatencyP99Ms: 20 })[0]?.reasons['measured'], '∞ (50.0 % undelivered)')
  })

  it('decide by nearest rank, without showing it, where a p99 may not be shown', () => {
    const trial = (us: number) => [trialOf({ contender: 'a', block: 0, latenciesUs: new Float64Array(12).fill(us) })]
    assert.deepEqual(breaches(trial(15_000), { deliveryLatencyP99Ms: 20 }), [])
    const [breach] = breaches(trial(25_000), { deliveryLatencyP99Ms: 20 })
    assert.deepEqual(
      [breach?.measured, breach?.reasons['measured']],
      [null, 'above the limit by nearest rank, but needs at least 400, got 12'],
    )
    assert.deepEqual(breaches([trialOf({ contender: 'a', block: 0 })], { deliveryLatencyP99Ms: 20 }), [])
  })
})

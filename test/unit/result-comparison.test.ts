import assert from 'node:assert/strict'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import type { ResultDocument } from '../../src/core/result.ts'
import { readResultAt } from '../../src/cli/result-file.ts'
import { runComparisonSchema, type RunComparison } from '../../src/core/run-comparison.ts'
import { compareResults } from '../../src/metrics/result-comparison.ts'
import { packageRoot } from '../../src/core/package-root.ts'
import { gateWarning } from '../../src/report/compare-conclusion.ts'
import { fullCompareReport } from '../../src/report/compare-report.ts'
import { textWidth } from '../../src/report/text-layout.ts'
import { machine, madeUpRun, type RunAsk } from '../helpers/two-runs.ts'
import { assertHonest } from './metrics-trial.ts'

function compareRuns(before: ResultDocument, after: ResultDocument): RunComparison {
  const found = compareResults({ file: 'before.json', document: before }, { file: 'after.json', document: after })
  assertHonest(runComparisonSchema.parse(found))
  return found
}

const against = (after: RunAsk, before: RunAsk = {}) => compareRuns(madeUpRun(before), madeUpRun(after))
const reportOf = (found: RunComparison, columns = 100) => fullCompareReport(found, madeUpRun(), { columns, colour: false })

function assertRefused(found: RunComparison, barriers: RunComparison['barriers']): void {
  assert.deepEqual(found.barriers, barriers)
  assert.deepEqual([found.comparable, found.verdicts, found.ledger], [false, [], []])
  const text = reportOf(found)
  assert.match(text, /^Not comparable: /m)
  // No headline, and no figure anywhere, that holds one run against the other.
  assert.doesNotMatch(text, /%|regression|after ÷ before/)
}

// Byte-identical code on two machines showed a 21 % "regression".
describe('two runs on different machines', () => {
  it('are not comparable when processor and clock differ, whatever the values say', () => {
    const environment = { ...machine, cpuModel: 'Another CPU', cpuClockMhz: 3_284 }
    assertRefused(against({ environment, factor: 1.263 }), [
      { kind: 'machine', path: 'cpuModel', before: '"Made-up CPU"', after: '"Another CPU"' },
      { kind: 'machine', path: 'cpuClockMhz', before: '2600', after: '3284' },
    ])
  })

  for (const key of Object.keys(machine).filter((name) => name !== 'startedAt')) {
    it(`are not comparable when one does not tell its ${key}`, () => {
      const { [key]: gone, ...environment } = machine
      assert.notEqual(gone, undefined)
      const after = madeUpRun()
      after.environment = environment
      const found = compareRuns(madeUpRun(), after)
      assertRefused(found, [{ kind: 'unknown', path: key, before: JSON.stringify(gone), after: 'not known' }])
      assert.equal(compareRuns(after, after).comparable, false)
    })
  }

  it('are not comparable when a library, a limit of the container or a governor differs', () => {
    const paths = (change: ResultDocument['environment'], base: ResultDocument['environment'] = {}) =>
      against({ environment: { ...base, ...change } }, { environment: base }).barriers.map(({ path }) => path)
    assert.deepEqual(paths({ libraries: { fastify: '5.12.8', ws: '8.24.0' } }), ['libraries.ws'])
    assert.deepEqual(paths({ memoryLimitBytes: 314_572_800 }), ['memoryLimitBytes'])
    assert.deepEqual(paths({ cpuQuotaCount: 1.5 }), ['cpuQuotaCount'])
    assert.deepEqual(paths({ cpuGovernor: 'powersave' }, { cpuGovernor: 'performance' }), ['cpuGovernor'])
    assert.deepEqual(paths({ sysctl: { 'net.core.somaxconn': '128' } }, { sysctl: { 'net.core.somaxconn': '4096' } }), [
      'sysctl.net.core.somaxconn',
    ])
    // What most machines do not tell bars only where both tell it.
    assert.deepEqual(paths({ cpuGovernor: 'powersave' }), [])
    // A clock is measured at boot: 2596.130 MHz once and 2596.098 MHz another time.
    assert.deepEqual(paths({ cpuClockMhz: 2_601 }), [])
    assert.deepEqual(paths({ loadAverage1: 4, cpuPressureRatio: 0.5 }), [])
  })
})

describe('two runs of which one has recovered deliveries among its latencies', () => {
  const older: RunAsk = {
    patch: ({ trials }) => {
      for (const { connections } of trials) Object.assign(connections, { resumeAcrossLogsCount: undefined, reconnectCount: 12 })
    },
  }
  const newer: RunAsk = {
    factor: 0.5,
    patch: ({ trials }) => {
      for (const { connections } of trials) Object.assign(connections, { resumeAcrossLogsCount: 0, reconnectCount: 12 })
    },
  }
  const latencies = (found: RunComparison) => found.verdicts.filter(({ metric }) => metric.startsWith('deliveryLatency'))

  it('have no verdict on a latency, and one on all else', () => {
    for (const [found, side] of [
      [against(newer, older), 'before'],
      [against(older, newer), 'after'],
    ] as const) {
      for (const { verdict, reasons } of latencies(found)) {
        assert.equal(verdict, 'notJudged')
        assert.equal(reasons['verdict'], `in the run ${side}, delivery latency includes deliveries received by resuming`)
      }
      assert.ok(found.verdicts.some(({ verdict }) => verdict !== 'notJudged'))
    }
  })

  it('are compared where nobody ever came back', () => {
    const calm = (ask: RunAsk): RunAsk => ({
      ...ask,
      patch: (document) => {
        ask.patch!(document)
        for (const { connections } of document.trials) connections.reconnectCount = 0
      },
    })
    assert.ok(latencies(against(calm(newer), calm(older))).every(({ verdict }) => verdict === 'improvement'))
  })
})

describe('two runs of different scenarios', () => {
  const refusedFor = (change: (resolved: Record<string, unknown>) => void) => {
    const found = against({ patch: ({ scenario }) => change(scenario.resolved) })
    assert.ok(found.barriers.every(({ kind }) => kind === 'scenario'))
    return found.barriers.map(({ path, before, after }) => [path, before, after])
  }

  it('are not comparable, and every setting that differs is listed', () => {
    assert.deepEqual(
      refusedFor((resolved) => (resolved['clientCount'] = 500)),
      [['clientCount', '1000', '500']],
    )
    assert.deepEqual(
      refusedFor((resolved) => {
        resolved['traffic'] = { ...(resolved['traffic'] as object), messageBytes: 128, pattern: 'broadcast' }
        resolved['phases'] = { warmUpMs: 0, measuredMs: 8_000 }
      }),
      [
        ['traffic.pattern', '"unicast"', '"broadcast"'],
        ['traffic.messageBytes', '256', '128'],
        ['phases.warmUpMs', '2000', '0'],
      ],
    )
    assert.deepEqual(
      refusedFor((resolved) => (resolved['contenders'] = (resolved['contenders'] as object[]).slice(1))),
      [
        ['contenders.short-poll.label', '"short-poll"', 'not known'],
        ['contenders.short-poll.transport', '"short-poll"', 'not known'],
      ],
    )
  })

  it('are compared when only blocks, seed, words or the order of contenders differ', () => {
    const found = against({
      blockCount: 5,
      patch: ({ scenario: { resolved } }) => {
        resolved['seed'] = 8
        for (const word of ['title', 'question', 'story', 'group']) resolved[word] = `another ${word}`
        resolved['contenders'] = (resolved['contenders'] as object[]).toReversed()
      },
    })
    assert.equal(found.comparable, true)
    assert.deepEqual(found.noted, [
      { path: 'blockCount', before: '4', after: '5' },
      { path: 'seed', before: '7', after: '8' },
    ])
  })
})

describe('two runs on the same machine', () => {
  it('show no difference with 1 % noise, in A/B/A/B order', () => {
    const [a, b, c, d] = [1, 2, 3, 4].map((seed) => madeUpRun({ seed, noise: 0.01 })) as [
      ResultDocument,
      ResultDocument,
      ResultDocument,
      ResultDocument,
    ]
    for (const [before, after] of [
      [a, b],
      [b, c],
      [c, d],
      [a, c],
      [b, d],
    ] as const) {
      const { counts, verdicts } = compareRuns(before, after)
      assert.deepEqual([counts.regression, counts.improvement], [0, 0])
      assert.ok(verdicts.length >= 36, `${verdicts.length} rows`)
      assert.equal(counts.practicallyEqual + counts.negligible, verdicts.length)
    }
  })

  it('show +50 % as a regression in every figure, and the way back as an improvement', () => {
    const found = against({ factor: 1.5, noise: 0.01, seed: 2 }, { noise: 0.01 })
    const measured = found.verdicts.filter(({ before }) => before !== 0)
    assert.ok(measured.length >= 36)
    for (const row of measured) {
      assert.equal(row.verdict, 'regression', `${row.contender} ${row.metric}`)
      assert.ok(row.low! < 1.5 && 1.5 < row.high!, `${row.low} to ${row.high}`)
    }
    assert.equal(found.counts.regression, measured.length)
    const back = against({ noise: 0.01 }, { factor: 1.5, noise: 0.01, seed: 2 })
    assert.equal(back.counts.improvement, measured.length)
    assert.equal(back.counts.regression, 0)
  })

  it('call something different in at most 5 % of comparisons without a difference, however noisy (A/A)', () => {
    const labels = [{ label: 'sse', transport: 'sse' }]
    const runs = 300
    let alarmCount = 0
    for (let seed = 0; seed < runs; seed++) {
      const { counts } = against(
        { noise: 0.2, seed: 2 * seed, blockCount: 3, labels },
        { noise: 0.2, seed: 2 * seed + 1, blockCount: 3, labels },
      )
      if (counts.regression + counts.improvement + counts.negligible > 0) alarmCount++
    }
    // Three standard deviations of a binomial of 300 at 5 %.
    assert.ok(alarmCount <= 0.05 * runs + 3 * Math.sqrt(0.05 * 0.95 * runs), `${alarmCount} of ${runs}`)
  })

  it('hold a difference against what the scenario of the run before declared', () => {
    const declare =
      (ratio: number) =>
      ({ comparison }: ResultDocument) =>
        comparison.metrics.forEach((entry) => (entry.ratioThatMatters = ratio))
    const verdictsFor = (ratio: number) =>
      against({ factor: 1.2, noise: 0.001, seed: 2, patch: declare(1.01) }, { patch: declare(ratio) }).counts
    assert.equal(verdictsFor(1.1).negligible, 0)
    assert.equal(verdictsFor(1.3).regression, 0)
    assert.ok(verdictsFor(1.3).negligible + verdictsFor(1.3).practicallyEqual >= 36)
  })

  it('do not let matter what is below the declared floor', () => {
    const patch = ({ comparison }: ResultDocument) => {
      // 10 ms in µs: more than half of any latency of sse here.
      comparison.metrics.find(({ metric }) => metric === 'deliveryLatencyP50')!.floorThatMatters = 10_000
    }
    const rows = against({ factor: 1.5, noise: 0.001, seed: 2 }, { noise: 0.001, patch }).verdicts.filter(
      ({ contender }) => contender === 'sse',
    )
    const verdictOf = (id: string) => rows.find(({ metric }) => metric === id)?.verdict
    assert.deepEqual([verdictOf('deliveryLatencyP50'), verdictOf('deliveryLatencyP90')], ['negligible', 'regression'])
  })

  it('decide nothing on one block, and say so', () => {
    const found = against({ factor: 3, blockCount: 1 })
    assert.deepEqual([found.counts.notJudged, found.counts.undecided], [found.verdicts.length, 0])
    assert.deepEqual(found.unjudged, ['short-poll', 'long-poll', 'sse', 'websocket'])
    for (const { reasons, estimate } of found.verdicts) {
      assert.equal(estimate, null)
      assert.match(reasons['verdict'] ?? '', /^4 and 1 blocks have a value; each side needs 2$/)
    }
    const text = reportOf(found).replaceAll(/\s+/gu, ' ')
    assert.match(text, / 0 undecided · \d+ not judged /)
    assert.match(text, /Not judged - all \d+ figures: 4 and 1 blocks/)
    assert.match(text, /Nothing was judged \(all \d+ figures: 4 and 1 blocks have a value; each side needs 2\)\. Rule: /)
    assert.match(gateWarning(found)!.message, /(\d+) of \1 figures could not be judged, none of short-poll, long-poll, sse and websocket/)
  })

  it('name what of a contender was not judged beside what was', () => {
    const found = against({
      patch: ({ summary }) => {
        const { serverCpu } = summary[2]!.metrics
        serverCpu!.values.splice(1)
        serverCpu!.reasons['values'] = 'block 2: competing-load: others; block 3: competing-load: others; block 4: competing-load: others'
      },
    })
    assert.deepEqual([found.counts.notJudged, found.unjudged], [1, []])
    const text = reportOf(found).replaceAll(/\s+/gu, ' ')
    assert.match(text, /- sse server CPU: 4 and 1 blocks have a value; each side needs 2 \(after: competing-load: others\)/)
    assert.match(text, /No regression was found in the \d+ figures judged; 1 more was not judged\. Rule: /)
    assert.match(gateWarning(found)!.message, /1 of \d+ figures could not be judged, so a regression there would go unnoticed/)
    assert.equal(gateWarning(against({})), undefined)
  })

  it('do not leave out a figure that gates spoilt in both runs', () => {
    const spoilt = ({ summary }: ResultDocument) => {
      const reasons = { median: 'block 1: competing-load: other processes used its CPUs' }
      Object.assign(summary[2]!.metrics.serverCpu!, { values: [], blocks: [], median: null, low: null, high: null, reasons })
    }
    const row = against({ patch: spoilt }, { patch: spoilt }).verdicts.find((one) => one.contender === 'sse' && one.metric === 'serverCpu')
    assert.equal(row?.verdict, 'notJudged')
    assert.match(row.reasons['verdict']!, /^0 and 0 blocks .*before: competing-load: other processes used its CPUs; after: /)
  })

  it('say how many blocks would decide what stays open', () => {
    const found = against({ noise: 0.2, seed: 2 }, { noise: 0.2, seed: 3 })
    const open = found.verdicts.filter(({ verdict }) => verdict === 'undecided')
    // Nobody lost anything, and a push sends no requests: 0 in every block of both runs, and that alone is decided.
    assert.deepEqual(
      found.verdicts.filter((row) => !open.includes(row)).map(({ contender, metric }) => `${contender} ${metric}`),
      [
        'short-poll lostRatio',
        'long-poll lostRatio',
        'sse lostRatio',
        'sse requestsPerDelivery',
        'sse requestsPerSecond',
        'websocket lostRatio',
        'websocket requestsPerDelivery',
        'websocket requestsPerSecond',
      ],
    )
    for (const { blocksToDecide } of open) assert.ok(blocksToDecide! > 4 && blocksToDecide! < 1_000, `${blocksToDecide}`)
  })
})

describe('the smallest change that two runs could have shown', () => {
  const firstLabel = [{ label: 'sse', transport: 'sse' }]
  /** All figures but one are the same in each block, and so decided. */
  const withP99 =
    (values: number[]) =>
    ({ summary }: ResultDocument) => {
      for (const { metrics } of summary) for (const entry of Object.values(metrics)) entry.values = entry.values.map(() => entry.values[0]!)
      Object.assign(summary[0]!.metrics.deliveryLatencyP99!, { values, median: values[1] })
    }
  const p99Of = ({ verdicts }: RunComparison) => verdicts.find(({ metric }) => metric === 'deliveryLatencyP99')!
  const measured = [4_991, 3_973, 6_148]

  it("is half the interval at Holm's level: a factor of 5.1 for three blocks and 64 figures, though p99 tripled", () => {
    const before = readResultAt(join(packageRoot(), 'results/reference/notifications')).document
    const after = structuredClone(before)
    const p99 = after.summary.find(({ contender }) => contender === 'sse')!.metrics.deliveryLatencyP99!
    assert.deepEqual(p99.values.map(Math.round).toSorted(), measured.toSorted())
    p99.values = p99.values.map((value) => 3 * value)
    p99.median! *= 3
    const found = compareRuns(before, after)
    const row = found.verdicts.find(({ contender, metric }) => contender === 'sse' && metric === 'deliveryLatencyP99')!
    assert.deepEqual([found.verdicts.length, row.verdict], [64, 'undecided'])
    // e^(t × √(2 s² ÷ 3)) with s = 0.2184 and t = 9.182 of 4 degrees of freedom at 1 − 0.05 ÷ 64.
    assert.ok(Math.abs(row.minimumDetectableEffect! - 5.141) < 0.005, `${row.minimumDetectableEffect}`)
    assert.ok(Math.abs(row.high! / row.estimate! - row.minimumDetectableEffect!) < 1e-9)
    const text = reportOf(found).replaceAll(/\s+/gu, ' ')
    assert.match(text, /sse delivery latency p99 with 3\.00 ×, where 5\.14 × or more would have shown\. Rule: /)
    assert.match(text, /undecided; 5\.14 × or more would show; 4 blocks on each side would decide/)
  })

  it('is a difference where a value is 0', () => {
    const found = against(
      { labels: firstLabel, patch: withP99([0, 2_000, 4_000]) },
      { labels: firstLabel, patch: withP99([0, 1_000, 2_000]) },
    )
    // Only the figures without any spread, of p = 1, are beside it: Holm's first share is 0.05 ÷ the number of figures.
    const row = p99Of(found)
    const level = 1 - 0.05 / found.verdicts.length
    assert.deepEqual([row.scale, row.verdict, row.level], ['difference', 'undecided', level])
    assert.ok(Math.abs(row.high! - row.estimate! - row.minimumDetectableEffect!) < 1e-6)
    assert.match(
      reportOf(found).replaceAll(/\s+/gu, ' '),
      /1 of them is undecided; the closest was sse delivery latency p99 with 1\.00 ms, where ±\d/,
    )
  })

  it('is unbounded where two blocks lie far apart', () => {
    const row = p99Of(against({ labels: firstLabel, patch: withP99([1, 1e9]) }, { labels: firstLabel, patch: withP99([1, 1e9]) }))
    assert.deepEqual([row.verdict, row.minimumDetectableEffect], ['undecided', null])
    assert.equal(row.reasons['minimumDetectableEffect'], 'unbounded')
  })

  it('is not asked for where a change was found, or barred', () => {
    const found = against({ factor: 1.5, noise: 0.01, seed: 2 }, { noise: 0.01 })
    for (const { verdict, minimumDetectableEffect } of found.verdicts)
      assert.equal(minimumDetectableEffect === null, verdict !== 'undecided')
    assert.match(
      reportOf(found).replaceAll(/\s+/gu, ' '),
      /\d+ regressions found: short-poll delivery latency p50, .* and \d+ more\. Rule: /,
    )
  })
})

describe('what was not delivered', () => {
  const lose =
    (lostCount: number, expectedCount = 1_000) =>
    ({ summary }: ResultDocument) => {
      Object.assign(summary[2]!.ledger, { expectedCount, lostCount, censoredCount: lostCount, deliveredCount: expectedCount - lostCount })
    }

  it('is a regression by count, with no statistics asked', () => {
    const found = against({ patch: lose(1) }, { patch: lose(0) })
    assert.deepEqual(found.ledger, [
      {
        contender: 'sse',
        figure: 'lostCount',
        before: 0,
        after: 1,
        beforeExpectedCount: 1_000,
        afterExpectedCount: 1_000,
        verdict: 'regression',
      },
    ])
    assert.equal(found.counts.regression, 1)
    assert.match(reportOf(found), /^- sse: lost 0 of 1,000 → 1 of 1,000 expected$/m)
  })

  it('is judged with what the contender stopped delivering', () => {
    const stop = ({ summary }: ResultDocument) => {
      Object.assign(summary[2]!.ledger, { expectedCount: 1_000, deliveredCount: 990, lostCount: 3, notReceivedCount: 7, censoredCount: 10 })
    }
    const [found] = against({ patch: stop }, { patch: lose(9) }).ledger
    assert.deepEqual([found!.figure, found!.before, found!.after, found!.verdict], ['lostCount', 9, 10, 'regression'])
    assert.deepEqual(
      against({ patch: stop }, { patch: lose(10) }).ledger.map(({ verdict }) => verdict),
      ['equal'],
    )
  })

  it('may grow with what a longer run expects', () => {
    const verdictOf = (before: number, after: number, expected: number) =>
      against({ patch: lose(after, expected) }, { patch: lose(before) }).ledger[0]?.verdict
    assert.equal(verdictOf(2, 4, 2_000), 'equal')
    assert.equal(verdictOf(2, 5, 2_000), 'regression')
    assert.equal(verdictOf(2, 2, 500), 'equal')
    assert.equal(verdictOf(2, 0, 1_000), 'improvement')
    assert.equal(verdictOf(0, 0, 1_000), undefined)
  })

  it('bars an improvement: to deliver less costs less', () => {
    const found = against({ factor: 0.5, noise: 0.01, seed: 2, patch: lose(11) }, { noise: 0.01, patch: lose(0) })
    const ofSse = found.verdicts.filter(({ contender, before }) => contender === 'sse' && before !== 0)
    for (const { verdict, reasons } of ofSse) {
      assert.equal(verdict, 'undecided')
      assert.equal(reasons['verdict'], 'the run after left 1.1 % of its deliveries undelivered')
    }
    assert.ok(found.verdicts.some(({ contender, verdict }) => contender === 'websocket' && verdict === 'improvement'))
  })

  it('is not smoothed over where a figure is ∞ in a block', () => {
    const unbound = ({ summary }: ResultDocument) => {
      const p99 = summary[2]!.metrics.deliveryLatencyP99!
      p99.values.pop()
      p99.reasons['low'] = '∞ in 1 of 4 blocks'
    }
    const row = against({ patch: unbound }).verdicts.find(({ contender, metric }) => contender === 'sse' && metric === 'deliveryLatencyP99')
    assert.deepEqual([row?.verdict, row?.reasons['verdict']], ['notJudged', 'after: ∞ in 1 of 4 blocks'])
  })

  it('is reported for a contender without a trial that counts', () => {
    const found = against({
      patch: ({ summary }) => {
        summary[1]!.countedTrialCount = 0
        for (const metric of Object.values(summary[1]!.metrics))
          Object.assign(metric, { values: [], median: null, reasons: { median: 'no counted trial' } })
      },
    })
    assert.deepEqual(found.withoutTrial, ['long-poll'])
    assert.match(reportOf(found), /long-poll has none in one of the runs/)
  })
})

describe('the report of a comparison', () => {
  it('fits the terminal, and says what interleaving would be better for', () => {
    const found = [
      against({ factor: 1.5, noise: 0.05, seed: 2, environment: { ...machine, startedAt: '2026-01-02T06:00:00.000Z' } }, { noise: 0.05 }),
      against({
        environment: { ...machine, cpuModel: 'A CPU with a name that is longer than any column of a table on a narrow terminal' },
      }),
    ]
    for (const comparison of found)
      for (const columns of [60, 80, 100, 120])
        for (const line of reportOf(comparison, columns).split('\n')) assert.ok(textWidth(line) <= columns, `${columns}: ${line}`)
    const text = reportOf(found[0]!).replaceAll('\n', ' ')
    assert.match(text, /The runs began 30\.0 h apart; their blocks are not paired/)
    assert.match(text, /Compare transports and options within one run, where blocks interleave\./)
    assert.match(text, /sse: server memory per client .* → .* KiB; after ÷ before = 1\.\d\d \[1\.\d\d – 1\.\d\d\], 99\.\d+ %/)
  })
})

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { seededRandom, type Random } from '../../src/core/random.ts'
import type { PointRow } from '../../src/core/study-result.ts'
import { breakEvenOf, breakEvens, scaleOfAxis, type PairAtPoint } from '../../src/metrics/break-even.ts'
import { halfWidth, moments } from '../../src/metrics/student.ts'

function points(...triples: [value: number, mean: number, half: number | null][]): PairAtPoint[] {
  return triples.map(([value, mean, half]) => ({ value, mean, half, matters: 0.1 }))
}

function near(actual: number | null | undefined, expected: number): void {
  assert.ok(typeof actual === 'number' && Math.abs(actual - expected) <= 1e-9 * Math.abs(expected), `${actual} is not ${expected}`)
}

describe('break-even of a pair', () => {
  it('interpolates on the axis itself while it spans less than a decade', () => {
    // From −1 at 10 to +3 at 50: zero a quarter of the way, at 20. Band ±1: lower end −2 → 2 is 0 at 30, upper end 0 → 4 at 10.
    const found = breakEvenOf(points([10, -1, 1], [50, 3, 1]))
    assert.equal(found.scale, 'linear')
    assert.equal(found.verdict, 'crosses')
    assert.equal(found.crossings.length, 1)
    near(found.crossings[0]!.value, 20)
    assert.equal(found.crossings[0]!.low, null)
    assert.match(found.crossings[0]!.reasons['low']!, /down to the first value/)
    near(found.crossings[0]!.high, 30)
    assert.equal(found.crossings[0]!.lowerBelow, 'a')
  })

  it('interpolates on the logarithm from a decade on', () => {
    // Zero half way between 1 and 100 on the logarithm is 10; the band ±0.5 holds it a quarter of the way on either side.
    const found = breakEvenOf(points([1, 1, 0.5], [100, -1, 0.5]))
    assert.equal(found.scale, 'log')
    near(found.crossings[0]!.value, 10)
    near(found.crossings[0]!.low, 10 ** 0.5)
    near(found.crossings[0]!.high, 10 ** 1.5)
    assert.equal(found.crossings[0]!.lowerBelow, 'b')
    assert.equal(scaleOfAxis([1, 9.9]), 'linear')
    assert.equal(scaleOfAxis([1, 10]), 'log')
    assert.equal(scaleOfAxis([0, 100]), 'linear')
  })

  it('finds every crossing of a curve', () => {
    const found = breakEvenOf(points([1, 1, 0.1], [2, -1, 0.1], [3, 1, 0.1]))
    assert.deepEqual(
      found.crossings.map(({ value, lowerBelow }) => [Number(value.toFixed(6)), lowerBelow]),
      [
        [1.5, 'b'],
        [2.5, 'a'],
      ],
    )
  })

  it('says who is lower throughout where the band never holds 0', () => {
    const found = breakEvenOf(points([1, 0.5, 0.2], [2, 0.3, 0.29], [3, 2, 0.2]))
    assert.deepEqual([found.verdict, found.lower, found.crossings, found.open], ['never', 'b', [], []])
  })

  it('names the stretch in which nothing is decided where the band only touches 0', () => {
    // Mean stays above 0; at 2 the lower end is −0.4. From 1 (0.8) to 2 (−0.4) it is 0 at 5/3, on the way back at 7/3.
    const found = breakEvenOf(points([1, 1, 0.2], [2, 0.1, 0.5], [3, 1, 0.2]))
    assert.equal(found.verdict, 'undecided')
    assert.equal(found.open.length, 1)
    near(found.open[0]!.from, 5 / 3)
    near(found.open[0]!.to, 7 / 3)
  })

  it('crosses twice within one undecided stretch without a change of places', () => {
    const found = breakEvenOf(points([1, 1, 0.2], [2, -0.1, 0.5], [3, 1, 0.2]))
    assert.deepEqual([found.verdict, found.crossings, found.open.length], ['undecided', [], 1])
  })

  it('has a sharp crossing where blocks do not differ, also at a point', () => {
    const found = breakEvenOf(points([1, -1, 0], [2, 0, 0], [4, 1, 0]))
    assert.deepEqual(
      found.crossings.map(({ value, low, high }) => [value, low, high]),
      [[2, 2, 2]],
    )
  })

  it('is equal throughout where both always have the same', () => {
    const found = breakEvenOf(points([1, 0, 0], [2, 0, 0]))
    assert.deepEqual([found.verdict, found.open], ['undecided', [{ from: 1, to: 2 }]])
    const close = breakEvenOf(points([1, 0, 0], [2, 0, 0]).map((point) => ({ ...point, isClose: true })))
    assert.deepEqual([close.verdict, close.open, close.lower], ['equal', [], null])
    // At one point it is open whether they are close: so it stays open.
    const half = breakEvenOf(points([1, 0, 0], [2, 0, 0.5]).map((point, at) => ({ ...point, isClose: at === 0 })))
    assert.equal(half.verdict, 'undecided')
  })

  it('says whether the difference matters on both sides', () => {
    const told = (before: number, after: number) => breakEvenOf(points([1, before, 0.01], [2, after, 0.01])).crossings[0]!.matters
    assert.equal(told(-0.2, 0.2), true)
    // 0.1 matters here: a reliable difference on both sides, but smaller than that on one.
    assert.equal(told(-0.2, 0.09), false)
    assert.equal(told(-0.09, 0.2), false)
  })

  it('claims no crossing where neither end of the axis is decided', () => {
    const found = breakEvenOf(points([1, -0.1, 0.5], [2, 0.1, 0.5]))
    assert.deepEqual([found.verdict, found.crossings, found.open], ['undecided', [], [{ from: 1, to: 2 }]])
  })

  it('gives no interval with one block, and decides nothing without a crossing', () => {
    const crossed = breakEvenOf(points([1, -1, null], [3, 1, null]))
    assert.deepEqual([crossed.verdict, crossed.crossings[0]!.value, crossed.crossings[0]!.low], ['crosses', 2, null])
    assert.match(crossed.crossings[0]!.reasons['low']!, /one block/)
    const apart = breakEvenOf(points([1, -1, null], [3, -2, null]))
    assert.deepEqual([apart.verdict, apart.lower], ['undecided', 'a'])
  })

  // Truth: ln ratio = ln(x ÷ 700) on the logarithm, so the crossing is at 700 exactly; noise of 0.3 per block.
  it('covers a known crossing at least as often as its level says', () => {
    const random = seededRandom(11, 'break-even')
    const values = [100, 300, 1_000, 3_000, 10_000]
    const runs = 2_000
    let coveredCount = 0
    let foundCount = 0
    for (let run = 0; run < runs; run++) {
      const found = breakEvenOf(
        values.map((value) => {
          const moment = moments(Array.from({ length: 5 }, () => Math.log(value / 700) + 0.3 * normal(random)))
          return { value, mean: moment.mean, half: halfWidth(moment, 0.95), matters: 0.1 }
        }),
      )
      const holds = (low: number | null, high: number | null) => (low ?? 100) <= 700 && (high ?? 10_000) >= 700
      foundCount += found.crossings.length > 0 ? 1 : 0
      coveredCount +=
        found.crossings.some(({ low, high }) => holds(low, high)) || found.open.some(({ from, to }) => holds(from, to)) ? 1 : 0
    }
    assert.equal(foundCount, runs)
    // Three standard errors of a share of 0.95 in 2,000 runs are 0.015.
    assert.ok(coveredCount / runs >= 0.95 - 0.015, `covered in ${(100 * coveredCount) / runs} %`)
  })
})

function normal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
}

function row(contender: string, values: number[]): PointRow {
  const summary = {
    values,
    blocks: values.map((_, block) => block),
    median: values[0] ?? null,
    low: null,
    high: null,
    level: 0.95,
    reasons: {},
  }
  return { contender, metrics: { serverCpu: summary } } as unknown as PointRow
}

describe('break-even points of a study', () => {
  const axis = { path: 'clientCount', label: 'Clients', unit: '' as const, values: [1, 2] }

  it('pairs blocks, and reads points in the order of the axis', () => {
    // ln(e^±1) = ±1 in both blocks: the crossing is half way between 1 and 2.
    const e = Math.E
    const [found, ...others] = breakEvens(
      [axis],
      [
        { values: [2], rows: [row('x', [e, 2 * e]), row('y', [1, 2])] },
        { values: [1], rows: [row('x', [1, 3]), row('y', [e, 3 * e])] },
      ],
      {},
    )
    assert.deepEqual(others, [])
    assert.deepEqual([found!.metric, found!.a, found!.b, found!.at, found!.verdict], ['serverCpu', 'x', 'y', null, 'crosses'])
    near(found!.crossings[0]!.value, 1.5)
    assert.deepEqual([found!.crossings[0]!.lowerBelow, found!.crossings[0]!.lowerAbove], ['x', 'y'])
  })

  it('calls equal what differs by less than what matters at every point, though the interval holds 0', () => {
    const about = (value: number) => ({ values: [value], rows: [row('x', [100, 101, 99]), row('y', [101, 100, 99.5])] })
    const [found] = breakEvens([axis], [about(1), about(2)], { serverCpu: { ratio: 1.05 } })
    assert.deepEqual([found!.verdict, found!.open], ['equal', []])
    // 1 % is not shown to be all that there is when half a percent matters.
    const [open] = breakEvens([axis], [about(1), about(2)], { serverCpu: { ratio: 1.005 } })
    assert.equal(open!.verdict, 'undecided')
  })

  it('has no ratio of 0, and says how many points are missing', () => {
    const found = breakEvens(
      [axis],
      [1, 2, 3].map((value) => ({ values: [value], rows: [row('x', [value === 1 ? 0 : 1, 1]), row('y', [2, 2])] })),
      {},
    )
    assert.equal(found[0]!.pointCount, 3)
    const none = breakEvens(
      [axis],
      [1, 2, 3].map((value) => ({ values: [value], rows: [row('x', value === 1 ? [0, 0] : [1, 1]), row('y', [2, 2])] })),
      {},
    )
    assert.deepEqual([none[0]!.from, none[0]!.pointCount], [2, 2])
    assert.match(none[0]!.reasons['points']!, /1 of 3 points/)
  })

  it('goes along the first axis for each value of the second', () => {
    const second = { path: 'network.delayMs', label: 'Delay', unit: 'ms' as const, values: [40, 10] }
    const grid = [1, 2].flatMap((value) =>
      [40, 10].map((delay) => ({ values: [value, delay], rows: [row('x', [value, value]), row('y', [1.5, 1.5])] })),
    )
    assert.deepEqual(
      breakEvens([axis, second], grid, {}).map(({ at }) => at),
      [10, 40],
    )
  })
})

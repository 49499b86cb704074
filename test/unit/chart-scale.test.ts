import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { alikeLines, areWithinMatters } from '../../src/report/charts/alike.ts'
import { firstFitting, spanTexts } from '../../src/report/charts/caption.ts'
import type { LinePanel } from '../../src/report/charts/figure.ts'
import { heldValues, logAxis, logTickText, placeOnLog, scaleFor } from '../../src/report/charts/scale.ts'
import { scaleOverTime } from '../../src/report/charts/over-time.ts'
import { smallMultiples } from '../../src/report/charts/small-multiples.ts'

/** A chart with a line for each list of values. */
function panelOf(lines: readonly (readonly (number | null)[])[], more: Partial<LinePanel> = {}): LinePanel {
  return {
    kind: 'lines',
    title: 'Clients',
    hint: '',
    xTitle: '',
    yTitle: '',
    xScale: 'linear',
    yScale: 'linear',
    xMax: 10,
    unit: '',
    series: lines.map((values, style) => ({
      label: `contender ${style}`,
      style,
      end: null,
      points: values.map((y, x) => ({ at: String(x), x, y })),
    })),
    emptyText: '',
    ...more,
  }
}

describe('the scale of a chart', () => {
  it('is a log one where values differ by more than 30 ×, whatever is 0', () => {
    assert.equal(scaleFor([1, 30]), 'linear')
    assert.equal(scaleFor([1, 30.1]), 'log')
    assert.equal(scaleFor([0, 1, 30]), 'linear')
    assert.equal(scaleFor([0, 1, null, 1_000]), 'log')
    assert.equal(scaleFor([]), 'linear')
    assert.equal(scaleFor([0, 0]), 'linear')
  })

  it('is linear where a value is below 0, which has no place on a log axis', () => {
    assert.equal(scaleFor([-1, 1, 1_000]), 'linear')
  })

  it('of a chart against time follows what is usual, so that a drop to 0 and back stays a drop', () => {
    const lines = (...values: (readonly number[])[]) => panelOf(values).series
    assert.equal(scaleOverTime(lines([5_000, 5_000, 0, 100, 5_000])), 'linear')
    assert.equal(scaleOverTime(lines([1_000, 900, 1_000], [1, 2, 900])), 'log')
    assert.equal(scaleOverTime(lines([], [7])), 'linear')
  })

  it('has 0 a step below the least value, as its lowest tick', () => {
    const axis = logAxis([0, 1, 1_000], 20)
    // The step takes a tenth of the axis: 1 to 1,000 are nine tenths of it.
    const share = Math.log(1 / axis.min) / Math.log(1_000 / axis.min)
    assert.ok(Math.abs(share - 0.1) < 1e-9)
    assert.equal(axis.zeroAt, axis.min)
    assert.deepEqual(
      axis.ticks.map((tick) => logTickText(tick, axis)),
      ['0', '1', '2', '5', '10', '20', '50', '100', '200', '500', '1,000'],
    )
    assert.deepEqual(
      [0, -1, null, 7].map((value) => placeOnLog(value, axis)),
      [axis.min, null, null, 7],
    )
  })

  it('has no place for 0 where nothing is 0', () => {
    const axis = logAxis([1, 1_000], 20)
    assert.deepEqual([axis.min, axis.max, axis.zeroAt], [1, 1_000, null])
    assert.equal(placeOnLog(0, axis), null)
  })
})

describe('small multiples', () => {
  const transports = ['sse', 'websocket', 'sse', 'websocket', 'sse', 'websocket', 'sse']

  it('leave a chart of five lines as it is', () => {
    const panel = panelOf([[1], [2], [3], [4], [5]])
    assert.deepEqual(smallMultiples(panel, transports), [panel])
  })

  it('make a chart for each transport, all with the same axes', () => {
    const drawn = smallMultiples(panelOf([[1], [2], [0], [4], [5], [6], [90]]), transports)
    assert.deepEqual(
      drawn.map(({ title, series }) => [title, series.map(({ style }) => style)]),
      [
        ['Clients: sse', [0, 2, 4, 6]],
        ['Clients: websocket', [1, 3, 5]],
      ],
    )
    for (const panel of drawn) {
      const values = heldValues(panel)
      assert.deepEqual([Math.min(...values), Math.max(...values)], [0, 90])
      assert.equal(logAxis(values, 20).zeroAt, logAxis([0, 1, 90], 20).zeroAt)
    }
  })

  it('split a transport of more than five contenders as evenly as can be', () => {
    const drawn = smallMultiples(
      panelOf([[1], [2], [3], [4], [5], [6], [7]]),
      Array.from({ length: 7 }, () => 'sse'),
    )
    assert.deepEqual(
      drawn.map(({ title, series }) => [title, series.length]),
      [
        ['Clients: sse, 1 of 2', 4],
        ['Clients: sse, 2 of 2', 3],
      ],
    )
  })

  it('keep a band with the line that it is about, and a fault with all', () => {
    const marks = [
      { from: 0, until: 1, label: 'fault' },
      { from: 0, until: 9, label: 'sse does not count', tone: 'spoilt' as const, style: 2 },
    ]
    const drawn = smallMultiples(panelOf([[1], [2], [3], [4], [5], [6]], { marks }), transports)
    assert.deepEqual(
      drawn.map((panel) => panel.marks?.map(({ label }) => label)),
      [['fault', 'sse does not count'], ['fault']],
    )
  })
})

describe('nobody differs', () => {
  const byTenPercent = { ratio: 1.1, floor: null }

  it('where all are equal, or differ by less than what matters', () => {
    assert.equal(areWithinMatters([1, 1, 1], byTenPercent), true)
    assert.equal(areWithinMatters([0, 0], byTenPercent), true)
    assert.equal(areWithinMatters([1, 1.05, 1.09], byTenPercent), true)
    assert.equal(areWithinMatters([1, 1.05, 1.11], byTenPercent), false)
    assert.equal(areWithinMatters([0, 1], byTenPercent), false)
    assert.equal(areWithinMatters([0, 1], { ratio: 1.1, floor: 2 }), true)
    assert.equal(areWithinMatters([1, 2.9], { ratio: 1.1, floor: 2 }), true)
  })

  it('cannot be said of one alone, nor where somebody has no value', () => {
    assert.equal(areWithinMatters([1], byTenPercent), false)
    assert.equal(areWithinMatters([1, null], byTenPercent), false)
  })

  it('is a line that names each metric with its values, and only the metrics where that is too long', () => {
    const items = (count: number) => Array.from({ length: count }, () => ({ what: 'server descriptors per client', span: '1.00 each' }))
    assert.deepEqual(alikeLines([]), [])
    assert.deepEqual(alikeLines(items(1)), [
      'No panel where nobody differs by as much as matters: server descriptors per client (1.00 each).',
    ])
    assert.match(alikeLines(items(6))[0]!, /: server descriptors per client, server/u)
    assert.ok(alikeLines(items(30))[0]!.length <= 290)
  })
})

describe('a caption', () => {
  it('says the least and the most with whose they are', () => {
    const values = [
      { label: 'a', value: 976 },
      { label: 'b', value: 0.988 },
    ]
    assert.deepEqual(spanTexts(values, 'ms'), { named: '0.988 ms (b) to 976 ms (a)', bare: '0.988 ms to 976 ms' })
    assert.equal(spanTexts(values.slice(0, 1), 'ms').named, '976 ms (a)')
    assert.equal(
      spanTexts(
        [
          { label: 'a', value: 1 },
          { label: 'b', value: 1.001 },
        ],
        '',
      ).named,
      '1.00 each',
    )
  })

  it('takes the first text that fits, and cuts the last', () => {
    assert.equal(firstFitting('x'.repeat(151), 'short'), 'short')
    assert.equal(firstFitting('x'.repeat(151)).length, 150)
  })
})

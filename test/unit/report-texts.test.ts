import assert from 'node:assert/strict'
import { test } from 'node:test'
import { clearTicks, linearAxis, logTicks, percentileLabel, percentileTicks, ticksWithin } from '../../src/report/charts/ticks.ts'
import { html, scriptJson } from '../../src/report/html-text.ts'
import { chartLabels } from '../../src/report/name-text.ts'
import { oneLine } from '../../src/text/one-line.ts'
import { textWidth, wrap } from '../../src/report/text-layout.ts'

test('a name is one line without control characters or lone surrogates', () => {
  assert.equal(oneLine('new\nline\u001b[31m'), 'new line [31m')
  assert.equal(oneLine('a\ud800b'), 'a\ufffdb')
  assert.equal(oneLine(' \u202e '), '(no name)')
})

test('chart labels hold nothing that the font lacks, are never blank and never alike', () => {
  assert.deepEqual(chartLabels(['sse', 'sse']), ['sse', 'sse #2'])
  assert.deepEqual(chartLabels(['中', '文']), ['U+4E2D', 'U+6587'])
  const [first, second] = chartLabels([`${'x'.repeat(60)}, poll interval 2 s`, `${'x'.repeat(60)}, poll interval 9 s`])
  assert.ok(first !== undefined && first.length <= 44 && first.endsWith('2 s'))
  assert.notEqual(first, second)
})

test('text in HTML and in scripts cannot leave its place', () => {
  assert.equal(html('<b>"&\''), '&lt;b&gt;&quot;&amp;&#39;')
  const json = scriptJson({ name: '</script>\u2028<!--' })
  assert.doesNotMatch(json, /[<\u2028]/u)
  assert.deepEqual(JSON.parse(json), { name: '</script>\u2028<!--' })
})

test('lines keep a number with its unit and never exceed their width', () => {
  assert.deepEqual(wrap('it took 12.5 ms in all', 12), ['it took', '12.5 ms in', 'all'])
  assert.deepEqual(wrap('interval [1.50 – 2.10] here', 14), ['interval', '[1.50 – 2.10]', 'here'])
  for (const line of wrap('eventsource-parser 长轮询长轮询 x', 8)) assert.ok(textWidth(line) <= 8, line)
})

test('axes: percentiles, 1-2-5 decades and round steps from 0', () => {
  assert.deepEqual([1, 2, 10, 100, 1_000, 10_000, 600].map(percentileLabel), ['0', '50', '90', '99', '99.9', '99.99', '99.83'])
  // No other percentile reads as 99: 98.75 is 98.8.
  assert.deepEqual([50, 60, 80, 120].map(percentileLabel), ['98', '98.3', '98.8', '99.17'])
  assert.deepEqual(percentileTicks(600), [1, 2, 10, 100, 600])
  assert.deepEqual(percentileTicks(110), [1, 2, 10, 100])
  assert.deepEqual(logTicks(0.3, 4, 99), [0.2, 0.5, 1, 2, 5])
  assert.deepEqual(logTicks(0.3, 4_000, 6), [0.2, 1, 10, 100, 1_000, 5_000])
  assert.deepEqual(logTicks(0.3, 1_500, 5), [0.2, 1, 10, 100, 2_000])
  assert.deepEqual(ticksWithin(0.0007, 14, 9), [0.001, 0.01, 0.1, 1, 10])
  assert.deepEqual(ticksWithin(0.2, 70, 9), [0.2, 0.5, 1, 2, 5, 10, 20, 50])
  assert.deepEqual(linearAxis(97), { max: 100, stepSize: 20 })
  assert.deepEqual(linearAxis(0), { max: 1, stepSize: 1 })
})

test('ticks that stand on the values of an axis leave out texts that would touch, never an end', () => {
  const place = (tick: number) => Math.log(tick / 100) / Math.log(150)
  // 10,000 stands at 0.92 and 15,000 at 1: 0.08 apart.
  const ticks = [100, 1_000, 5_000, 10_000, 15_000]
  assert.deepEqual(
    clearTicks(ticks, place, () => 0.05),
    ticks,
  )
  assert.deepEqual(
    clearTicks(ticks, place, () => 0.1),
    [100, 1_000, 5_000, 15_000],
  )
  assert.deepEqual(
    clearTicks([7], place, () => 0.1),
    [7],
  )
  assert.deepEqual(
    clearTicks([], place, () => 0.1),
    [],
  )
})

import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import type { MicroBenchmarkResult } from '../../src/core/micro-benchmark.ts'
import { operations } from '../../src/micro/framing-operations.ts'
import { microTableOf } from '../../src/report/micro-table.ts'
import { microBenchmarkTerminal } from '../../src/report/micro-terminal.ts'
import { mostReportLines } from '../../src/report/short-report.ts'
import { textWidth } from '../../src/report/text-layout.ts'
import { madeUpDocument } from '../golden/fixture-document.ts'

const { harness, environment } = madeUpDocument({ blockCount: 1 })

type Figure = MicroBenchmarkResult['figures'][number]

function figure(group: string, label: string, unit: string, median: number): Figure {
  return { group, label, unit, values: [median], median, low: median, high: median }
}

function resultOf(measure: MicroBenchmarkResult['measure'], figures: Figure[]): MicroBenchmarkResult {
  const question = 'What does it cost to encode, frame and parse one message in each transport, before any socket?'
  const head = { schemaVersion: 1, harness, environment, name: measure, measure, title: 'Made up', question } as const
  return { ...head, settings: { roundCount: 1 }, isComplete: true, figures, notes: [] }
}

/** Every operation takes 100 ns; a poll takes 40 µs, an empty one 30 µs. */
function framing(sizes: readonly number[]): MicroBenchmarkResult {
  const figures = sizes.flatMap((size) => [
    ...operations(size).map(({ group, label }) => figure(`${group}, ${size} B`, label, 'ns', 100)),
    figure(`Polls, ${size} B`, 'request and answer, empty (204)', 'ns', 30_000),
    figure(`Polls, ${size} B`, 'request and answer, one message', 'ns', 40_000),
  ])
  return resultOf('framing-micro', figures)
}

function saturation(closedUs: number, pacedUs: number): MicroBenchmarkResult {
  const rows = (group: string, cpuUs: number) => [
    figure(group, 'polls per second', '/s', 9_000),
    figure(group, 'server CPU per poll', 'µs', cpuUs),
    figure(group, 'polls per second and core, by that', '/s', 1e6 / cpuUs),
    figure(group, 'share of its core that the server used', '%', 90),
  ]
  return resultOf('http-saturation', [...rows('autocannon, closed loop', closedUs), ...rows('our clients, paced', pacedUs)])
}

suite('a micro-benchmark on a terminal', () => {
  test('has a row for each operation and a column for each size of message', () => {
    const { heads, rows } = microTableOf(framing([64, 256]))
    assert.deepEqual(
      heads.map(({ label }) => label),
      ['64 B', '256 B'],
    )
    assert.equal(rows.length, 12)
    assert.deepEqual([...new Set(rows.slice(0, 10).flatMap(({ cells }) => cells.map(({ text }) => text)))], ['100'])
    assert.deepEqual(
      rows.slice(10).map(({ label, cells }) => [label, cells[0]!.text]),
      [
        ['Poll, empty (204)', '30,000'],
        ['Poll, one message', '40,000'],
      ],
    )
  })

  test('has a column for each generator', () => {
    const { heads, rows } = microTableOf(saturation(100, 200))
    assert.deepEqual(
      heads.map(({ label }) => label),
      ['autocannon, closed loop', 'our clients, paced'],
    )
    assert.deepEqual(
      rows.find(({ label }) => label === 'Polls per second and core, by that')!.cells.map(({ text }) => text),
      ['10,000', '5,000'],
    )
  })

  test('fits a screen', () => {
    for (const columns of [80, 100, 120]) {
      for (const result of [framing([64, 256, 4_096]), framing([256]), saturation(100, 200)]) {
        const lines = microBenchmarkTerminal(result, 'results/framing-micro/x/report.md', { columns, colour: false }).trimEnd().split('\n')
        assert.ok(lines.length <= mostReportLines, lines.join('\n'))
        for (const line of lines) assert.ok(textWidth(line) <= columns, line)
      }
    }
  })
})

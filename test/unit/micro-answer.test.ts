import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import type { MicroBenchmarkResult } from '../../src/core/micro-benchmark.ts'
import { operations } from '../../src/micro/framing-operations.ts'
import { microAnswerOf } from '../../src/report/micro-answer.ts'
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

suite('the answer of a micro-benchmark', () => {
  test('adds up both sides of a frame, and holds a poll beside it', () => {
    const { recommendation, lines, table } = microAnswerOf(framing([64, 256]))
    assert.equal(
      recommendation,
      'To frame and parse a message of 256 B, both sides together, takes 200 ns as an SSE event and 200 ns as a WebSocket frame; the poll that brings it takes 40.0 µs.',
    )
    assert.match(lines[0]!, /^A poll is 200 × the cheaper of the two frames/)
    assert.equal(lines[1], 'A poll that brings nothing takes 30.0 µs.')
    assert.equal(lines[2], 'Of 64 B: SSE 200 ns, WebSocket 200 ns, poll 40.0 µs.')
    assert.equal(table.rows.length, 12)
    for (const { label, cells } of table.rows)
      assert.ok(
        cells.every(({ text }) => /\d/.test(text)),
        label,
      )
  })

  test('says whether two generators agree', () => {
    assert.match(microAnswerOf(saturation(100, 105)).recommendation, /^One core answers 10,000 polls\/s .*: they agree within 10\.0 %\.$/)
    assert.match(microAnswerOf(saturation(100, 200)).recommendation, / 5,000 by the CPU time of our clients, paced: 2\.00 × apart\.$/)
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

import type { AnswerTable } from '../answer/answer-table.ts'
import type { MicroBenchmarkFigure, MicroBenchmarkResult } from '../core/micro-benchmark.ts'
import { nsPerUs } from '../core/units.ts'
import { formatFactor, formatNumber, formatPlural, formatShare } from './format.ts'

/** What a micro-benchmark says to its question, and the table that stands with it. */
export interface MicroAnswer {
  recommendation: string
  lines: string[]
  table: AnswerTable
}

/** Two rates that differ by less are said to agree. */
const agreeWithin = 1.1

/** The answer of a micro-benchmark: what its medians come to. Nothing is judged: the rounds of one process are no blocks. */
export function microAnswerOf(result: MicroBenchmarkResult): MicroAnswer {
  return result.measure === 'framing-micro' ? framingAnswer(result) : saturationAnswer(result)
}

function find(figures: readonly MicroBenchmarkFigure[], group: string, label: string): number | null {
  return figures.find((figure) => figure.group === group && figure.label === label)?.median ?? null
}

/** Sizes of messages as groups name them: "SSE, 256 B". */
function sizesOf(figures: readonly MicroBenchmarkFigure[]): string[] {
  return [...new Set(figures.map(({ group }) => group.slice(group.lastIndexOf(', ') + 2)))]
}

const framingRows: readonly { label: string; group: string; of: string }[] = [
  { label: 'JSON line, encode', group: 'JSON (all four)', of: 'line of JSON, encode' },
  { label: 'JSON line, parse', group: 'JSON (all four)', of: 'line of JSON, parse' },
  { label: 'SSE event, encode', group: 'SSE', of: 'event, encode' },
  { label: 'SSE event, decode', group: 'SSE', of: 'event, decode and parse' },
  { label: 'WebSocket, frame', group: 'WebSocket', of: 'frame, server to client' },
  { label: 'WebSocket, parse', group: 'WebSocket', of: 'parse, at the client' },
  { label: 'WebSocket, mask', group: 'WebSocket', of: 'frame and mask, client to server' },
  { label: 'WebSocket, unmask', group: 'WebSocket', of: 'parse and unmask, at the server' },
  { label: 'Poll body, join', group: 'Polls', of: 'body, join' },
  { label: 'Poll body, parse', group: 'Polls', of: 'body, parse' },
  { label: 'Poll, empty (204)', group: 'Polls', of: 'request and answer, empty (204)' },
  { label: 'Poll, one message', group: 'Polls', of: 'request and answer, one message' },
]

function framingAnswer({ figures }: MicroBenchmarkResult): MicroAnswer {
  const sizes = sizesOf(figures)
  const value = (size: string, group: string, of: string): number | null => find(figures, `${group}, ${size}`, of)
  const sum = (size: string, group: string, parts: readonly string[]): number | null =>
    parts.reduce<number | null>((total, of) => {
      const part = value(size, group, of)
      return total === null || part === null ? null : total + part
    }, 0)
  const said = sizes.includes('256 B') ? '256 B' : sizes[0]!
  const costs = (size: string) => ({
    sse: sum(size, 'SSE', ['event, encode', 'event, decode and parse']),
    websocket: sum(size, 'WebSocket', ['frame, server to client', 'parse, at the client']),
    poll: value(size, 'Polls', 'request and answer, one message'),
    empty: value(size, 'Polls', 'request and answer, empty (204)'),
  })
  const { sse, websocket, poll, empty } = costs(said)
  const cheapest = Math.min(sse ?? Infinity, websocket ?? Infinity)
  return {
    recommendation: `To frame and parse a message of ${said}, both sides together, takes ${time(sse)} as an SSE event and ${time(websocket)} as a WebSocket frame; the poll that brings it takes ${time(poll)}.`,
    lines: [
      ...(poll === null || !Number.isFinite(cheapest)
        ? []
        : [
            `A poll is ${formatFactor(poll / cheapest)} the cheaper of the two frames: request, headers and answer are its cost, not the body.`,
          ]),
      ...(empty === null ? [] : [`A poll that brings nothing takes ${time(empty)}.`]),
      ...sizes
        .filter((size) => size !== said)
        .map(
          (size) => `Of ${size}: SSE ${time(costs(size).sse)}, WebSocket ${time(costs(size).websocket)}, poll ${time(costs(size).poll)}.`,
        ),
    ],
    table: {
      heads: sizes.map((label) => ({ label, spoilt: null })),
      rows: framingRows.map(({ label, group, of }) => ({
        label,
        unit: 'ns',
        metric: null,
        cells: sizes.map((size) => cell(value(size, group, of))),
      })),
    },
  }
}

function saturationAnswer({ figures }: MicroBenchmarkResult): MicroAnswer {
  const groups = [...new Set(figures.map(({ group }) => group))]
  const labels = [...new Set(figures.map(({ label }) => label))]
  const rates = groups.map((group) => find(figures, group, 'polls per second and core, by that'))
  const [closed = null, paced = null] = rates
  const shares = groups.map((group) => find(figures, group, 'share of its core that the server used'))
  const ratio = closed === null || paced === null ? null : Math.max(closed, paced) / Math.min(closed, paced)
  const verdict =
    ratio === null ? '' : ratio < agreeWithin ? `: they agree within ${formatShare(agreeWithin - 1)}` : `: ${formatFactor(ratio)} apart`
  return {
    recommendation: `One core answers ${number(closed)} polls/s by ${groups[0] ?? 'autocannon'}, and ${number(paced)} by the CPU time of ${groups[1] ?? 'our clients'}${verdict}.`,
    lines: [
      `The server used ${number(shares[0] ?? null)} % of its core under the closed loop, and ${number(shares[1] ?? null)} % at the paced rate: an idle server pays for each wake-up.`,
    ],
    table: {
      heads: groups.map((label) => ({ label, spoilt: null })),
      rows: labels.map((label) => ({
        label: label.charAt(0).toUpperCase() + label.slice(1),
        unit: figures.find((figure) => figure.label === label)!.unit,
        metric: null,
        cells: groups.map((group) => cell(find(figures, group, label))),
      })),
    },
  }
}

function cell(value: number | null): AnswerTable['rows'][number]['cells'][number] {
  return { text: number(value), mark: null, factor: null, share: null }
}

function number(value: number | null): string {
  return value === null ? '–' : formatNumber(value)
}

function time(ns: number | null): string {
  if (ns === null) return 'an unknown time'
  return ns < nsPerUs ? `${formatNumber(ns)} ns` : `${formatNumber(ns / nsPerUs)} µs`
}

/** "5 of 5 rounds". */
export function roundsText({ figures, settings }: MicroBenchmarkResult): string {
  return `${figures[0]?.values.length ?? 0} of ${formatPlural(Number(settings['roundCount']), 'round')}`
}

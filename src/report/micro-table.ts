import type { AnswerTable } from '../answer/answer-table.ts'
import type { MicroBenchmarkFigure, MicroBenchmarkResult } from '../core/micro-benchmark.ts'
import { capital, dash, formatNumber } from '../text/format.ts'

/** Operations on a message, by the group and label of their figures; their bytes are in `--full`. */
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

/** The medians of a micro-benchmark in at most 12 rows: operations by size of message, or figures by generator. */
export function microTableOf({ measure, figures }: MicroBenchmarkResult): AnswerTable {
  return measure === 'framing-micro' ? framingTable(figures) : generatorTable(figures)
}

function framingTable(figures: readonly MicroBenchmarkFigure[]): AnswerTable {
  const sizes = [...new Set(figures.flatMap(({ group }) => /\d+ B$/u.exec(group)?.[0] ?? []))]
  return {
    heads: sizes.map((label) => ({ label, spoilt: null })),
    rows: framingRows.map(({ label, group, of }) => ({
      label,
      unit: 'ns',
      metric: null,
      cells: sizes.map((size) => cellOf(figures, `${group}, ${size}`, of)),
    })),
  }
}

function generatorTable(figures: readonly MicroBenchmarkFigure[]): AnswerTable {
  const groups = [...new Set(figures.map(({ group }) => group))]
  const labels = [...new Map(figures.map(({ label, unit }) => [label, unit]))]
  return {
    heads: groups.map((label) => ({ label, spoilt: null })),
    rows: labels.map(([label, unit]) => ({
      label: capital(label),
      unit,
      metric: null,
      cells: groups.map((group) => cellOf(figures, group, label)),
    })),
  }
}

function cellOf(figures: readonly MicroBenchmarkFigure[], group: string, label: string): AnswerTable['rows'][number]['cells'][number] {
  const found = figures.find((figure) => figure.group === group && figure.label === label)
  return { text: found === undefined ? dash : formatNumber(found.median), mark: null, factor: null, share: null }
}

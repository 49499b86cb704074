import type { Answer } from '../core/answer.ts'
import type { MicroBenchmarkFigure, MicroBenchmarkResult } from '../core/micro-benchmark.ts'
import { nsPerUs } from '../core/units.ts'
import { formatDurationUs, formatList, formatNumber, formatShare } from '../text/format.ts'

/** What a micro-benchmark says to its question: medians of its rounds, and no verdict, since it compares operations and not contenders. */
export type MicroAnswer = Pick<Answer, 'recommendation'> & { lines: string[] }

export function microAnswerOf(result: MicroBenchmarkResult): MicroAnswer {
  const answer = result.measure === 'framing-micro' ? framing(result) : saturation(result)
  return answer ?? { recommendation: 'No round ended, so there is no answer.', lines: [] }
}

/** What one message costs on both sides, by the size of its data. */
function framing({ figures }: MicroBenchmarkResult): MicroAnswer | null {
  const sizes = [...new Set(figures.flatMap(({ group }) => /(\d+) B$/u.exec(group)?.[1] ?? []))]
  const texts = sizes.flatMap((size) => {
    const time = (group: string, labels: readonly string[]): number | null => {
      const found = labels.map((label) => medianOf(figures, `${group}, ${size} B`, label))
      return found.every((value) => value !== null) ? found.reduce((sum, value) => sum + value, 0) : null
    }
    const costs = [
      { name: 'as an SSE event', ns: time('SSE', ['event, encode', 'event, decode and parse']) },
      { name: 'as a WebSocket frame', ns: time('WebSocket', ['frame, server to client', 'parse, at the client']) },
      { name: 'as a poll of its own', ns: time('Polls', ['request and answer, one message']) },
    ]
    const known = costs.flatMap(({ name, ns }) => (ns === null ? [] : [`${formatDurationUs(ns / nsPerUs)} ${name}`]))
    return known.length === 0 ? [] : [`A message of ${size} B takes ${formatList(known)}, both sides together.`]
  })
  const [first, ...lines] = texts
  return first === undefined ? null : { recommendation: first, lines }
}

/** What one core answers, by both generators. */
function saturation({ figures }: MicroBenchmarkResult): MicroAnswer | null {
  const [closedGroup, pacedGroup] = [...new Set(figures.map(({ group }) => group))]
  if (closedGroup === undefined || pacedGroup === undefined) return null
  const perCore = 'polls per second and core, by that'
  const [reached, closed, paced] = [
    medianOf(figures, closedGroup, 'polls per second'),
    medianOf(figures, closedGroup, perCore),
    medianOf(figures, pacedGroup, perCore),
  ]
  if (reached === null || closed === null || paced === null) return null
  const apart = Math.abs(closed - paced) / Math.max(closed, paced)
  return {
    recommendation: `One core answers ${formatNumber(closed)} polls/s by ${closedGroup}, and ${formatNumber(paced)} by ${pacedGroup}: ${formatShare(apart)} apart.`,
    lines: [`${closedGroup} reached ${formatNumber(reached)} polls/s; the figures per core are 1 s divided by the CPU time of a poll.`],
  }
}

function medianOf(figures: readonly MicroBenchmarkFigure[], group: string, label: string): number | null {
  return figures.find((figure) => figure.group === group && figure.label === label)?.median ?? null
}

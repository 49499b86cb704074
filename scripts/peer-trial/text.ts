import { answers, score, tolerances, type AnswerName, type PeerRun, type Score } from './score.ts'
import type { Tool } from './tools.ts'

const titles: Record<AnswerName, string> = {
  p50Ms: 'p50, ms',
  p90Ms: 'p90, ms',
  p99Ms: 'p99, ms',
  meanMs: 'mean, ms',
  requestCountRatio: 'requests counted ÷ received',
  rateRatio: 'rate reached ÷ requested',
}

export interface PeerResult {
  name: string
  version: string
  command: string
  fairWords: string
  runs: PeerRun[]
}

/** The generated part of docs/peer-trial.md: one table of medians and ranges, and what each tool is for. */
export function peerText(heading: string, results: readonly PeerResult[], missing: readonly Tool[]): string {
  const scored = results.map((result) => ({ result, scores: answers.map((name) => score(name, result.runs)) }))
  const truths = scored[0]!.scores.map(({ truth }) => shown(truth))
  return [
    heading,
    '',
    `A latency is within tolerance if its median is at most ${tolerances.aboveMs} ms above or ${tolerances.belowMs} ms below the true value, or ${tolerances.latencyRatio * 100} % if that is more; a count or rate if it is at most ${tolerances.countRatio * 100} % off (requests in flight at the end are counted on one side only). In each cell: median [least – most] over the runs.`,
    '',
    `| | ${answers.map((name) => titles[name]).join(' | ')} | within |`,
    `|---|${'---|'.repeat(answers.length + 1)}`,
    `| true value | ${truths.join(' | ')} | |`,
    ...scored.map(({ result, scores }) => `| ${result.name} ${result.version} | ${scores.map(cell).join(' | ')} | ${share(scores)} |`),
    '',
    ...scored.flatMap(({ result }) => [`**${result.name}** ${result.version}. ${result.fairWords}`, '', `    ${result.command}`, '']),
    ...(missing.length === 0 ? [] : [`Not installed, so not tried: ${missing.map(({ name }) => name).join(', ')}.`, '']),
  ]
    .join('\n')
    .trimEnd()
}

function cell({ verdict, measured, factor }: Score): string {
  if (measured === null) return 'not reported'
  const text = `${shown(measured.median)} [${shown(measured.least)} – ${shown(measured.most)}]`
  if (verdict === 'within') return text
  return `**${text}**${factor === null || factor < 1.05 ? '' : `, off by a factor of ${shown(factor)}`}`
}

function share(scores: readonly Score[]): string {
  const reported = scores.filter(({ verdict }) => verdict !== 'not reported')
  return `${reported.filter(({ verdict }) => verdict === 'within').length} of ${reported.length}`
}

function shown(value: number): string {
  return value >= 100 ? value.toFixed(0) : String(Number(value.toPrecision(3)))
}

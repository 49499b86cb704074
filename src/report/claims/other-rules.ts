import { metricIds, type MetricId } from '../../core/metric.ts'
import type { ResultDocument, SummaryRow } from '../../core/result.ts'
import { labelInSentence } from '../metric-view.ts'
import { oneLine } from '../../text/one-line.ts'
import { pairOf, winnerOf } from '../verdicts.ts'
import { claimTransports, type ClaimCell, type ClaimRow, type ClaimTransport } from './claim-table.ts'
import { rowOfTransport, type ClaimEvidence, type Evidence, type Statement } from './statement.ts'

/** Counts that differ by less say nothing about complexity. */
const leastCountRatio = 1.1
const usualMetrics: readonly MetricId[] = ['deliveryLatencyP99', 'serverMemoryPerClient', 'serverCpu']

/** Lines and branches of server and client: the higher word must have more of both, by a tenth at least. */
export function countedStatements(row: ClaimRow, transport: ClaimTransport, { results }: ClaimEvidence): Statement[] {
  const own = row.cells[transport].level ?? 0
  const found = results.find(({ document }) => claimTransports.every((one) => rowOfTransport(document, one) !== undefined))
  if (found === undefined) return []
  return claimTransports
    .filter((other) => row.cells[other].level !== own)
    .map((other) => {
      const [one, two] = [transport, other].map((id) => countsOf(rowOfTransport(found.document, id)!))
      const isHigher = own > (row.cells[other].level ?? 0)
      const ratios = [one!.lines / two!.lines, one!.branches / two!.branches].map((ratio) => (isHigher ? ratio : 1 / ratio))
      const outcome = ratios.every((ratio) => ratio >= leastCountRatio)
        ? 'agrees'
        : ratios.every((ratio) => ratio < 1)
          ? 'contradicts'
          : 'open'
      const text = `${transport} ${one!.lines} lines and ${one!.branches} branches, ${other} ${two!.lines} and ${two!.branches}`
      return { outcome, topic: `lines and branches against ${other}`, text, file: found.file }
    })
}

/** Lines and branches of the server and the client file of a transport. */
export function countsOf({ traits: { complexity } }: SummaryRow): { lines: number; branches: number } {
  return { lines: complexity.serverLines + complexity.clientLines, branches: complexity.branches }
}

/**
 * A transport suits a workload where it keeps the limits of the scenario and no other transport beats it in something that
 * matters there without being beaten in something else. Outside a limit it does not; inside but beaten, it depends on what
 * the scenario does not weigh. Where the claim is that it does not fit, the outcome is reversed.
 */
export function suitsStatements(
  { scenarios = [], isDenied = false }: ClaimCell,
  transport: ClaimTransport,
  { results }: ClaimEvidence,
): Statement[] {
  return results
    .filter(({ document }) => scenarios.includes(document.scenario.name))
    .flatMap((found) => suits(found, transport))
    .map((statement) => (isDenied ? denied(statement) : statement))
}

function denied(statement: Statement): Statement {
  const outcome = { agrees: 'contradicts', contradicts: 'agrees', depends: 'agrees', open: 'open' } as const
  return { ...statement, outcome: outcome[statement.outcome] }
}

function suits({ file, document }: Evidence<ResultDocument>, transport: ClaimTransport): Statement[] {
  const row = rowOfTransport(document, transport)
  if (row === undefined) return []
  const topic = document.scenario.name
  if (row.countedTrialCount === 0) return [{ outcome: 'open', topic, text: `${topic}: no trial of ${transport} counts`, file }]
  const broken = [
    ...new Set(document.comparison.limitBreaches.filter(({ contender }) => contender === row.contender).map(({ limit }) => limit)),
  ]
  if (broken.length > 0)
    return [{ outcome: 'contradicts', topic, text: `${topic}: ${transport} exceeds ${broken.map(oneLine).join(' and ')}`, file }]
  const rivals = claimTransports.flatMap((other) => {
    const rival = other === transport ? undefined : rowOfTransport(document, other)
    const wins = rival === undefined ? [] : winsOver(document, rival.contender, row.contender)
    return wins.length === 0 ? [] : [`${other} is lower in ${wins.map(labelInSentence).join(' and ')} and higher in nothing that matters`]
  })
  if (rivals.length === 0)
    return [{ outcome: 'agrees', topic, text: `${topic}: within the limits, and no other is better without being worse elsewhere`, file }]
  return [{ outcome: 'depends', topic, text: `in ${topic} it stays within the limits, but ${rivals.join('; ')}`, file }]
}

/** What a contender beats another in; nothing where it is beaten in something itself. */
function winsOver(document: ResultDocument, winner: string, loser: string): MetricId[] {
  const declared = Object.keys((document.scenario.resolved['matters'] as object | undefined) ?? {})
  const weighed = declared.length === 0 ? usualMetrics : metricIds.filter((metric) => declared.includes(metric))
  const decided = weighed.flatMap((metric) => {
    const comparison = document.comparison.metrics.find((candidate) => candidate.metric === metric)
    const pair = comparison === undefined ? undefined : pairOf(comparison, winner, loser)
    const won = pair === undefined ? null : winnerOf(pair)
    return won === null ? [] : [{ metric, won }]
  })
  return decided.some(({ won }) => won === loser) ? [] : decided.map(({ metric }) => metric)
}

import type { MetricId } from '../../core/metric.ts'
import type { ResultDocument } from '../../core/result.ts'
import type { BreakEven, StudyDocument } from '../../core/study-result.ts'
import { usPerMs } from '../../core/units.ts'
import { formatNumber } from '../../text/format.ts'
import { labelInSentence } from '../metric-view.ts'
import { breakEvenSentence } from '../study/break-even-text.ts'
import { pairOf, verdictSentence, winnerOf } from '../verdicts.ts'
import { claimTransports, type ClaimRow, type ClaimTransport } from './claim-table.ts'
import { rowOfTransport, type ClaimEvidence, type Evidence, type Statement } from './statement.ts'

/** p50 of polling ÷ interval is 0.5 where polls and messages come at times that know nothing of each other. */
const halfInterval = { from: 0.4, to: 0.6 }

/**
 * Compares a transport with every other one that has another word in the row: the lower word must win the pair, at the level
 * and by the difference that the run declared. Practically equal contradicts a claimed difference. Two transports with the
 * same word are not compared: coarse words allow differences.
 */
export function orderStatements(row: ClaimRow, transport: ClaimTransport, evidence: ClaimEvidence): Statement[] {
  if (row.rule.kind !== 'order') return []
  const own = row.cells[transport].level ?? 0
  const others = claimTransports.filter((other) => row.cells[other].level !== own)
  return row.rule.metrics.flatMap((metric) => [
    ...others.flatMap((other) => {
      const claim = { metric, transport, other, isLower: own < (row.cells[other].level ?? 0) }
      return [
        ...evidence.results.flatMap((found) => fromPair(found, claim)),
        ...evidence.studies.flatMap((found) => fromStudy(found, claim)),
      ]
    }),
    ...(transport === 'short-poll' && metric === 'deliveryLatencyP50' ? evidence.results.flatMap(fromInterval) : []),
  ])
}

/** A run with planned faults measures trouble, not the ordinary cost. */
function isOrdinary({ scenario }: Pick<ResultDocument, 'scenario'>): boolean {
  const { faults } = scenario.resolved
  return !Array.isArray(faults) || faults.length === 0
}

/** Which of two transports the claim puts lower in a metric. */
interface Claim {
  metric: MetricId
  transport: string
  other: string
  isLower: boolean
}

function fromPair({ file, document }: Evidence<ResultDocument>, { metric, transport, other, isLower }: Claim): Statement[] {
  const [one, two] = [rowOfTransport(document, transport), rowOfTransport(document, other)]
  const comparison = document.comparison.metrics.find((candidate) => candidate.metric === metric)
  if (one === undefined || two === undefined || comparison === undefined || !isOrdinary(document)) return []
  const pair = pairOf(comparison, one.contender, two.contender)
  if (pair === undefined) return []
  const winner = winnerOf(pair)
  const claimed = isLower ? one.contender : two.contender
  const outcome = winner === null ? (pair.verdict === 'undecided' ? 'open' : 'contradicts') : winner === claimed ? 'agrees' : 'contradicts'
  return [{ outcome, topic: `${labelInSentence(metric)} against ${other}`, text: verdictSentence(metric, pair), file }]
}

function fromStudy({ file, document }: Evidence<StudyDocument>, { metric, transport, other, isLower }: Claim): Statement[] {
  const labelOf = (wanted: string): string | undefined => document.contenders.find((one) => one.transport === wanted)?.label
  const [one, two] = [labelOf(transport), labelOf(other)]
  if (one === undefined || two === undefined || !isOrdinary(document)) return []
  const claimed = isLower ? one : two
  return document.breakEven
    .filter((found) => found.metric === metric && [found.a, found.b].includes(one) && [found.a, found.b].includes(two))
    .map((found) => ({
      outcome: outcomeOf(found, claimed),
      topic: `${labelInSentence(metric)} against ${other} along ${document.axes[0]!.label}`,
      text: breakEvenSentence(document, found).replace(/\.$/u, ''),
      file,
    }))
}

function outcomeOf(found: BreakEven, claimed: string): Statement['outcome'] {
  if (found.verdict === 'equal') return 'contradicts'
  if (found.verdict === 'never') return found.lower === claimed ? 'agrees' : 'contradicts'
  return found.verdict === 'crosses' && found.crossings.some(({ matters }) => matters) ? 'depends' : 'open'
}

/** "By the interval": the median wait of a poll is half of it. */
function fromInterval({ file, document }: Evidence<ResultDocument>): Statement[] {
  const row = rowOfTransport(document, 'short-poll')
  const contenders = document.scenario.resolved['contenders']
  const settings = Array.isArray(contenders)
    ? (contenders as Record<string, unknown>[]).find(({ label }) => label === row?.contender)
    : undefined
  const intervalMs = settings?.['pollIntervalMs']
  const p50 = row?.metrics.deliveryLatencyP50?.median ?? null
  if (p50 === null || typeof intervalMs !== 'number' || document.scenario.resolved['inPhase'] === true || !isOrdinary(document)) return []
  const ratio = p50 / usPerMs / intervalMs
  return [
    {
      outcome: ratio >= halfInterval.from && ratio <= halfInterval.to ? 'agrees' : 'contradicts',
      topic: 'delivery latency p50 being half of the interval',
      text: `p50 ÷ poll interval = ${formatNumber(ratio)}; ${formatNumber(0.5)} by arithmetic`,
      file,
    },
  ]
}

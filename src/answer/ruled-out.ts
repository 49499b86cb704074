import type { Answer } from '../core/answer.ts'
import type { Ledger, ResultDocument, TrialResult } from '../core/result.ts'
import { owedCount } from '../metrics/ledger.ts'
import { isUnbounded } from '../metrics/quantiles.ts'
import { causeOf, isSaturated } from '../metrics/validity.ts'
import { formatExact, formatList, formatNumber, formatShare } from '../text/format.ts'
import type { AnswerContender } from './contenders.ts'
import { dominators } from './dominance.ts'
import { isWait, placedIn, waitText } from './tiers.ts'
import { losesByPlan, type AnswerFamily } from './families.ts'
import { atStart, timesText } from './sentences.ts'
import type { Standings } from './standings.ts'

type RuledOut = Answer['ruledOut'][number]
type Breach = ResultDocument['comparison']['limitBreaches'][number]

/** A contender that leaves more than this undelivered did not do the work whose costs are compared; as in verdicts. */
const undeliveredLimit = 0.01

/** Costs that are named of a contender that another dominates, the largest first. */
const mostCosts = 3

/** Those whom no other contender rules out, but what they did: broke a limit, lost too much, or could not keep up. */
export function ruledOutAlone(document: ResultDocument, contenders: readonly AnswerContender[]): RuledOut[] {
  return contenders.flatMap((contender): RuledOut[] => {
    const breach = breachText(document, contender)
    if (breach !== null) return [{ contender: contender.label, ...breach }]
    const lost = undeliveredText(document, contender)
    if (lost !== null) return [{ contender: contender.label, by: 'loss', text: lost }]
    const behind = saturatedText(document, contender)
    return behind === null ? [] : [{ contender: contender.label, by: 'saturated', text: behind }]
  })
}

function breachText({ comparison, trials }: ResultDocument, contender: AnswerContender): Pick<RuledOut, 'by' | 'text'> | null {
  const breaches = comparison.limitBreaches.filter((breach) => breach.contender === contender.label)
  const measuredOf = ({ measured }: Breach): number => measured ?? Number.POSITIVE_INFINITY
  // Where nothing may be, any amount is +∞ times of what may.
  const [first] = breaches.toSorted((a, b) => descending(measuredOf(a) / a.allowed, measuredOf(b) / b.allowed))
  const [worst] = breaches.filter(({ limit }) => limit === first?.limit).toSorted((a, b) => descending(measuredOf(a), measuredOf(b)))
  if (worst === undefined) return null
  const blockCount = new Set(breaches.filter(({ limit }) => limit === worst.limit).map(({ block }) => block)).size
  const trialCount = standingTrials(trials, contender).length
  const often = trialCount > 1 ? ` in ${blockCount === trialCount ? 'every block' : `${blockCount} of ${trialCount} blocks`}` : ''
  const who = atStart(contender.name, contender.label)
  return { by: worst.limit === 'lostCount' ? 'loss' : 'limit', text: `${who} ${brokenText(worst, trialCount > 1 ? 'up to ' : '', often)}.` }
}

/** For +∞ as well, whose difference to itself is no number. */
function descending(a: number, b: number): number {
  return a === b ? 0 : b - a
}

function brokenText({ limit, measured, allowed, reasons }: Breach, upTo: string, often: string): string {
  const found = measured === null ? (reasons['measured'] ?? 'not measured') : formatExact(measured)
  const most = allowed === 0 ? 'none may be' : `at most ${formatExact(allowed)} may be`
  if (limit === 'lostCount') return `lost ${upTo}${found} deliveries${often}: ${most}`
  if (limit === 'duplicatedCount') return `delivered ${upTo}${found} messages twice${often}: ${most}`
  const limitText = `the limit is ${formatExact(allowed)} ms`
  if (measured !== null) return `has a p99 of ${upTo}${formatNumber(measured)} ms${often}: ${limitText}`
  return isUnbounded(found) ? `has a p99 of ${found}${often}: ${limitText}` : `has a p99 ${found}${often}: ${limitText}`
}

function undeliveredText({ scenario }: ResultDocument, contender: AnswerContender): string | null {
  const { censoredCount = 0, expectedCount = 0 } = contender.row?.ledger ?? {}
  if (censoredCount <= expectedCount * undeliveredLimit || losesByPlan({ scenario })) return null
  return `${atStart(contender.name, contender.label)} left ${formatShare(censoredCount / expectedCount)} of its deliveries undelivered.`
}

function standingTrials(trials: readonly TrialResult[], { label }: AnswerContender): TrialResult[] {
  return trials.filter((trial) => trial.contender === label && trial.isRepeated !== true)
}

function saturatedText({ trials }: ResultDocument, contender: AnswerContender): string | null {
  const standing = standingTrials(trials, contender)
  const behind = standing.filter((trial) => isSaturated(trial) && causeOf(trial) === 'server')
  if (behind.length === 0 || behind.length * 2 <= standing.length) return null
  const often =
    standing.length === 1 ? '' : behind.length === standing.length ? ' in any block' : ` in ${behind.length} of ${standing.length} blocks`
  return `${atStart(contender.name, contender.label)} could not keep up with the load${often}.`
}

/** Of the contenders that are left those that another dominates, and all whom nobody dominates. */
export function dominated(
  candidates: readonly AnswerContender[],
  families: readonly AnswerFamily[],
  standings: Standings,
): { left: AnswerContender[]; ruledOut: RuledOut[] } {
  const shared = (one: AnswerContender, other: AnswerContender): AnswerFamily[] =>
    families.filter(({ among }) => among === undefined || (among(one) && among(other)))
  const found = dominators(candidates, (one, other) =>
    shared(one, other).map(({ figure }) => standings.of(figure, one.label, other.label) ?? 'open'),
  )
  const left = candidates.filter((contender) => !found.has(contender)).toSorted(bySimplicity)
  const ruledOut = [...found].map(([contender, by]): RuledOut => {
    // Of those that dominate it one that may be chosen, the simplest first; a dominated one only where no other does.
    const [other] = [...left.filter((one) => by.includes(one)), ...by]
    const worse = shared(contender, other!).filter(({ figure }) => standings.of(figure, contender.label, other!.label) === 'worse')
    // What explains a delay explains a median.
    const isLater = standings.of('deliveryLatencyP50', contender.label, other!.label) === 'worse'
    const isOpen = shared(contender, other!).some(
      ({ figure }) => (standings.of(figure, contender.label, other!.label) ?? 'open') === 'open',
    )
    return { contender: contender.label, by: 'dominated', text: dominatedText({ contender, other: other!, worse, isLater, isOpen }) }
  })
  return { left, ruledOut }
}

/** The simplest transport first, and those without a place last. */
export function bySimplicity(one: AnswerContender, other: AnswerContender): number {
  return (one.simplicityRank ?? Infinity) - (other.simplicityRank ?? Infinity) || 0
}

interface Dominated {
  contender: AnswerContender
  other: AnswerContender
  /** Families in which it is decidedly worse. */
  worse: readonly AnswerFamily[]
  /** True where its median is decidedly later. */
  isLater: boolean
  /** True where a family is not decided between the two: in that it may be better. */
  isOpen: boolean
}

function dominatedText({ contender, other, worse, isLater, isOpen }: Dominated): string {
  const who = atStart(contender.name, contender.label)
  const wait = worse.some(isWait) && isLater ? plannedWaitText(contender, other) : null
  if (wait !== null) return `${who} is ${wait}.`
  const costs = worse.filter(({ topic }) => topic !== 'loss').map((family) => ({ family, ratio: ratioOf(family, contender, other) }))
  const largest = costs.toSorted((a, b) => (b.ratio ?? 0) - (a.ratio ?? 0)).slice(0, mostCosts)
  const counted = largest.flatMap(({ family, ratio }) => (ratio === null ? [] : [family.times(timesText(ratio))]))
  const more = largest.flatMap(({ family, ratio }) => (ratio === null ? [`more ${family.noun}`] : []))
  const { ledger } = contender.row ?? {}
  const lost = ledger === undefined || !worse.some(({ topic }) => topic === 'loss') ? [] : [`lost ${lostOf(ledger)}`]
  const clauses = [
    ...lost,
    ...(counted.length === 0 ? [] : [`has ${formatList(counted)} of ${other.name}`]),
    ...(more.length === 0 ? [] : [`has ${formatList(more)} than ${other.name}`]),
  ]
  return `${who} ${formatList(clauses)}, and is ${isOpen ? 'reliably ' : ''}better in nothing.`
}

/** "990 × later: half its 2 s interval", where a setting explains why it is late. */
export function plannedWaitText(contender: AnswerContender, other: AnswerContender): string | null {
  const [own, others] = [contender, other].map(({ medianOf }) => medianOf('deliveryLatencyP50'))
  if (own == null || others == null || others <= 0) return null
  const why = waitText(contender, own, true)
  return why === '' ? null : `${timesText(own / others)} later: ${why}`
}

/** How many times the figure of another; null where that one is 0. */
function ratioOf(family: AnswerFamily, contender: AnswerContender, other: AnswerContender): number | null {
  const [one, two] = [contender, other].map((entry) => placedIn(family, [entry])[0]?.median)
  return one === undefined || two === undefined || two <= 0 ? null : one / two
}

function lostOf(ledger: Ledger): string {
  return `${formatExact(owedCount(ledger))} of ${formatExact(ledger.expectedCount)} deliveries`
}

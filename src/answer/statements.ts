import type { AnswerLine } from '../core/answer.ts'
import type { FaultKind } from '../core/fault-plan.ts'
import type { FaultRecovery } from '../core/fault-result.ts'
import type { ResultDocument, TrialResult } from '../core/result.ts'
import { owedCount } from '../metrics/ledger.ts'
import { medianOf } from '../metrics/statistics.ts'
import { isCounted } from '../metrics/validity.ts'
import { formatBytes, formatDurationMs, formatExact, formatList } from '../text/format.ts'
import type { AnswerContender } from './contenders.ts'
import { aboutOf, losesByPlan } from './families.ts'
import { anyOf } from './choice-sentence.ts'
import { breaking } from './figures.ts'
import { allOf, atStart, shortened } from './sentences.ts'

/** What was counted, and is so without a verdict: losses, what was missed, who was kept and cut. In the order of the topics. */
export function statements(document: ResultDocument, contenders: readonly AnswerContender[]): AnswerLine[] {
  const recovery = [
    strandedText(document, contenders),
    keptText(document, contenders),
    vainText(document, contenders),
    cutText(document, contenders),
    missedText(document, contenders),
  ]
  const isAboutLoss = aboutOf(document).includes('loss')
  const loss = losesByPlan(document) && !isAboutLoss ? null : lossText(contenders, isAboutLoss)
  return [
    ...recovery.flatMap((text): AnswerLine[] => (text === null ? [] : [{ topic: 'recovery', text }])),
    ...[loss].flatMap((text): AnswerLine[] => (text === null ? [] : [{ topic: 'loss', text }])),
  ]
}

/**
 * How much each contender lost, in one sentence; null where nobody lost anything and nobody asks.
 *
 * @param isAsked true where the scenario is about losses, so that "nothing" is an answer
 */
export function lossText(contenders: readonly AnswerContender[], isAsked = false): string | null {
  const owing = contenders.flatMap((contender) => {
    const ledger = contender.row?.ledger
    return ledger === undefined || ledger.expectedCount === 0 ? [] : [{ contender, lostCount: owedCount(ledger), ledger }]
  })
  const losers = owing.filter(({ lostCount }) => lostCount > 0)
  if (losers.length === 0) {
    if (!isAsked || owing.length === 0) return null
    const [delivered, expected] = (['deliveredCount', 'expectedCount'] as const).map((key) =>
      owing.reduce((sum, { ledger }) => sum + ledger[key], 0),
    )
    return `${atStart(allOf(owing.map(({ contender }) => contender.name)), '')} delivered everything, ${formatExact(delivered!)} of ${formatExact(expected!)}.`
  }
  const texts = losers.map(
    ({ contender, lostCount, ledger }) => `${contender.name} ${formatExact(lostCount)} of ${formatExact(ledger.expectedCount)}`,
  )
  const restCount = owing.length - losers.length
  const others = owing.filter(({ lostCount }) => lostCount === 0).map(({ contender }) => contender.name)
  // Of one without a trial that counts nobody knows.
  const who = owing.length < contenders.length ? formatList(shortened(others)) : `the other${restCount === 1 ? '' : 's'}`
  const rest = restCount === 0 ? '' : `; ${who} lost nothing`
  return `Lost deliveries: ${formatList(shortened(texts))}${rest}.`
}

interface OfFault {
  contender: AnswerContender
  trials: TrialResult[]
  faults: FaultRecovery[]
}

/** What counted trials of each contender say of faults of some kinds; empty where there were none. */
function ofFaults({ trials }: ResultDocument, contenders: readonly AnswerContender[], kinds: readonly FaultKind[]): OfFault[] {
  return contenders.flatMap((contender): OfFault[] => {
    const counted = trials.filter((trial) => trial.contender === contender.label && isCounted(trial))
    const faults = counted.flatMap(({ recovery }) => (recovery?.faults ?? []).filter(({ kind }) => kinds.includes(kind)))
    return faults.length === 0 ? [] : [{ contender, trials: counted, faults }]
  })
}

function medianOfFaults({ faults }: OfFault, of: (fault: FaultRecovery) => number | null): number | null {
  return medianOf(faults.map(of).filter((value) => value !== null))
}

function names(entries: readonly OfFault[]): string[] {
  return entries.map(({ contender }) => contender.name)
}

/** Clients that lost the server and never had it back; null where all did. */
function strandedText(document: ResultDocument, contenders: readonly AnswerContender[]): string | null {
  const texts = ofFaults(document, contenders, breaking).flatMap(({ contender, faults }) => {
    const sum = (key: 'awayCount' | 'returnedCount'): number => faults.reduce((total, fault) => total + fault[key], 0)
    const strandedCount = sum('awayCount') - sum('returnedCount')
    return strandedCount === 0 ? [] : [`${contender.name} ${formatExact(strandedCount)} of ${formatExact(sum('awayCount'))}`]
  })
  return texts.length === 0 ? null : `Clients that lost the server and never came back: ${formatList(shortened(texts))}.`
}

/** How long the server keeps clients that vanished without a word. */
function keptText(document: ResultDocument, contenders: readonly AnswerContender[]): string | null {
  const found = ofFaults(document, contenders, ['half-open'])
  // To the end of the window is longer than any time.
  const kept = (entry: OfFault): number | null =>
    medianOfFaults(entry, ({ serverKeptMs, serverKeptCount }) =>
      serverKeptMs === null && (serverKeptCount ?? 0) > 0 ? Number.POSITIVE_INFINITY : serverKeptMs,
    )
  const dropping = found.filter((entry) => Number.isFinite(kept(entry) ?? Number.NaN)).toSorted((a, b) => kept(a)! - kept(b)!)
  const keeping = found.filter((entry) => kept(entry) === Number.POSITIVE_INFINITY)
  const parts = [
    ...(dropping.length === 0
      ? []
      : [
          `clients that vanished are dropped by ${formatList(shortened(dropping.map((entry) => `${entry.contender.name} after ${formatDurationMs(kept(entry)!)}`)))}`,
        ]),
    ...(keeping.length === 0
      ? []
      : [
          `${dropping.length === 0 ? 'clients that vanished are ' : ''}kept to the end of the window by ${formatList(shortened(names(keeping)))}`,
        ]),
  ]
  return parts.length === 0 ? null : `${atStart(parts.join('; '), '')}.`
}

/** What the server went on sending to them. */
function vainText(document: ResultDocument, contenders: readonly AnswerContender[]): string | null {
  const found = ofFaults(document, contenders, ['half-open'])
  const sent = found.flatMap((entry) => {
    const count = medianOfFaults(entry, ({ sentInVainCount }) => sentInVainCount ?? null)
    return count === null ? [] : [{ name: entry.contender.name, count }]
  })
  if (sent.length === 0) return null
  const texts = sent.toSorted((a, b) => a.count - b.count).map(({ name, count }) => `${name} ${formatExact(count)}`)
  return `Messages sent to vanished clients: ${formatList(shortened(texts, texts.length))}.`
}

/** Who cuts readers that stop, and what was held for them. */
function cutText(document: ResultDocument, contenders: readonly AnswerContender[]): string | null {
  const found = ofFaults(document, contenders, ['slow-readers'])
  if (found.length === 0) return null
  const kept = (entry: OfFault): number | null =>
    medianOfFaults(entry, ({ serverKeptMs, awayCount }) => (awayCount === 0 ? null : serverKeptMs))
  const isCutting = ({ faults }: OfFault): boolean => faults.some(({ awayCount }) => awayCount > 0)
  const cutting = found.filter(isCutting)
  const quiet = found.filter((entry) => !isCutting(entry))
  const texts = cutting.map((entry) => {
    const after = kept(entry)
    const held = entry.trials.map(({ server }) => server.maxQueuedBytes).filter((bytes) => bytes !== null)
    return [
      entry.contender.name,
      ...(after === null ? [] : [`after ${formatDurationMs(after)}`]),
      ...(held.length === 0 ? [] : [`with ${formatBytes(Math.max(...held))} queued`]),
    ].join(' ')
  })
  const parts = [
    ...(texts.length === 0 ? [] : [`a reader that stops is cut by ${formatList(shortened(texts))}`]),
    ...(quiet.length === 0 ? [] : [`${anyOf(shortened(names(quiet)))} cut${quiet.length === 1 ? 's' : ''} nobody`]),
  ]
  return `${atStart(parts.join('; '), '')}.`
}

/** What clients missed that lost the server and came back. */
function missedText(document: ResultDocument, contenders: readonly AnswerContender[]): string | null {
  const found = ofFaults(document, contenders, breaking)
  const sum = ({ faults }: OfFault, key: 'missedCount' | 'dueWhileAwayCount'): number =>
    faults.reduce((total, fault) => total + fault[key], 0)
  const due = found.filter((entry) => sum(entry, 'dueWhileAwayCount') > 0)
  if (due.length === 0) return null
  const missing = due.filter((entry) => sum(entry, 'missedCount') > 0)
  if (missing.length === 0) return 'Nothing was missed: all that fell due while clients were away came after they were back.'
  const texts = missing.map(
    (entry) => `${entry.contender.name} ${formatExact(sum(entry, 'missedCount'))} of ${formatExact(sum(entry, 'dueWhileAwayCount'))}`,
  )
  return `Missed of what fell due while clients were away: ${formatList(shortened(texts))}${missing.length === due.length ? '' : '; the others nothing'}.`
}

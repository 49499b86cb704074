import type { FaultRecovery } from '../core/fault-result.ts'
import type { ResultDocument, TrialResult } from '../core/result.ts'
import { msPerSecond } from '../core/units.ts'
import { faultDeviations } from '../metrics/fault-deviation.ts'
import { medianOf } from '../metrics/statistics.ts'
import { contendersOf, countedTrials } from './contenders.ts'
import { formatBytes, formatDurationMs, formatExact, formatNumber, formatPlural } from '../text/format.ts'
import { oneLine } from '../text/one-line.ts'

/** Heads of the table of recoveries. */
export const recoveryColumns = [
  'Contender',
  'Fault',
  'Away',
  'Back',
  '50 % back after',
  '99 % back after',
  'All back after',
  'Peak attempts/s',
  'Peak attempts/100 ms',
  'Peak connects/s',
  'Failed attempts',
  'Due while away',
  'Recovered',
  'Missed',
  'Vanished clients dropped after',
  'Sent to vanished clients',
] as const

/** What a table of recoveries rests on. */
const recoveryNote =
  'A client is away from the end of its connection, or a failed request, until the first response of a server. Times are measured from the start of the fault; medians over counted trials. Recovered: due while the client was away and received after its return. Missed: due then and never received. Sent to vanished clients: messages written to streams and sockets whose clients had vanished, or responses to their polls.'

interface FaultCell {
  fault: NonNullable<TrialResult['faults']>[number]
  /** Says in how many trials it did not take place as planned, and how; empty where it did in all. */
  offPlan: string
  of: (pick: (recovery: FaultRecovery) => number | null) => number | null
  why: (pick: (recovery: FaultRecovery) => Record<string, string>, key: string) => string
}

/** One row per contender and fault. Nothing where no trial has a fault. */
export function recoveryRows(document: ResultDocument): string[][] {
  return faultCells(document).map(({ label, cell: { fault, offPlan, of } }) => [
    label,
    `${faultText(fault)}${offPlan}`,
    count(of((one) => one.awayCount)),
    count(of((one) => one.returnedCount)),
    time(of((one) => one.backAfterStartMs.p50)),
    time(of((one) => one.backAfterStartMs.p99)),
    time(of((one) => one.backAfterStartMs.all)),
    count(of((one) => one.peakAttemptsPerSecond)),
    count(of((one) => one.peakAttemptsPer100Ms)),
    count(of((one) => one.peakConnectsPerSecond)),
    count(of((one) => one.failedAttemptCount)),
    count(of((one) => one.dueWhileAwayCount)),
    count(of((one) => one.recoveredCount)),
    count(of((one) => one.missedCount)),
    keptCell(fault, of),
    count(of((one) => one.sentInVainCount ?? null)),
  ])
}

/** The same in sentences, one per contender and fault. */
export function recoveryLines(document: ResultDocument): string[] {
  return faultCells(document).map(({ label, cell }) => `${label}: ${sentence(cell)}`)
}

/** What a table of recoveries rests on, and whether latencies hold what was recovered: in results of earlier versions they do. */
export function recoveryNoteOf({ trials }: ResultDocument): string {
  const isApart = trials.every(({ connections }) => connections.resumeAcrossLogsCount !== undefined)
  return isApart
    ? `${recoveryNote} Deliveries received by resuming are not part of delivery latency; the trade-off table shows their times separately.`
    : recoveryNote
}

/** What belongs to the recoveries and has no column. */
export function recoveryNotes(document: ResultDocument): string[] {
  return [...otherLogLines(document), ...silentReaderLines(document), ...recoveryGaps(document)]
}

/** Clients that reconnected to a server with another log; empty where none did. */
function otherLogLines(document: ResultDocument): string[] {
  return contendersOf(document).flatMap(({ label }) => {
    const counts = countedTrials(document, label).map(({ connections }) => connections.resumeAcrossLogsCount ?? 0)
    const middle = medianOf(counts)
    if (middle === null || Math.max(...counts) === 0) return []
    return [
      `${oneLine(label)}: ${formatPlural(middle, 'resume')} with a cursor of another log than the server's; it could not know how many messages they had missed, and sent all that it had`,
    ]
  })
}

/** What the server did about readers that stopped reading: which it disconnected, and what it had queued. Nothing where all kept reading. */
function silentReaderLines(document: ResultDocument): string[] {
  return contendersOf(document).flatMap(({ label }) => {
    const trials = countedTrials(document, label, 'counts').filter(({ faults }) =>
      faults?.some(({ kind }) => kind === 'slow-readers' || kind === 'half-open'),
    )
    if (trials.length === 0) return []
    const of = (pick: (trial: TrialResult) => number | null): number | null => medianOf(trials.map(pick).filter((value) => value !== null))
    const peak = of(({ server }) => server.memory.peakRssBytes)
    const cut = (reason: string): number | null =>
      of(({ connections: { serverClosed } }) => (serverClosed === null ? null : (serverClosed[reason] ?? 0)))
    const slow = cut('slowConsumer')
    const queued = of(({ server }) => server.maxQueuedBytes)
    if (slow === null || queued === null) return []
    return [
      `${oneLine(label)}: the server cut ${count(slow)} as slow consumers and ${count(cut('deadPeer'))} as dead peers, queued at most ${formatBytes(queued)} for any single client${peak === null ? '' : `, and its memory peaked at ${formatBytes(peak)}`}`,
    ]
  })
}

/** What there is to say of one contender where it has no counted trial with a fault. */
function recoveryGaps(document: ResultDocument): string[] {
  if (!hasFaults(document)) return []
  return contendersOf(document).flatMap(({ label }) =>
    countedTrials(document, label, 'connecting').some(({ recovery }) => recovery !== undefined)
      ? []
      : [`${oneLine(label)}: no counted trial with a fault`],
  )
}

function hasFaults(document: ResultDocument): boolean {
  return document.trials.some(({ recovery }) => recovery !== undefined)
}

function faultCells(document: ResultDocument): { label: string; cell: FaultCell }[] {
  return contendersOf(document).flatMap(({ label }) => {
    const trials = countedTrials(document, label, 'connecting').filter(({ recovery }) => recovery !== undefined)
    return (trials[0]?.faults ?? []).map((fault, at) => {
      const recoveries = trials.flatMap(({ recovery }) => recovery!.faults[at] ?? [])
      const of: FaultCell['of'] = (pick) => medianOf(recoveries.map(pick).filter((value) => value !== null))
      const why: FaultCell['why'] = (pick, key) => recoveries.map((one) => pick(one)[key]).find((reason) => reason !== undefined) ?? ''
      return { label: oneLine(label), cell: { fault, offPlan: offPlanText(trials, at), of, why } }
    })
  })
}

/** A fault that is planned to last takes 10 ms at least; what takes less is the time in which it is brought about. */
const shortestMs = 10

function faultText({ kind, startMs, endMs }: FaultCell['fault']): string {
  const lasting = endMs - startMs
  const durable = lasting >= shortestMs ? ` for ${formatDurationMs(lasting)}` : ''
  return `${kind} at ${formatNumber(startMs / msPerSecond)} s${durable}`
}

function offPlanText(trials: readonly TrialResult[], at: number): string {
  const found = trials.flatMap(({ faults }) => {
    const fault = faults?.[at]
    const deviations = fault === undefined ? [] : faultDeviations(fault)
    return deviations.length === 0 ? [] : [deviations.join(' and ')]
  })
  return found.length === 0 ? '' : ` (not as planned in ${found.length} of ${formatPlural(trials.length, 'trial')}: ${found[0]})`
}

function sentence({ fault, offPlan, of, why }: FaultCell): string {
  const away = of((one) => one.awayCount)
  const keptText = silentText(fault, of)
  if (away === null || away === 0) return `${faultText(fault)}${offPlan}: no client was away${keptText}`
  const all = of((one) => one.backAfterStartMs.all)
  const back =
    all === null
      ? `not all back (${why((one) => one.backAfterStartMs.reasons, 'all')})`
      : `50, 99 and 100 % back after ${time(of((one) => one.backAfterStartMs.p50))}, ${time(of((one) => one.backAfterStartMs.p99))} and ${time(all)}`
  const due = count(of((one) => one.dueWhileAwayCount))
  return [
    `${faultText(fault)}${offPlan}: ${formatPlural(away, 'client')} away, ${back}`,
    `at most ${count(of((one) => one.peakAttemptsPerSecond))} attempts in a second and ${count(of((one) => one.peakAttemptsPer100Ms))} in 100 ms, ${count(of((one) => one.failedAttemptCount))} failed attempts`,
    `${due} deliveries fell due meanwhile: ${count(of((one) => one.recoveredCount))} recovered, ${count(of((one) => one.missedCount))} missed${keptText}`,
  ].join('; ')
}

/** How long the server kept those that had gone silent, or how many of them it still had when the window closed. */
function keptCell({ reachedCount }: FaultCell['fault'], of: FaultCell['of']): string {
  const [keptMs, left] = [of((one) => one.serverKeptMs), of((one) => one.serverKeptCount)]
  if (keptMs !== null || left === null || left === 0) return time(keptMs)
  return `${formatExact(left)} of ${count(reachedCount)} kept to the end`
}

function silentText(fault: FaultCell['fault'], of: FaultCell['of']): string {
  const [keptMs, left, inVain] = [of((one) => one.serverKeptMs), of((one) => one.serverKeptCount), of((one) => one.sentInVainCount ?? null)]
  const kept =
    keptMs !== null
      ? `; the server dropped the vanished clients after ${formatDurationMs(keptMs)}`
      : left === null || left === 0
        ? ''
        : `; at the end of the window the server still held the connections of ${formatExact(left)} of the ${count(fault.reachedCount)} vanished clients`
  return `${kept}${inVain === null ? '' : `; messages and responses sent to them: ${formatExact(inVain)}`}`
}

function count(value: number | null): string {
  return value === null ? '–' : formatExact(value)
}

function time(valueMs: number | null): string {
  return valueMs === null ? '–' : formatDurationMs(valueMs)
}

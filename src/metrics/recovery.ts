import type { ConnectionEvent } from '../core/connection-log.ts'
import type { FaultKind } from '../core/fault-plan.ts'
import type { FaultRecovery, Recovery } from '../core/fault-result.ts'
import { usPerMs, usPerSecond } from '../core/units.ts'

/** Width of a slice of the reconnects, in ms. */
const sliceMs = 100
const shares = { p50: 0.5, p99: 0.99, all: 1 } as const

export interface RecoveryInput {
  events: readonly ConnectionEvent[]
  /** Clients that subscribed. */
  clientCount: number
  /** In the order of their starts. */
  faults: readonly { kind: FaultKind; startedAtUs: number; endedAtUs: number }[]
  fromAtUs: number
  untilAtUs: number
  /** Due instant and channel of each message in due order, and the channel of each client. */
  dueAtUs: Float64Array
  channelOfMessage: Uint32Array
  channelOfClient: Uint32Array
  /** Message and client of each delivered pair of the measured window. */
  messageOf: Uint32Array
  clientOf: Uint32Array
  duplicatedCount: number
}

/** What came of each fault but for what only the server knows, which the caller adds. */
export type ClientRecovery = Omit<FaultRecovery, 'serverKeptMs' | 'serverKeptCount' | 'sentInVainCount'>

/**
 * How the clients came back from each fault: every absence, attempt and return belongs to the last fault that had begun
 * by then. A message is missed or recovered by whether its client was away at its due instant.
 */
export function recoveryOf(input: RecoveryInput): Omit<Recovery, 'faults'> & { faults: ClientRecovery[] } {
  const absences = absencesOf(input.events)
  const counts = messagesOf(absences, input)
  const faults = input.faults.map((fault, index) => {
    const nextAtUs = input.faults[index + 1]?.startedAtUs ?? Number.POSITIVE_INFINITY
    const isIts = (atUs: number): boolean => atUs >= fault.startedAtUs && atUs < nextAtUs
    const own = absences.flatMap((absence, at) => (isIts(absence.lostAtUs) ? [{ ...absence, ...counts[at]! }] : []))
    const attempts = instantsOf(input.events, 'attempt').filter(isIts)
    const returns = instantsOf(input.events, 'back').filter(isIts)
    const dueWhileAwayCount = own.reduce((sum, { dueCount }) => sum + dueCount, 0)
    const recoveredCount = own.reduce((sum, absence) => sum + absence.recoveredCount, 0)
    const lastReturns = lastReturnOf(own)
    return {
      kind: fault.kind,
      awayCount: lastReturns.length,
      returnedCount: lastReturns.filter(Number.isFinite).length,
      attemptCount: attempts.length,
      failedAttemptCount: attempts.length - Math.min(attempts.length, returns.length),
      peakAttemptsPerSecond: peakWithin(attempts, usPerSecond),
      peakAttemptsPer100Ms: peakWithin(attempts, sliceMs * usPerMs),
      peakConnectsPerSecond: peakWithin(returns, usPerSecond),
      backAfterStartMs: timesToReturn(lastReturns, fault.startedAtUs),
      backAfterEndMs: timesToReturn(lastReturns, fault.endedAtUs),
      dueWhileAwayCount,
      recoveredCount,
      missedCount: dueWhileAwayCount - recoveredCount,
      reasons: {},
    }
  })
  return { faults, duplicatedCount: input.duplicatedCount, reconnects: reconnects(input, absences) }
}

function instantsOf(events: readonly ConnectionEvent[], kind: ConnectionEvent['kind']): number[] {
  return events.flatMap((event) => (event.kind === kind ? [event.atUs] : []))
}

/** Of each client that was away, when it was back for the last time; +∞ when it stayed away. In ascending order. */
function lastReturnOf(absences: readonly Absence[]): Float64Array {
  const last = new Map<number, number>()
  for (const { client, backAtUs } of absences) last.set(client, backAtUs)
  return Float64Array.from(last.values()).sort()
}

/** By nearest rank over the clients that were away. */
function timesToReturn(returns: Float64Array, sinceAtUs: number): FaultRecovery['backAfterStartMs'] {
  const figures: { p50: number | null; p99: number | null; all: number | null } = { p50: null, p99: null, all: null }
  const reasons: Record<string, string> = {}
  const staying = returns.filter((atUs) => !Number.isFinite(atUs)).length
  for (const [key, share] of Object.entries(shares) as [keyof typeof shares, number][]) {
    const atUs = returns[Math.ceil(share * returns.length) - 1]
    if (atUs !== undefined && Number.isFinite(atUs)) figures[key] = Math.max(0, atUs - sinceAtUs) / usPerMs
    else reasons[key] = returns.length === 0 ? 'no client was away' : `${staying} of ${returns.length} clients did not come back`
  }
  return { ...figures, reasons }
}

/** Of each absence, what fell due in it for its client, within the measured window, and how much of that came. */
function messagesOf(absences: readonly Absence[], input: RecoveryInput): { dueCount: number; recoveredCount: number }[] {
  const { dueAtUs, channelOfMessage, channelOfClient, fromAtUs, untilAtUs } = input
  const dueOf = new Map<number, number[]>()
  for (const [message, atUs] of dueAtUs.entries()) {
    if (atUs < fromAtUs || atUs >= untilAtUs) continue
    const channel = channelOfMessage[message]!
    const list = dueOf.get(channel)
    if (list === undefined) dueOf.set(channel, [atUs])
    else list.push(atUs)
  }
  const counts = absences.map(({ client, lostAtUs, backAtUs }) => {
    const due = dueOf.get(channelOfClient[client]!) ?? []
    return { dueCount: countBelow(due, backAtUs) - countBelow(due, lostAtUs), recoveredCount: 0 }
  })
  const placesOf = new Map<number, number[]>()
  for (const [place, { client }] of absences.entries()) placesOf.set(client, [...(placesOf.get(client) ?? []), place])
  for (const [index, client] of input.clientOf.entries()) {
    const places = placesOf.get(client)
    if (places === undefined) continue
    const atUs = dueAtUs[input.messageOf[index]!]!
    const place = places.find((at) => atUs >= absences[at]!.lostAtUs && atUs < absences[at]!.backAtUs)
    if (place !== undefined) counts[place]!.recoveredCount++
  }
  return counts
}

/** How many of ascending instants lie below a limit. */
function countBelow(sorted: readonly number[], limit: number): number {
  let low = 0
  let high = sorted.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (sorted[middle]! < limit) low = middle + 1
    else high = middle
  }
  return low
}

/** The measured window in slices of 100 ms, on into the drain as long as clients come back. */
function reconnects({ events, clientCount, fromAtUs, untilAtUs }: RecoveryInput, absences: readonly Absence[]): Recovery['reconnects'] {
  const sliceOf = (atUs: number): number => Math.floor((atUs - fromAtUs) / (sliceMs * usPerMs))
  const shown = events.flatMap(({ kind, atUs }) => (kind === 'failed' || atUs < fromAtUs ? [] : [{ kind, atUs }]))
  const sliceCount = shown.reduce(
    (most, { atUs }) => Math.max(most, sliceOf(atUs) + 1),
    Math.ceil((untilAtUs - fromAtUs) / (sliceMs * usPerMs)),
  )
  const counts = { lost: zeros(sliceCount), attempt: zeros(sliceCount), back: zeros(sliceCount) }
  for (const { kind, atUs } of shown) counts[kind][sliceOf(atUs)]!++
  let connected = clientCount - absences.filter(({ lostAtUs, backAtUs }) => lostAtUs < fromAtUs && backAtUs >= fromAtUs).length
  const connectedCount = counts.lost.map((lost, slice) => (connected += counts.back[slice]! - lost))
  return { sliceMs, attemptCount: counts.attempt, backCount: counts.back, connectedCount }
}

function zeros(length: number): number[] {
  return new Array<number>(length).fill(0)
}

/** A client without its server: from the end of its connection to the first answer; `backAtUs` is +∞ when none came. */
export interface Absence {
  client: number
  lostAtUs: number
  backAtUs: number
  /** A stream ended or a request failed; false where only an idle connection ended, and the next poll was answered. */
  hasFailed: boolean
}

/** Every absence, in the order of their starts. */
export function absencesOf(events: readonly ConnectionEvent[]): Absence[] {
  const open = new Map<number, Absence>()
  const all: Absence[] = []
  for (const { kind, client, atUs } of events.toSorted((a, b) => a.atUs - b.atUs)) {
    if (kind === 'attempt') continue
    if (kind === 'lost') {
      const absence = { client, lostAtUs: atUs, backAtUs: Number.POSITIVE_INFINITY, hasFailed: false }
      open.set(client, absence)
      all.push(absence)
    } else {
      const absence = open.get(client)
      if (absence === undefined) continue
      if (kind === 'failed') absence.hasFailed = true
      else {
        absence.backAtUs = atUs
        open.delete(client)
      }
    }
  }
  return all
}

/** Most instants within any span of this length (closed at its start, open at its end). */
export function peakWithin(instantsUs: readonly number[], spanUs: number): number {
  const sorted = Float64Array.from(instantsUs).sort()
  let first = 0
  let most = 0
  for (let last = 0; last < sorted.length; last++) {
    while (sorted[last]! - sorted[first]! >= spanUs) first++
    most = Math.max(most, last - first + 1)
  }
  return most
}

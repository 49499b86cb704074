import { nowUs } from '../src/core/clock.ts'
import type { UpstreamCounts } from '../src/core/client-work.ts'
import { countFailure, type FailureClass } from '../src/core/failure-class.ts'
import { usPerMs } from '../src/core/units.ts'

/** Width of a slice of the timeline, in ms. */
export const sliceMs = 250

/** Different close reasons that are kept apart: a server that writes a new one for each connection must not fill the memory. */
const closeTextLimit = 50

/** What one client host counted. `sent = completed + failed + timedOut + inFlightAtEnd`, exactly. */
export interface RequestCounts {
  sentCount: number
  completedCount: number
  failedCount: number
  timedOutCount: number
  emptyCount: number
  overrunCount: number
  staleSocketCount: number
  /** Of these, sent within the measured window (a poll counts by its slot, not by the moment it left). */
  windowSentCount: number
  windowEmptyCount: number
  windowOverrunCount: number
}

/** Counts of all clients of a host. Shared by them, so that a client costs no table of its own. */
export class ClientTally {
  readonly requests: RequestCounts = {
    sentCount: 0,
    completedCount: 0,
    failedCount: 0,
    timedOutCount: 0,
    emptyCount: 0,
    overrunCount: 0,
    staleSocketCount: 0,
    windowSentCount: 0,
    windowEmptyCount: 0,
    windowOverrunCount: 0,
  }
  readonly upstream: UpstreamCounts = { sentCount: 0, completedCount: 0, failedCount: 0 }
  /** TCP connections that were opened, whatever became of them. */
  openedCount = 0
  reconnectCount = 0
  heartbeatCount = 0
  compressedCount = 0
  gapMessageCount = 0
  /** Resumes with a cursor of another log than the server's. */
  resumeAcrossLogsCount = 0
  readonly faults: Partial<Record<FailureClass, number>> = {}
  readonly statuses: Record<string, number> = {}
  readonly closeCodes: Record<string, number> = {}
  /** Requests sent per slice of the measured window. */
  timeline = new Uint32Array(0)
  #fromAtUs = Number.POSITIVE_INFINITY
  #untilAtUs = Number.NEGATIVE_INFINITY

  setWindow(fromAtUs: number, untilAtUs: number): void {
    this.#fromAtUs = fromAtUs
    this.#untilAtUs = untilAtUs
    this.timeline = new Uint32Array(Math.ceil((untilAtUs - fromAtUs) / (sliceMs * usPerMs)))
  }

  /** Brings the end of the window forward. */
  closeWindow(untilAtUs: number): void {
    this.#untilAtUs = untilAtUs
  }

  /** True when the instant lies in the measured window. */
  isMeasured(atUs: number): boolean {
    return atUs >= this.#fromAtUs && atUs < this.#untilAtUs
  }

  requestSent(atUs = nowUs()): void {
    this.requests.sentCount++
    if (!this.isMeasured(atUs)) return
    this.requests.windowSentCount++
    this.timeline[Math.floor((atUs - this.#fromAtUs) / (sliceMs * usPerMs))]!++
  }

  requestCompleted(isEmpty: boolean): void {
    this.requests.completedCount++
    if (!isEmpty) return
    this.requests.emptyCount++
    if (this.isMeasured(nowUs())) this.requests.windowEmptyCount++
  }

  requestFailed(failure: FailureClass): void {
    this.requests.failedCount++
    countFailure(this.faults, failure)
  }

  connectionLost(failure: FailureClass): void {
    countFailure(this.faults, failure)
  }

  requestTimedOut(): void {
    this.requests.timedOutCount++
    countFailure(this.faults, 'timedOut')
  }

  /** A message was given to the transport's own connection, which answers nothing. */
  sentUpstream(isTaken: boolean): void {
    this.upstream.sentCount++
    if (isTaken) this.upstream.completedCount++
    else this.upstream.failedCount++
  }

  overrun(slotAtUs: number): void {
    this.requests.overrunCount++
    if (this.isMeasured(slotAtUs)) this.requests.windowOverrunCount++
  }

  /** Adds what another counted in the same window. */
  absorb(other: ClientTally): void {
    add(this.requests, other.requests)
    add(this.upstream, other.upstream)
    add(this.faults, other.faults)
    add(this.statuses, other.statuses)
    add(this.closeCodes, other.closeCodes)
    for (const [slice, count] of other.timeline.entries()) this.timeline[slice]! += count
    this.openedCount += other.openedCount
    this.reconnectCount += other.reconnectCount
    this.heartbeatCount += other.heartbeatCount
    this.compressedCount += other.compressedCount
    this.gapMessageCount += other.gapMessageCount
    this.resumeAcrossLogsCount += other.resumeAcrossLogsCount
  }

  status(code: number): void {
    this.statuses[code] = (this.statuses[code] ?? 0) + 1
  }

  /** Counts under "4001 reason", or under the bare code when there is no reason or there are too many to list. */
  closeCode(code: number, reason = ''): void {
    const full = `${code} ${reason}`
    const isListed = full in this.closeCodes || Object.keys(this.closeCodes).length < closeTextLimit
    const key = reason !== '' && isListed ? full : String(code)
    this.closeCodes[key] = (this.closeCodes[key] ?? 0) + 1
  }
}

function add<Key extends string>(sums: Partial<Record<Key, number>>, counts: Readonly<Partial<Record<Key, number>>>): void {
  for (const key in counts) sums[key] = (sums[key] ?? 0) + counts[key]!
}

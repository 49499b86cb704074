import { ConnectionLog } from '../src/core/connection-log.ts'
import type { JobsReport, SessionSpec } from '../src/core/client-work.ts'
import type { ClientGroupReport } from '../src/core/client-host-control.ts'
import { Pacer } from '../src/core/pacer.ts'
import { DeliveryRecorder } from '../src/core/recorder.ts'
import type { CountedClients, SharedState } from './client-group.ts'
import { Session, type Job, type SessionState } from './session.ts'
import type { ClientHostState } from './simulated-client.ts'
import { ClientTally } from './tally.ts'

/** Clients that come with a job and leave with its last message, each at its own instant, whatever became of the others. */
export class SessionGroup implements CountedClients {
  readonly recorder = new DeliveryRecorder()
  readonly connections = new ConnectionLog()
  /** Sessions arrive by the clock. */
  readonly pacer: Pacer
  readonly #ended = new ClientTally()
  readonly #spec: SessionSpec
  readonly #state: SessionState
  readonly #client: ClientHostState
  readonly #live = new Set<Session>()
  readonly #begun: Job[] = []
  #goneRead = 0
  #goneWritten = 0
  #window = { fromAtUs: Number.POSITIVE_INFINITY, untilAtUs: Number.POSITIVE_INFINITY }

  constructor(shared: SharedState, spec: SessionSpec) {
    this.#spec = spec
    this.pacer = new Pacer({ offsetsUs: spec.arrivalsUs, act: (at, _end, _atUs, dueAtUs) => this.#admit(at, dueAtUs) })
    this.#client = {
      ...shared,
      tally: this.#ended,
      recorder: this.recorder,
      connections: this.connections,
      isQuiescent: false,
      onConnectEnd: () => undefined,
    }
    this.#state = {
      client: this.#client,
      messagesPerJob: spec.messagesPerJob,
      gapUs: spec.gapUs,
      createTally: () => {
        const tally = new ClientTally()
        tally.setWindow(this.#window.fromAtUs, this.#window.untilAtUs)
        return tally
      },
      isOpen: (atUs) => atUs < this.#window.untilAtUs,
      onEnd: (session) => this.#end(session),
    }
  }

  get tally(): ClientTally {
    const total = new ClientTally()
    total.setWindow(this.#window.fromAtUs, this.#window.untilAtUs)
    total.absorb(this.#ended)
    for (const session of this.#live) session.countSoFar(total)
    return total
  }

  get inFlightCount(): number {
    return [...this.#live].filter((session) => session.isRequestInFlight).length
  }

  get upstreamInFlightCount(): number {
    return [...this.#live].reduce((sum, session) => sum + session.upstreamInFlightCount, 0)
  }

  /** Messages that are due in the trial and have not come. */
  get outstandingCount(): number {
    return [...this.#live].reduce((sum, session) => sum + session.outstandingCount(this.#window.untilAtUs), 0)
  }

  setWindow(fromAtUs: number, untilAtUs: number): void {
    this.#window = { fromAtUs, untilAtUs }
    this.#ended.setWindow(fromAtUs, untilAtUs)
    this.pacer.closeEarly(untilAtUs)
  }

  /** No session arrives from here on. */
  closeWindow(untilAtUs: number): void {
    this.#window.untilAtUs = untilAtUs
    this.pacer.closeEarly(untilAtUs)
  }

  sweep(): void {
    for (const session of this.#live) session.checkDeadline()
  }

  totalBytes(): { read: number; written: number } {
    let read = this.#goneRead
    let written = this.#goneWritten
    for (const session of this.#live) {
      read += session.bytesRead
      written += session.bytesWritten
    }
    return { read, written }
  }

  quiesce(): void {
    this.#client.isQuiescent = true
  }

  close(): void {
    for (const session of this.#live) session.close()
  }

  unmarkedChannels(): string[] {
    return [...this.#live].flatMap((session) => session.unmarkedChannel(this.#window.untilAtUs) ?? [])
  }

  report(): ClientGroupReport {
    const accepted = this.#asked().filter((job) => !Number.isNaN(job.acceptedAtUs))
    const open = new Map([...this.#live].flatMap((session) => session.openJob() ?? []).map((found) => [found.job, found]))
    return {
      deliveries: this.recorder.bytes(),
      subscribed: Uint32Array.from(accepted, (job) => job.index),
      settledCounts: Uint32Array.from(accepted, (job) => open.get(job)?.settledCount ?? 0),
      away: Uint32Array.from(
        accepted.filter((job) => open.get(job)?.isConnected === false),
        (job) => job.index,
      ),
      requests: { ...this.tally.requests },
      connectionEvents: this.connections.bytes(),
    }
  }

  /** Every job that was asked for. */
  jobs(): JobsReport {
    const asked = this.#asked()
    return {
      jobs: Uint32Array.from(asked, (job) => job.index),
      dueAtUs: Float64Array.from(asked, (job) => job.dueAtUs),
      sentAtUs: Float64Array.from(asked, (job) => job.sentAtUs),
      subscribedAfterUs: Float64Array.from(asked, (job) => job.subscribedAfterUs),
      requestCounts: Uint32Array.from(asked, (job) => job.requestCount),
    }
  }

  #asked(): Job[] {
    return this.#begun.filter((job) => !Number.isNaN(job.sentAtUs))
  }

  #admit(at: number, dueAtUs: number): void {
    const { sessions, jobsInRow, messagesPerJob, firstSequence, durationsUs } = this.#spec
    const jobs = Array.from({ length: jobsInRow }, (_, place): Job => {
      const index = sessions[at]! * jobsInRow + place
      return {
        index,
        firstSequence: firstSequence + index * messagesPerJob,
        durationUs: durationsUs[at * jobsInRow + place]!,
        dueAtUs: Number.NaN,
        sentAtUs: Number.NaN,
        acceptedAtUs: Number.NaN,
        subscribedAfterUs: Number.NaN,
        requestCount: 0,
        receivedCount: 0,
      }
    })
    this.#begun.push(...jobs)
    const session = new Session(this.#state, jobs)
    this.#live.add(session)
    session.begin(dueAtUs)
  }

  #end(session: Session): void {
    session.settle()
    session.close()
    this.#live.delete(session)
    this.#goneRead += session.bytesRead
    this.#goneWritten += session.bytesWritten
    this.#ended.absorb(session.tally)
  }
}

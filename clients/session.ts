import { nowUs } from '../src/core/clock.ts'
import { usPerMs } from '../src/core/units.ts'
import { jobRequestBody, parseJobAnswer, paths } from '../src/core/wire.ts'
import type { ClientContext } from './contract.ts'
import { SimulatedClient, type ClientHostState } from './simulated-client.ts'
import { ClientTally } from './tally.ts'
import { UpstreamConnection, type Answer } from './upstream.ts'

/** One job of a session, as it is planned and as it went. */
export interface Job {
  /** Of the trial: its client and its channel in the ledger too. */
  readonly index: number
  readonly firstSequence: number
  readonly durationUs: number
  /** When its request was due: the arrival of the session, or the receipt of the last message of the job before. */
  dueAtUs: number
  /** NaN = never. */
  sentAtUs: number
  /** When the answer came that accepted it; NaN = it did not. */
  acceptedAtUs: number
  /** From the start of its client to its subscription; NaN = none. */
  subscribedAfterUs: number
  /** Requests of its transport. */
  requestCount: number
  /** Messages that came, up to the highest. */
  receivedCount: number
}

/**
 * End markers after which what a job still lacks is lost. The server's own timers publish a job: a first marker may come
 * into the very turn in which one of them is due, and overtake it; the next one is published when that turn has ended.
 */
const enoughMarkers = 2

/** What all sessions of a host share. */
export interface SessionState {
  client: ClientHostState
  messagesPerJob: number
  gapUs: number
  /** A tally for one job, in the trial's window. */
  createTally(): ClientTally
  /** True while a further job may begin. */
  isOpen(atUs: number): boolean
  onEnd(session: Session): void
}

/** A client that arrives with a job, waits for its last message, begins the next job of the row, and leaves after the last. */
export class Session {
  readonly jobs: readonly Job[]
  readonly #state: SessionState
  readonly #upstream: UpstreamConnection
  readonly tally: ClientTally
  #at = -1
  #client: SimulatedClient | undefined
  #earlierRead = 0
  #earlierWritten = 0

  constructor(state: SessionState, jobs: readonly Job[]) {
    this.#state = state
    this.jobs = jobs
    this.tally = state.createTally()
    const { host, port, localAddresses } = state.client
    const end: Pick<ClientContext, 'index' | 'host' | 'port' | 'localAddress' | 'tally'> = {
      index: jobs[0]!.index,
      host,
      port,
      localAddress: localAddresses[0],
      tally: this.tally,
    }
    this.#upstream = new UpstreamConnection(end)
  }

  get bytesRead(): number {
    return this.#earlierRead + this.#upstream.bytesRead + (this.#client?.bytesRead ?? 0)
  }

  get bytesWritten(): number {
    return this.#earlierWritten + this.#upstream.bytesWritten + (this.#client?.bytesWritten ?? 0)
  }

  get isRequestInFlight(): boolean {
    return this.#client?.isRequestInFlight === true
  }

  get upstreamInFlightCount(): number {
    return this.#upstream.inFlightCount
  }

  /** Messages of its present job that are due before this instant and have not come. */
  outstandingCount(untilAtUs: number): number {
    const job = this.jobs[this.#at]
    return job === undefined ? 0 : Math.max(0, this.#dueCount(job, untilAtUs) - job.receivedCount)
  }

  /**
   * Its channel, while it lacks a message that was due before this instant, is connected, and has not got enough end
   * markers. Undefined as well until the server must have published that message: it counts from the request's arrival.
   */
  unmarkedChannel(untilAtUs: number): string | undefined {
    const job = this.jobs[this.#at]
    const client = this.#client
    if (job === undefined || client?.isConnected !== true || client.markerCount >= enoughMarkers) return undefined
    const dueCount = this.#dueCount(job, untilAtUs)
    const publishedByUs = job.acceptedAtUs + job.durationUs + (dueCount - 1) * this.#state.gapUs
    return dueCount <= job.receivedCount || nowUs() < publishedByUs ? undefined : client.channel
  }

  /** The job that its client is at, and how that client stands in the end; undefined between two jobs. */
  openJob(): { job: Job; settledCount: number; isConnected: boolean } | undefined {
    const job = this.jobs[this.#at]
    if (job === undefined || this.#client === undefined) return undefined
    return { job, settledCount: this.#client.settledCount(enoughMarkers), isConnected: this.#client.isConnected }
  }

  #dueCount({ dueAtUs, durationUs }: Job, untilAtUs: number): number {
    const { gapUs, messagesPerJob } = this.#state
    const firstAtUs = dueAtUs + durationUs
    if (firstAtUs >= untilAtUs) return 0
    return gapUs === 0 ? messagesPerJob : Math.min(messagesPerJob, Math.ceil((untilAtUs - firstAtUs) / gapUs))
  }

  /** Asks for the next job of the row, whose request is due now or was a moment ago. */
  begin(dueAtUs: number): void {
    const job = this.jobs[++this.#at]!
    job.dueAtUs = dueAtUs
    job.sentAtUs = nowUs()
    const { gapUs, messagesPerJob } = this.#state
    const body = jobRequestBody({
      firstSequence: job.firstSequence,
      messageCount: messagesPerJob,
      delayMs: job.durationUs / usPerMs,
      gapMs: gapUs / usPerMs,
    })
    this.#upstream.post(paths.jobs, body, 202, (answer) => this.#accept(job, answer))
  }

  checkDeadline(): void {
    this.#client?.checkDeadline()
  }

  close(): void {
    this.#client?.close()
    this.#upstream.close()
  }

  #accept(job: Job, { status, body }: Answer): void {
    if (status !== 202) return this.#state.onEnd(this)
    job.acceptedAtUs = nowUs()
    // Its own counts, so that requests can be counted per job; the rest it shares with all clients of the host.
    const tally = this.#state.createTally()
    const state = Object.create(this.#state.client, {
      tally: { value: tally },
      onReceived: { value: (sequence: number, atUs: number) => this.#onReceived(job, sequence, atUs) },
    }) as ClientHostState
    this.#client = new SimulatedClient(state, job.index, parseJobAnswer(body))
    this.#client.start()
  }

  /** Called from within the transport's own handling of a message: it is closed before it can ask again. */
  #onReceived(job: Job, sequence: number, atUs: number): void {
    const { messagesPerJob } = this.#state
    const count = sequence - job.firstSequence + 1
    if (count < 1 || count > messagesPerJob) return
    job.receivedCount = Math.max(job.receivedCount, count)
    if (job.receivedCount < messagesPerJob) return
    this.settle()
    if (this.#at + 1 < this.jobs.length && this.#state.isOpen(atUs)) this.begin(atUs)
    else this.#state.onEnd(this)
  }

  /** Ends the client of the present job and adds what it counted. A stream that it ends itself has done its work. */
  settle(): void {
    const client = this.#client
    if (client === undefined) return
    const job = this.jobs[this.#at]!
    client.close()
    if (client.isRequestInFlight) client.tally.requestCompleted(false)
    this.#client = undefined
    this.#earlierRead += client.bytesRead
    this.#earlierWritten += client.bytesWritten
    this.#note(job, client)
    this.tally.absorb(client.tally)
  }

  /** What it counted so far, with the client that is still at work. */
  countSoFar(total: ClientTally): void {
    total.absorb(this.tally)
    if (this.#client === undefined) return
    this.#note(this.jobs[this.#at]!, this.#client)
    total.absorb(this.#client.tally)
  }

  #note(job: Job, client: SimulatedClient): void {
    job.requestCount = client.tally.requests.sentCount
    job.subscribedAfterUs = client.subscribedAfterUs ?? Number.NaN
  }
}

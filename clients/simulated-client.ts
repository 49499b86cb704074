import type { ClientHostStart } from '../src/core/client-host-control.ts'
import { nowUs } from '../src/core/clock.ts'
import { parseCursor } from '../src/core/cursor.ts'
import type { FailureClass } from '../src/core/failure-class.ts'
import { allSettled } from '../src/core/client-host-control.ts'
import { endMarkerSequence, sequenceOf } from '../src/core/payload.ts'
import { seededRandom, type Random } from '../src/core/random.ts'
import type { Behaviour } from '../src/core/scenario.ts'
import type { ConnectionLog } from '../src/core/connection-log.ts'
import { corruptedFlag, type DeliveryRecorder } from '../src/core/recorder.ts'
import { memoize } from '../src/core/memoize.ts'
import type { Contender } from '../src/core/transport.ts'
import { usPerMs } from '../src/core/units.ts'
import { paths, publishBody } from '../src/core/wire.ts'
import type { Cancel, ClientContext, CreateClient, TransportClient } from './contract.ts'
import type { DeadlineClock } from './deadline-clock.ts'
import type { ClientTally } from './tally.ts'
import type { Timers } from './timers.ts'
import { UpstreamConnection } from './upstream.ts'

/** What all simulated clients of a host share. */
export interface ClientHostState {
  host: string
  port: number
  seed: number
  options: Contender
  channelRatePerSecond: number
  localAddresses: string[]
  timers: Timers
  tally: ClientTally
  recorder: DeliveryRecorder
  connections: ConnectionLog
  createClient: CreateClient
  isQuiescent: boolean
  behaviour: Behaviour
  timeouts: ClientHostStart['timeouts']
  deadlineClock: Pick<DeadlineClock, 'atUs'>
  /** Called with each intact message, after it was recorded. */
  onReceived?(sequence: number, receivedAtUs: number): void
  /** Called once per client when its first connect has ended, well or for good. */
  onConnectEnd(): void
}

/** Under fan-out the next client receives the same payload. */
const recentSequenceOf = memoize(sequenceOf)

/** Clients that share a source address before the next one is used: binding costs a search that grows with its clients. */
const clientsPerAddress = 2_000

/**
 * One simulated client: stamps and records what its transport hands over, owns its deadline, and knows how its first
 * connect went. The transport itself is behind `createClient`.
 */
export class SimulatedClient implements ClientContext {
  readonly index: number
  readonly channel: string
  readonly random: Random
  readonly #state: ClientHostState
  readonly #transport: TransportClient
  #upstream: UpstreamConnection | undefined
  /** On the clock of the deadlines. */
  #deadlineAtUs = Number.POSITIVE_INFINITY
  #startedAtUs = 0
  #connectEnded = false
  #isLate = false
  #isAway = false
  /** True when what it gets at its return comes by resuming. */
  #hasFailed = false
  #isVanished = false
  #highestSequence = -1
  #gapEnd = 0
  /** Intact messages that came behind none, so that no two of them are the same. */
  inOrderCount = 0
  /** End markers that it got. */
  markerCount = 0
  isStalled = false
  subscribedAfterUs: number | undefined
  isSubscribed = false

  constructor(state: ClientHostState, index: number, channel: string) {
    this.#state = state
    this.index = index
    this.channel = channel
    this.random = seededRandom(state.seed, `client ${index}`)
    this.#transport = state.createClient(this)
  }

  get host(): string {
    return this.#state.host
  }

  get port(): number {
    return this.#state.port
  }

  get options(): Contender {
    return this.#state.options
  }

  get tally(): ClientTally {
    return this.#state.tally
  }

  get channelRatePerSecond(): number {
    return this.#state.channelRatePerSecond
  }

  get isQuiescent(): boolean {
    return this.#state.isQuiescent
  }

  get localAddress(): string | undefined {
    const { localAddresses } = this.#state
    return localAddresses[Math.floor(this.index / clientsPerAddress) % Math.max(1, localAddresses.length)]
  }

  get bytesRead(): number {
    return this.#transport.bytesRead + (this.#upstream?.bytesRead ?? 0)
  }

  get bytesWritten(): number {
    return this.#transport.bytesWritten + (this.#upstream?.bytesWritten ?? 0)
  }

  get isRequestInFlight(): boolean {
    return this.#transport.isRequestInFlight
  }

  /** True while the server can reach it, as far as it knows. */
  get isConnected(): boolean {
    return this.isSubscribed && !this.#isAway && !this.#isVanished
  }

  /** As `settledCounts` of a report; `enoughMarkers` of them say that all before them has passed. */
  settledCount(enoughMarkers = 1): number {
    return this.#isVanished || this.markerCount >= enoughMarkers ? allSettled : this.#gapEnd
  }

  /** Requests of the second connection that have no answer yet. */
  get upstreamInFlightCount(): number {
    return this.#upstream?.inFlightCount ?? 0
  }

  /** Sends a message to the client's own channel: on its transport's connection where that can, else by POST on a second one. */
  send(data: string): void {
    if (this.#transport.send !== undefined) return this.tally.sentUpstream(this.#transport.send(data))
    this.#upstream ??= new UpstreamConnection(this)
    this.#upstream.post(paths.publish, publishBody([{ channel: this.channel, data }]), 204)
  }

  start(): void {
    this.#startedAtUs = nowUs()
    this.#transport.start()
  }

  close(): void {
    this.#deadlineAtUs = Number.POSITIVE_INFINITY
    this.#transport.close()
    this.#upstream?.close()
  }

  /** Called by the host's sweep. */
  checkDeadline(): void {
    if (this.#state.deadlineClock.atUs < this.#deadlineAtUs || this.isStalled) return
    this.#deadlineAtUs = Number.POSITIVE_INFINITY
    this.#transport.onDeadline()
  }

  /**
   * The ramp goes on without a client whose connect has not ended. It goes on trying, so that what the server does to it is
   * counted, but no message to it is expected: once it could subscribe it leaves.
   */
  giveUp(): void {
    this.#isLate = !this.#connectEnded
    this.#connectEnded = true
  }

  subscribed(): void {
    // Not at once: its transport is in the middle of an answer.
    if (this.#isLate) return void setImmediate(() => this.close())
    this.isSubscribed = true
    if (this.#connectEnded) return
    this.subscribedAfterUs = nowUs() - this.#startedAtUs
    this.#endConnect()
  }

  connectFailed(_fault: FailureClass, willRetry: boolean): void {
    if (!willRetry) this.#endConnect()
  }

  receive(cursor: string, data: string): void {
    const receivedAtUs = nowUs()
    if (this.#isLate) return
    const sequence = recentSequenceOf(data)
    if (sequence === endMarkerSequence) return void this.markerCount++
    if (sequence > this.#highestSequence) {
      this.#highestSequence = sequence
      this.inOrderCount++
    }
    this.#state.recorder.add(sequence >= 0 ? sequence : damaged(cursor), this.index, receivedAtUs)
    if (sequence >= 0) this.#state.onReceived?.(sequence, receivedAtUs)
  }

  receiveGap(cursor: string, count: number | null): void {
    if (count === null) {
      this.#state.tally.resumeAcrossLogsCount++
      return
    }
    this.#state.tally.gapMessageCount += count
    // In a fresh log positions are lower than the count of all that was published: never too high.
    this.#gapEnd = Math.max(this.#gapEnd, parseCursor(cursor)?.position ?? 0)
  }

  lost(): void {
    this.idleEnded()
    if (!this.#isAway || this.#hasFailed || this.#isVanished) return
    this.#hasFailed = true
    this.#state.connections.add('failed', this.index, nowUs())
  }

  idleEnded(): void {
    if (!this.isSubscribed || this.#isAway || this.#isVanished) return
    this.#isAway = true
    this.#state.connections.add('lost', this.index, nowUs())
  }

  attempting(): void {
    if (this.#isAway) this.#state.connections.add('attempt', this.index, nowUs())
  }

  back(): void {
    if (!this.#isAway) return
    this.#isAway = false
    this.#hasFailed = false
    this.#state.connections.add('back', this.index, nowUs())
  }

  /** @param isForGood it vanishes: it does nothing more by itself, and no one is notified */
  stall(isForGood: boolean): void {
    this.isStalled = true
    this.#isVanished ||= isForGood
    this.#transport.pause()
  }

  /** What ends a stall; a client that has vanished stays away. What it missed its deadline for may have come meanwhile. */
  resumeReading(): void {
    if (!this.isStalled || this.#isVanished) return
    this.isStalled = false
    if (Number.isFinite(this.#deadlineAtUs)) this.expectWithin(this.options.timeoutMarginMs)
    this.#transport.resume()
  }

  every(intervalMs: number, tick: (slotAtUs: number) => void): Cancel {
    return this.#state.timers.every(intervalMs, this.#state.behaviour.inPhase ? 0 : this.random(), (slotAtUs) => {
      if (!this.#isVanished) tick(slotAtUs)
    })
  }

  untilPhaseMs(intervalMs: number): number | undefined {
    if (!this.#state.behaviour.inPhase) return undefined
    const intervalUs = intervalMs * usPerMs
    return Math.ceil((intervalUs - (nowUs() % intervalUs)) / usPerMs)
  }

  after(delayMs: number, run: () => void): Cancel {
    return this.#state.timers.after(delayMs, () => {
      if (!this.#isVanished) run()
    })
  }

  expectWithin(ms: number): void {
    const { deadlineClock, timeouts } = this.#state
    this.#deadlineAtUs = deadlineClock.atUs + (ms + timeouts.pathMs) * usPerMs
  }

  expectNothing(): void {
    this.#deadlineAtUs = Number.POSITIVE_INFINITY
  }

  #endConnect(): void {
    if (this.#connectEnded) return
    this.#connectEnded = true
    this.#state.onConnectEnd()
  }
}

/** Stands for a message whose content is damaged, by its place in the channel; 0 where its cursor cannot be read. */
function damaged(cursor: string): number {
  return (corruptedFlag | (parseCursor(cursor)?.position ?? 0)) >>> 0
}

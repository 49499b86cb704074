import { nowUs } from '../src/core/clock.ts'
import type { ClientGroupReport, ConnectReport, StallRequest } from '../src/core/client-host-control.ts'
import { ConnectionLog } from '../src/core/connection-log.ts'
import { connectsAtOnceCount } from '../src/core/ramp.ts'
import { seededRandom, shuffle } from '../src/core/random.ts'
import { DeliveryRecorder } from '../src/core/recorder.ts'
import { Patience } from './deadline-clock.ts'
import { SimulatedClient, type ClientHostState } from './simulated-client.ts'
import { ClientTally } from './tally.ts'

/** What all groups of a host have in common. */
export type SharedState = Omit<ClientHostState, 'tally' | 'recorder' | 'connections' | 'isQuiescent' | 'onConnectEnd' | 'onReceived'>

/** Clients that are counted together, apart from other clients of the same process. */
export interface CountedClients {
  readonly tally: ClientTally
  readonly inFlightCount: number
  readonly upstreamInFlightCount: number
  /** Application bytes of all its clients so far. */
  totalBytes(): { read: number; written: number }
  setWindow(fromAtUs: number, untilAtUs: number): void
  closeWindow(untilAtUs: number): void
  /** Looks at the deadlines of all its clients, by the clock of the deadlines. */
  sweep(): void
  /** Nothing new is begun from here on. */
  quiesce(): void
  close(): void
  /** Channels of connected clients that are still to get the end marker, one for each client. */
  unmarkedChannels(): string[]
  report(): ClientGroupReport
}

/** Clients that come in steps and stay. */
export class ClientGroup implements CountedClients {
  readonly clients: SimulatedClient[] = []
  readonly tally = new ClientTally()
  readonly recorder = new DeliveryRecorder()
  readonly connections = new ConnectionLog()
  readonly #state: ClientHostState
  readonly #firstIndex: number
  readonly #channels: readonly string[]
  #onConnectEnd = (): void => undefined
  #connectTimeoutMs: number

  /** @param channels channel of each client, in order; the first client has `firstIndex` */
  constructor(shared: SharedState, firstIndex: number, channels: readonly string[]) {
    this.#firstIndex = firstIndex
    this.#channels = channels
    this.#connectTimeoutMs = shared.timeouts.connectMs
    this.#state = {
      ...shared,
      tally: this.tally,
      recorder: this.recorder,
      connections: this.connections,
      isQuiescent: false,
      onConnectEnd: () => this.#onConnectEnd(),
    }
  }

  get clientCount(): number {
    return this.#channels.length
  }

  /**
   * Starts `count` more clients, at most `connectsAtOnceCount` at a time, and waits until each has subscribed or given up, at
   * most until nothing more happens. Who is late then has failed, takes no part, and goes on trying.
   */
  connect(count: number): Promise<ConnectReport> {
    const startedAtUs = nowUs()
    const { clients } = this
    const first = clients.length
    const last = first + count
    return new Promise((resolve) => {
      let openCount = 0
      const startMore = (): void => {
        while (clients.length < last && openCount < connectsAtOnceCount) {
          openCount++
          const client = new SimulatedClient(this.#state, this.#firstIndex + clients.length, this.#channels[clients.length]!)
          clients.push(client)
          client.start()
        }
      }
      const report = (): ConnectReport => {
        const fresh = clients.slice(first)
        const timesToSubscribedUs = Float64Array.from(fresh.flatMap((client) => client.subscribedAfterUs ?? []))
        return {
          subscribedCount: timesToSubscribedUs.length,
          failedCount: count - timesToSubscribedUs.length,
          timesToSubscribedUs,
          durationUs: nowUs() - startedAtUs,
        }
      }
      const patience = new Patience(this.#state.deadlineClock, this.#connectTimeoutMs, () => {
        this.#connectTimeoutMs = this.#state.timeouts.shortConnectMs
        for (const client of clients.slice(first)) client.giveUp()
        this.#onConnectEnd = () => undefined
        resolve(report())
      })
      const finish = (): void => {
        patience.stop()
        resolve(report())
      }
      this.#onConnectEnd = () => {
        openCount--
        patience.refresh()
        if (clients.length < last) startMore()
        else if (openCount === 0) finish()
      }
      if (count === 0) finish()
      else startMore()
    })
  }

  get inOrderCount(): number {
    return this.clients.reduce((sum, client) => sum + client.inOrderCount, 0)
  }

  unmarkedChannels(): string[] {
    return this.clients.filter((client) => client.isConnected && client.markerCount === 0).map((client) => client.channel)
  }

  get inFlightCount(): number {
    return this.clients.filter((client) => client.isRequestInFlight).length
  }

  get upstreamInFlightCount(): number {
    return this.clients.reduce((sum, client) => sum + client.upstreamInFlightCount, 0)
  }

  setWindow(fromAtUs: number, untilAtUs: number): void {
    this.tally.setWindow(fromAtUs, untilAtUs)
  }

  closeWindow(untilAtUs: number): void {
    this.tally.closeWindow(untilAtUs)
  }

  sweep(): void {
    for (const client of this.clients) client.checkDeadline()
  }

  totalBytes(): { read: number; written: number } {
    let read = 0
    let written = 0
    for (const client of this.clients) {
      read += client.bytesRead
      written += client.bytesWritten
    }
    return { read, written }
  }

  /** Stops a seeded share of the subscribed clients from reading; returns how many. */
  stall({ ratio, seed, isForGood }: StallRequest): number {
    const reading = this.clients.filter((client) => client.isSubscribed && !client.isStalled)
    const chosen = shuffle(reading, seededRandom(seed, `stall ${this.#firstIndex}`)).slice(0, Math.round(reading.length * ratio))
    for (const client of chosen) client.stall(isForGood)
    return chosen.length
  }

  resumeReading(): void {
    for (const client of this.clients) client.resumeReading()
  }

  quiesce(): void {
    this.#state.isQuiescent = true
  }

  close(): void {
    for (const client of this.clients) client.close()
  }

  report(): ClientGroupReport {
    const subscribed = this.clients.filter((client) => client.isSubscribed)
    return {
      deliveries: this.recorder.bytes(),
      subscribed: Uint32Array.from(subscribed, (client) => client.index),
      settledCounts: Uint32Array.from(subscribed, (client) => client.settledCount()),
      away: Uint32Array.from(
        subscribed.filter((client) => !client.isConnected),
        (client) => client.index,
      ),
      connectionEvents: this.connections.bytes(),
      requests: { ...this.tally.requests },
    }
  }
}

import { nowUs } from '../src/core/clock.ts'
import type { ClientGroupReport, ConnectReport } from '../src/core/control.ts'
import { DeliveryRecorder } from '../src/core/recorder.ts'
import { SimulatedClient, type ClientHostState } from './simulated-client.ts'
import { ClientTally } from './tally.ts'

/** Connects under way at once: well below any accept queue, and enough to keep both ends busy. */
const connectLimit = 200

/** What all groups of a host have in common. */
export type SharedState = Omit<ClientHostState, 'tally' | 'recorder' | 'isQuiescent' | 'sweptAtUs' | 'onConnectEnd'>

/** Clients that are counted together, apart from other clients of the same process. */
export class ClientGroup {
  readonly clients: SimulatedClient[] = []
  readonly tally = new ClientTally()
  readonly recorder = new DeliveryRecorder()
  readonly #state: ClientHostState
  readonly #firstIndex: number
  readonly #channels: readonly string[]
  #onConnectEnd = (): void => undefined

  /** @param channels channel of each client, in order; the first client has `firstIndex` */
  constructor(shared: SharedState, firstIndex: number, channels: readonly string[]) {
    this.#firstIndex = firstIndex
    this.#channels = channels
    this.#state = {
      ...shared,
      tally: this.tally,
      recorder: this.recorder,
      isQuiescent: false,
      sweptAtUs: nowUs(),
      onConnectEnd: () => this.#onConnectEnd(),
    }
  }

  get clientCount(): number {
    return this.#channels.length
  }

  /** Starts `count` more clients, at most `connectLimit` at a time, and waits until each has subscribed or given up. */
  connect(count: number): Promise<ConnectReport> {
    const startedAtUs = nowUs()
    const { clients } = this
    const first = clients.length
    const last = first + count
    return new Promise((resolve) => {
      let openCount = 0
      const startMore = (): void => {
        while (clients.length < last && openCount < connectLimit) {
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
          failedCount: fresh.length - timesToSubscribedUs.length,
          timesToSubscribedUs,
          durationUs: nowUs() - startedAtUs,
        }
      }
      this.#onConnectEnd = () => {
        openCount--
        if (clients.length < last) startMore()
        else if (openCount === 0) resolve(report())
      }
      if (count === 0) resolve(report())
      else startMore()
    })
  }

  sweep(atUs: number): void {
    this.#state.sweptAtUs = atUs
    for (const client of this.clients) client.checkDeadline(atUs)
  }

  /** Application bytes of all its clients so far. */
  totalBytes(): { read: number; written: number } {
    let read = 0
    let written = 0
    for (const client of this.clients) {
      read += client.bytesRead
      written += client.bytesWritten
    }
    return { read, written }
  }

  quiesce(): void {
    this.#state.isQuiescent = true
  }

  close(): void {
    for (const client of this.clients) client.close()
  }

  report(): ClientGroupReport {
    return {
      deliveries: this.recorder.bytes(),
      subscribed: Uint32Array.from(this.clients.filter((client) => client.isSubscribed).map((client) => client.index)),
      requests: { ...this.tally.requests },
    }
  }
}

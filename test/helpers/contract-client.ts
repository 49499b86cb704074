import type { Cancel, CreateClient, TransportClient } from '../../clients/contract.ts'
import { ClientTally } from '../../clients/tally.ts'
import { Timers } from '../../clients/timers.ts'
import { nowUs } from '../../src/core/clock.ts'
import { parseCursor } from '../../src/core/cursor.ts'
import type { FailureClass } from '../../src/core/failure-class.ts'
import { seededRandom } from '../../src/core/random.ts'
import type { Contender } from '../../src/core/transport.ts'
import type { WireMessage } from '../../src/core/wire.ts'
import { until } from './contract-wait.ts'

/** Short retries, so that a test of a resume takes milliseconds. */
export const fastRetry = {
  backoffBaseMs: 10,
  backoffFactor: 2,
  backoffCapMs: 100,
  backoffJitterRatio: 0.2,
  timeoutMarginMs: 4_000,
}

export interface TestClientSetup {
  createClient: CreateClient
  options: Contender
  port: number
  channel?: string
  tally?: ClientTally
  index?: number
  rate?: number
}

/** One client with real timers that remembers everything that its transport reported. */
export class TestClient {
  readonly received: WireMessage[] = []
  /** Null = of unknown size. */
  readonly gaps: (number | null)[] = []
  readonly connectFaults: { fault: FailureClass; willRetry: boolean }[] = []
  readonly tally: ClientTally
  readonly transport: TransportClient
  readonly timers = new Timers()
  /** When each message came, on the harness's clock. */
  readonly receivedAtUs: number[] = []
  /** Ends of the connection, attempts to come back and returns, in order. */
  readonly connectionEvents: ('lost' | 'attempting' | 'back')[] = []
  subscribedCount = 0
  /** Calls of the context after `close`, which the contract forbids. */
  callsAfterClose: string[] = []
  onReceive: () => void = () => undefined
  #isClosed = false
  #deadline: Cancel = () => undefined

  constructor(setup: TestClientSetup) {
    const index = setup.index ?? 0
    this.tally = setup.tally ?? new ClientTally()
    const random = seededRandom(7, `client ${index}`)
    const guarded =
      <Args extends unknown[]>(name: string, call: (...args: Args) => void) =>
      (...args: Args): void => {
        if (this.#isClosed) this.callsAfterClose.push(name)
        call(...args)
      }
    this.transport = setup.createClient({
      index,
      host: '127.0.0.1',
      port: setup.port,
      channel: setup.channel ?? 'news',
      localAddress: undefined,
      options: setup.options,
      random,
      tally: this.tally,
      channelRatePerSecond: setup.rate ?? 0,
      isQuiescent: false,
      subscribed: guarded('subscribed', () => this.subscribedCount++),
      connectFailed: guarded('connectFailed', (fault: FailureClass, willRetry: boolean) => this.connectFaults.push({ fault, willRetry })),
      receive: guarded('receive', (cursor: string, data: string) => {
        this.receivedAtUs.push(nowUs())
        this.received.push({ cursor, data })
        this.onReceive()
      }),
      receiveGap: guarded('receiveGap', (_cursor: string, count: number | null) => this.gaps.push(count)),
      lost: guarded('lost', () => this.connectionEvents.push('lost')),
      idleEnded: guarded('idleEnded', () => this.connectionEvents.push('lost')),
      attempting: guarded('attempting', () => this.connectionEvents.push('attempting')),
      back: guarded('back', () => this.connectionEvents.push('back')),
      isStalled: false,
      every: (intervalMs, tick) => this.timers.every(intervalMs, random(), tick),
      untilPhaseMs: () => undefined,
      after: (delayMs, run) => this.timers.after(delayMs, run),
      expectWithin: guarded('expectWithin', (ms: number) => {
        this.#deadline()
        this.#deadline = this.timers.after(ms, () => this.transport.onDeadline())
      }),
      expectNothing: guarded('expectNothing', () => this.#deadline()),
    })
  }

  get data(): string[] {
    return this.received.map((message) => message.data)
  }

  /** Places of the messages in their channel, whatever the log. */
  get positions(): number[] {
    return this.received.map(({ cursor }) => parseCursor(cursor)?.position ?? Number.NaN)
  }

  async subscribe(): Promise<this> {
    this.transport.start()
    await until(
      'subscribed',
      () => this.subscribedCount === 1,
      () => this.connectFaults,
    )
    return this
  }

  async receives(count: number, deadlineMs?: number): Promise<void> {
    await until(
      `${count} messages`,
      () => this.received.length >= count,
      () => ({ count: this.received.length, faults: this.tally.faults }),
      deadlineMs,
    )
  }

  close(): void {
    this.#isClosed = true
    this.#deadline()
    this.transport.close()
  }

  /** Closes, and lets go of all timers. */
  end(): void {
    this.close()
    this.timers.stop()
  }
}

/** sent = completed + failed + timedOut + in flight, over all clients that share a tally. */
export function isBalanced(tally: ClientTally, clients: readonly TestClient[]): boolean {
  const { sentCount, completedCount, failedCount, timedOutCount } = tally.requests
  const inFlightCount = clients.filter((client) => client.transport.isRequestInFlight).length
  return sentCount === completedCount + failedCount + timedOutCount + inFlightCount
}

import { fileURLToPath } from 'node:url'
import { usPerMs } from '../core/units.ts'
import { withChild, type Child } from '../machine/child.ts'
import { nodeCommand, shareCores } from '../machine/pinning.ts'
import { median } from '../metrics/statistics.ts'
import { overheadOf, type Overhead } from './oracle.ts'
import type { PlainControl, PlainLines } from './plain-host.ts'

const hostModule = fileURLToPath(new URL('./plain-host.js', import.meta.url))
const lineEveryMs = 10
/** The first of them compiles the code. */
const burstsBefore = 4
const burstsBehind = 3
/** Much longer than a machine takes on which anything can be measured. */
const deadlineMs = 120_000
/** What a plain delivery of a burst costs where the tolerances of the checks were written down. */
const referenceCostUs = 5
/** The harness does more for a delivery than Node alone: it parses, counts and looks at the clock. */
const workRatio = 2

/** Messages that are there at once, and the sockets that get each of them. */
export interface Burst {
  lineCount: number
  socketCount: number
}

const usualBurst: Burst = { lineCount: 500, socketCount: 20 }

/** What plain deliveries took around a check and beside it: this machine's, at this time, with whatever else runs on it. */
export interface Pace {
  /** The longest burst before and behind it. */
  burstUs: number
  /** Cost of a delivery of a burst, by that of the machine on which the tolerances were written down; at least 1. */
  slownessRatio: number
  /** What single ones took while it ran. */
  waits: PlainWaits
}

/**
 * How far a time may lie from what is known, in ms: `baseMs` as much longer as this machine is slower, and two plain
 * deliveries.
 *
 * @param waitUs of one plain delivery, by the figure that is judged: the mean for a mean, p99 for a p99
 */
export function allowedMs({ slownessRatio }: Pick<Pace, 'slownessRatio'>, baseMs: number, waitUs: number | null): number {
  return baseMs * slownessRatio + plainMs(waitUs)
}

/** What a delivery of the harness may take where a plain one takes `waitUs`: two of them, in ms. */
export function plainMs(waitUs: number | null): number {
  return (workRatio * (waitUs ?? 0)) / usPerMs
}

/** Why what must end within `bearableMs` may not have, in words that go on with what that is; undefined where it had the time. */
export function tooLong(neededMs: number, bearableMs: number, what: string): string | undefined {
  return neededMs < bearableMs
    ? undefined
    : `plain deliveries need ${neededMs.toFixed(0)} ms here, but ${what} for ${bearableMs.toFixed(0)} ms`
}

/** What the harness may take to catch up with as much as came in the longest burst, in ms. */
export function catchUpMs({ burstUs }: Pick<Pace, 'burstUs'>): number {
  return plainMs(burstUs)
}

/**
 * Deliveries without any of the harness: lines that a process on the generator's processors hands to one on the server's,
 * which writes each to every socket of the first.
 */
export class PlainDeliveries {
  readonly #server: Child<PlainControl>
  readonly #clients: Child<PlainControl>

  private constructor(server: Child<PlainControl>, clients: Child<PlainControl>) {
    this.#server = server
    this.#clients = clients
  }

  /** Runs `use` with the two processes, in the network namespace of the caller, and ends them. */
  static open<T>(use: (plain: PlainDeliveries) => Promise<T>): Promise<T> {
    const { server, generator } = shareCores()
    const host = <R>(name: string, cores: readonly number[], then: (child: Child<PlainControl>) => Promise<R>): Promise<R> =>
      withChild(name, nodeCommand(cores, hostModule), then)
    return host('plain server', server, (passing) =>
      host('plain clients', generator, (reading) => use(new PlainDeliveries(passing, reading))),
    )
  }

  /** Runs `measure` with bursts before and behind it, and a line each 10 ms beside it. */
  async pace<T>(measure: () => Promise<T>, burst = usualBurst): Promise<{ measured: T; pace: Pace }> {
    const [, ...before] = await this.#burstsUs(burstsBefore, burst)
    await this.#clients.ask('beginLines', { port: await this.#listen(), everyMs: lineEveryMs })
    const measured = await measure()
    const waits = new PlainWaits(await this.#clients.ask('endLines', undefined, deadlineMs))
    const burstsUs = [...before, ...(await this.#burstsUs(burstsBehind, burst))]
    const costUs = median(burstsUs) / (burst.lineCount * burst.socketCount)
    return { measured, pace: { burstUs: Math.max(...burstsUs), slownessRatio: Math.max(1, costUs / referenceCostUs), waits } }
  }

  #listen(): Promise<number> {
    return this.#server.ask('listen', undefined)
  }

  async #burstsUs(count: number, burst: Burst): Promise<number[]> {
    const tookUs: number[] = []
    for (let at = 0; at < count; at++) tookUs.push(await this.#clients.ask('burst', { port: await this.#listen(), ...burst }, deadlineMs))
    return tookUs
  }
}

/** What single plain deliveries took, by the instants at which they were under way. */
export class PlainWaits {
  readonly #sentAtUs: Float64Array
  readonly #receivedAtUs: Float64Array

  constructor({ sentAtUs, receivedAtUs }: PlainLines) {
    this.#sentAtUs = sentAtUs
    this.#receivedAtUs = receivedAtUs
  }

  /** Of those that were under way at any time between two instants of the shared clock. */
  between(fromAtUs: number, untilAtUs: number): Overhead {
    const waitsUs: number[] = []
    for (let at = this.#firstReceivedFrom(fromAtUs); at < this.#sentAtUs.length && this.#sentAtUs[at]! <= untilAtUs; at++)
      waitsUs.push(this.#receivedAtUs[at]! - this.#sentAtUs[at]!)
    return overheadOf(waitsUs)
  }

  /** Lines come in the order in which they were sent. */
  #firstReceivedFrom(atUs: number): number {
    let low = 0
    for (let high = this.#receivedAtUs.length; low < high;) {
      const middle = (low + high) >>> 1
      if (this.#receivedAtUs[middle]! < atUs) low = middle + 1
      else high = middle
    }
    return low
  }
}

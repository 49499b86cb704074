import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import { nowUs } from '../core/clock.ts'
import type { OpenLinkOf } from '../core/link-control.ts'
import type { NetworkPlan } from '../core/links.ts'
import { seededRandom, type Random } from '../core/random.ts'
import { TimerQueue } from '../core/timer-queue.ts'
import { usPerMs, bitsPerByte, bytesPerKiB, usPerSecond } from '../core/units.ts'

/**
 * When what enters a line leaves it: first the line's rate, which one piece takes after the other, then the delay and a
 * seeded part of the jitter. Never before what entered earlier, so that nothing is reordered.
 */
export class Transit {
  readonly #plan: NetworkPlan
  readonly #random: Random
  #sentAtUs = 0
  #arrivedAtUs = 0

  constructor(plan: NetworkPlan, random: Random) {
    this.#plan = plan
    this.#random = random
  }

  /** The instant at which the last of so many bytes, handed over at `atUs`, arrives. */
  arrivalAtUs(atUs: number, byteCount: number): number {
    const { delayMs, jitterMs, bandwidthBitsPerSecond } = this.#plan
    const sendUs = bandwidthBitsPerSecond === undefined ? 0 : (byteCount * bitsPerByte * usPerSecond) / bandwidthBitsPerSecond
    this.#sentAtUs = Math.max(this.#sentAtUs, atUs) + sendUs
    const jitterUs = jitterMs === 0 ? 0 : this.#random() * jitterMs * usPerMs
    this.#arrivedAtUs = Math.max(this.#arrivedAtUs, this.#sentAtUs + delayMs * usPerMs + jitterUs)
    return this.#arrivedAtUs
  }
}

/** TCP payload of an Ethernet frame: with a rate, the first part of a long piece arrives before its last. */
const segmentBytes = 1_460
/** What a line holds beyond what is on its way anyway, as the buffer of a router does. */
const bufferBytes = 64 * bytesPerKiB

export interface LineSetup {
  clock: TimerQueue
  plan: NetworkPlan
  random: Random
  /** Time for which what comes is left unread: the handshake that the kernel has done already. */
  readsAfterUs: number
}

/** One direction of a connection: reads from one socket and writes to the other when the plan says that it has arrived. */
export class DelayLine {
  readonly #from: Socket
  readonly #to: Socket
  readonly #clock: TimerQueue
  readonly #transit: Transit
  readonly #limitBytes: number
  readonly #pieceBytes: number
  #queuedBytes = 0
  #hasClosed = false

  private constructor(from: Socket, to: Socket, { clock, plan, random }: LineSetup) {
    this.#from = from
    this.#to = to
    this.#clock = clock
    this.#transit = new Transit(plan, random)
    const { bandwidthBitsPerSecond: rate, delayMs, jitterMs } = plan
    this.#pieceBytes = rate === undefined ? Infinity : segmentBytes
    this.#limitBytes = rate === undefined ? Infinity : bufferBytes + ((rate / bitsPerByte) * (delayMs + jitterMs) * usPerMs) / usPerSecond
  }

  /** Lays a line from one socket to the other; it lasts as long as they do. */
  static lay(from: Socket, to: Socket, setup: LineSetup): void {
    const line = new DelayLine(from, to, setup)
    from.on('data', (chunk: Buffer) => line.#take(chunk))
    from.on('end', () => line.#pass(0, () => to.end()))
    from.on('close', (hadError) => line.#close(hadError))
    to.on('drain', () => line.#flow())
    from.pause()
    setup.clock.at(nowUs() + setup.readsAfterUs, () => line.#flow())
  }

  #take(chunk: Buffer): void {
    for (let first = 0; first < chunk.length; first += this.#pieceBytes) {
      const piece = chunk.length <= this.#pieceBytes ? chunk : chunk.subarray(first, first + this.#pieceBytes)
      this.#queuedBytes += piece.length
      this.#pass(piece.length, () => {
        this.#queuedBytes -= piece.length
        if (!this.#to.destroyed) this.#to.write(piece)
        this.#flow()
      })
    }
    if (this.#isFull) this.#from.pause()
  }

  /** A reader that is slower than the line holds the sender back, as TCP's window does. */
  get #isFull(): boolean {
    return this.#queuedBytes > this.#limitBytes || this.#to.writableNeedDrain
  }

  #flow(): void {
    if (!this.#isFull && this.#from.isPaused()) this.#from.resume()
  }

  /** The end of one side is the end of the other, one transit later; a reset stays a reset. */
  #close(isReset: boolean): void {
    if (this.#hasClosed) return
    this.#hasClosed = true
    this.#pass(0, () => {
      if (isReset && !this.#to.writableEnded) this.#to.resetAndDestroy()
      else this.#to.destroySoon()
    })
  }

  #pass(byteCount: number, arrive: () => void): void {
    this.#clock.at(this.#transit.arrivalAtUs(nowUs(), byteCount), arrive)
  }
}

/**
 * Passes TCP on between clients and server as a network with delay, jitter and a rate would.
 *
 * It takes connections instead of the server. The kernel completes a client's handshake at once, so the two transits
 * that it would take are put before the client's first bytes; the server sees the connection one transit after it came.
 */
export const openLink: OpenLinkOf<NetworkPlan> = async ({ target, plan, seed, backlog }) => {
  // Half of a Node timer's step is slack, so that a delay is as often too short as too long: ± 0.5 ms on an idle machine.
  const clock = new TimerQueue({ slackUs: 500, round: Math.floor })
  let connectionCount = 0
  const transitMs = plan.delayMs
  const server = createServer({ noDelay: true, allowHalfOpen: true, pauseOnConnect: true }, (near) => {
    const random = seededRandom(seed, `relay ${connectionCount++}`)
    const line = { clock, plan, random }
    near.on('error', () => undefined)
    clock.at(nowUs() + transitMs * usPerMs, () => {
      if (near.destroyed) return
      const far = connect({ host: target.host, port: target.port, noDelay: true, allowHalfOpen: true })
      far.on('error', () => undefined)
      DelayLine.lay(near, far, { ...line, readsAfterUs: transitMs * usPerMs })
      DelayLine.lay(far, near, { ...line, readsAfterUs: 0 })
    })
  })
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen({ host: '127.0.0.1', port: 0, backlog }, resolve))
  const address = server.address() as AddressInfo
  return { host: address.address, port: address.port, report: () => ({ connectionCount }) }
}

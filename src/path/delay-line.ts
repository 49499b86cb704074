import type { Socket } from 'node:net'
import { nowUs } from '../core/clock.ts'
import type { NetworkPlan } from '../core/links.ts'
import type { Random } from '../core/random.ts'
import type { TimerQueue } from '../core/timer-queue.ts'
import { bitsPerByte, bytesPerKiB, usPerMs, usPerSecond } from '../core/units.ts'
import { Transit } from './transit.ts'

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

  /** Lays a line from one socket to the other; it lives as long as they do. */
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

import { nowUs } from '../src/core/clock.ts'
import { usPerMs } from '../src/core/units.ts'

/** Periods that a look at the deadlines may come late before the host counts as stalled: timers and sockets take their turns too. */
const periodsPerLook = 2

/**
 * The clock of the deadlines of a client host. It stops while the host is stalled, so that a server is never blamed for an
 * answer that the host did not read: each deadline gets back what the host slept through. Exact enough for deadlines
 * (a period), and free where a clock reading per message is not.
 */
export class DeadlineClock {
  /** Of the last look at the deadlines, in µs; behind the machine's clock by the time in which the host was stalled. */
  atUs: number
  readonly #mostUs: number
  #lookedAtUs: number

  /** @param periodMs time between two looks at the deadlines */
  constructor(periodMs: number) {
    this.#mostUs = periodsPerLook * periodMs * usPerMs
    this.atUs = this.#lookedAtUs = nowUs()
  }

  /** Moves on by the time since the last look, as far as the host was there in it. */
  advance(): void {
    const now = nowUs()
    this.atUs += Math.min(this.#mostUs, now - this.#lookedAtUs)
    this.#lookedAtUs = now
  }
}

/** Runs out when nothing refreshes it for so long by the clock of the deadlines. */
export class Patience {
  readonly #clock: Pick<DeadlineClock, 'atUs'>
  readonly #lastsUs: number
  readonly #onEnd: () => void
  #endsAtUs = 0
  #timer: NodeJS.Timeout | undefined

  constructor(clock: Pick<DeadlineClock, 'atUs'>, lastsMs: number, onEnd: () => void) {
    this.#clock = clock
    this.#lastsUs = lastsMs * usPerMs
    this.#onEnd = onEnd
    this.refresh()
    this.#wait()
  }

  refresh(): void {
    this.#endsAtUs = this.#clock.atUs + this.#lastsUs
  }

  stop(): void {
    clearTimeout(this.#timer)
  }

  #wait(): void {
    const leftUs = this.#endsAtUs - this.#clock.atUs
    if (leftUs <= 0) return this.#onEnd()
    this.#timer = setTimeout(() => this.#wait(), Math.ceil(leftUs / usPerMs))
  }
}

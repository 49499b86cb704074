import TinyQueue from 'tinyqueue'
import { nowUs } from './clock.ts'
import { maxTimerMs, usPerMs } from './units.ts'

export interface TimerEntry {
  atUs: number
  /** Undefined once it is cancelled. */
  run: ((atUs: number) => void) | undefined
  /** Entries of one instant run in the order in which they were put in. */
  order: number
}

export interface TimerQueueOptions {
  /** What is due within this time runs already; 0 unless said: then nothing runs before it is due. */
  slackUs?: number
  /** How a delay becomes whole ms of a Node timer. Up unless said: a timer that fires early is armed again, for 1 ms more. */
  round?: (delayMs: number) => number
  /** Entries that are due at once give way to what the sockets have after so long. */
  turnUs?: number
}

/**
 * Any number of timers behind one Node timer: a heap by due instant. How late an entry runs is up to the event loop (Node
 * rounds to 1 ms). A delay above 2^31 − 1 ms, which Node would turn into 1 ms, is waited for in parts; `Infinity` never comes.
 */
export class TimerQueue {
  readonly #queue = new TinyQueue<TimerEntry>([], (a, b) => a.atUs - b.atUs || a.order - b.order)
  readonly #slackUs: number
  readonly #round: (delayMs: number) => number
  readonly #turnUs: number
  #timer: NodeJS.Timeout | undefined
  #armedAtUs = Number.POSITIVE_INFINITY
  #order = 0
  #isStopped = false

  constructor({ slackUs = 0, round = Math.ceil, turnUs = Number.POSITIVE_INFINITY }: TimerQueueOptions = {}) {
    this.#slackUs = slackUs
    this.#round = round
    this.#turnUs = turnUs
  }

  at(atUs: number, run: (atUs: number) => void): TimerEntry {
    const entry: TimerEntry = { atUs, run, order: 0 }
    this.again(entry, atUs)
    return entry
  }

  /** Puts an entry that is not in the queue into it. */
  again(entry: TimerEntry, atUs: number): void {
    if (this.#isStopped) return
    entry.atUs = atUs
    entry.order = this.#order++
    this.#queue.push(entry)
    this.#arm()
  }

  /** Ends all timers for good; what is asked for later never runs. */
  stop(): void {
    this.#isStopped = true
    clearTimeout(this.#timer)
    this.#queue.data = []
    this.#queue.length = 0
  }

  #arm(): void {
    const next = this.#queue.peek()
    if (next === undefined || next.atUs >= this.#armedAtUs) return
    clearTimeout(this.#timer)
    this.#armedAtUs = next.atUs
    const delayMs = Math.max(1, this.#round((next.atUs - nowUs()) / usPerMs))
    this.#timer = setTimeout(() => this.#fire(), Math.min(maxTimerMs, delayMs))
  }

  #fire(): void {
    // Until the last of them has run nothing else is armed.
    this.#armedAtUs = Number.NEGATIVE_INFINITY
    const endOfTurnUs = nowUs() + this.#turnUs
    for (let next = this.#queue.peek(); next !== undefined; next = this.#queue.peek()) {
      const atUs = nowUs()
      if (next.atUs > atUs + this.#slackUs) break
      if (atUs > endOfTurnUs) return void setImmediate(() => this.#fire())
      this.#queue.pop()
      next.run?.(next.atUs)
    }
    this.#armedAtUs = Number.POSITIVE_INFINITY
    this.#arm()
  }
}
